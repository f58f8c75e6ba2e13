namespace Innate.Checkpoints.Gguf;

/// <summary>
/// The keys that describe the model: those that begin with its architecture's name. Remembers which were read, so that the rest
/// can be refused by name.
/// </summary>
/// <param name="metadata">All keys of the file.</param>
/// <param name="architecture">The architecture's name in the file.</param>
internal sealed class GgufKeys(GgufMetadata metadata, string architecture)
{
    // They say that the model has no such part.
    private static readonly HashSet<string> IdleAtZero = new(StringComparer.Ordinal)
    {
        "attention.sliding_window", "expert_count", "expert_used_count", "expert_feed_forward_length", "expert_shared_count",
        "expert_shared_feed_forward_length", "leading_dense_block_count", "pooling_type",
    };

    private readonly HashSet<string> _known = new(StringComparer.Ordinal);

    /// <summary>The file, for messages.</summary>
    public string File => metadata.File;

    /// <summary>A key's whole name.</summary>
    public string Name(string key) => $"{architecture}.{key}";

    /// <summary>Whether the key is there.</summary>
    public bool Has(string key) => metadata.Has(Name(key));

    /// <summary>The error for a value that is not what it must be.</summary>
    public InputException Wrong(string key, string expected) => metadata.Wrong(Name(key), expected);

    /// <summary>A whole number of an int's range; null where the key is absent.</summary>
    public int? OptionalInt(string key, int min = 0) => (int?)metadata.OptionalWhole(Take(key), min, int.MaxValue);

    /// <summary>A whole number from 1 to a bound.</summary>
    public int Size(string key, int most = int.MaxValue) => OptionalInt(key, 1) is int size && size <= most
        ? size
        : throw Wrong(key, $"a whole number from 1 {(most == int.MaxValue ? "on" : $"to {most}")}");

    /// <summary>A whole number from 1 on that all layers have in common; null where the key is absent.</summary>
    public int? OptionalSizeOfLayers(string key)
    {
        if (!metadata.IsArray(Name(key))) return OptionalInt(key, 1);
        int[] each = metadata.Wholes(Take(key));
        return each.Length > 0 && each[0] > 0 && each.All(size => size == each[0])
            ? each[0]
            : throw new InputException($"{File}: key '{Name(key)}': expected the same number from 1 on in every layer, found "
                + $"{(each.Length == 0 ? "none" : string.Join(", ", each.Distinct().Take(8)))}.");
    }

    /// <summary>A whole number from 1 on that all layers have in common.</summary>
    public int SizeOfLayers(string key) => OptionalSizeOfLayers(key) ?? throw Wrong(key, "a whole number from 1 on");

    /// <summary>A number; null where the key is absent.</summary>
    public double? OptionalNumber(string key) => metadata.OptionalNumber(Take(key));

    /// <summary>A number.</summary>
    public double Number(string key) => metadata.Number(Take(key));

    /// <summary>True or false; null where the key is absent.</summary>
    public bool? OptionalFlag(string key) => metadata.OptionalFlag(Take(key));

    /// <summary>A text; null where the key is absent.</summary>
    public string? OptionalText(string key) => metadata.OptionalText(Take(key));

    /// <summary>Passes over keys that change no number.</summary>
    public void PassOver(params ReadOnlySpan<string> keys)
    {
        foreach (string key in keys) Take(key);
    }

    /// <summary>Refuses every key of the model that nothing has read.</summary>
    /// <exception cref="InputException">There is one.</exception>
    public void RefuseUnread()
    {
        string prefix = $"{architecture}.";
        foreach (string key in metadata.Keys.Order(StringComparer.Ordinal))
        {
            if (!key.StartsWith(prefix, StringComparison.Ordinal) || _known.Contains(key)) continue;
            if (IdleAtZero.Contains(key[prefix.Length..]) && metadata.OptionalWhole(key, 0, long.MaxValue) == 0) continue;
            throw new InputException($"{File}: key '{key}' is not known to Innate, and might change the numbers.");
        }
    }

    private string Take(string key)
    {
        string name = Name(key);
        _known.Add(name);
        return name;
    }
}
