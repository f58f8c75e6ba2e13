namespace Innate.Checkpoints;

/// <summary>What a tensor of an adapter's file is for its module.</summary>
internal enum AdapterPart
{
    /// <summary>A of a linear map, [rank, inputs].</summary>
    A,

    /// <summary>B of a linear map, [outputs, rank].</summary>
    B,

    /// <summary>A of an embedding, [rank, vocabulary].</summary>
    EmbeddingA,

    /// <summary>B of an embedding, [hidden, rank].</summary>
    EmbeddingB,

    /// <summary>B's bias, [outputs].</summary>
    BiasB,

    /// <summary>DoRA's magnitudes, [outputs].</summary>
    Magnitude,

    /// <summary>A tensor of the model itself: of a module that was saved as a whole, or a bias that learned.</summary>
    Own,

    /// <summary>A tensor of the adapted module as it was before: PEFT keeps an adapted embedding's and head's beside.</summary>
    Base,

    /// <summary>What a saved module was before: the model has it.</summary>
    Former,
}

/// <summary>A tensor's name in adapter_model.safetensors, taken apart.</summary>
/// <param name="Path">The module, such as <c>model.layers.0.self_attn.q_proj</c>.</param>
/// <param name="Part">What it is of it.</param>
/// <param name="Leaf"><c>weight</c> or <c>bias</c>, of a tensor of the model itself.</param>
internal readonly record struct AdapterTensorName(string Path, AdapterPart Part, string Leaf)
{
    /// <summary>What all names begin with.</summary>
    public const string Prefix = "base_model.model.";

    private static readonly (string Suffix, AdapterPart Part)[] Parts =
    [
        (".lora_A.weight", AdapterPart.A), (".lora_B.weight", AdapterPart.B), (".lora_B.bias", AdapterPart.BiasB),
        (".lora_embedding_A", AdapterPart.EmbeddingA), (".lora_embedding_B", AdapterPart.EmbeddingB),
        (".lora_magnitude_vector", AdapterPart.Magnitude), (".lora_magnitude_vector.weight", AdapterPart.Magnitude),
    ];

    private static readonly (string Suffix, AdapterPart Part)[] Wrappers =
        [(".modules_to_save", AdapterPart.Own), (".base_layer", AdapterPart.Base), (".original_module", AdapterPart.Former)];

    /// <summary>The name of one of an adapter's matrices.</summary>
    public static string Of(string path, AdapterPart part) => Prefix + path + Parts.First(p => p.Part == part).Suffix;

    /// <summary>Takes a name apart; null: PEFT writes no such name.</summary>
    /// <param name="name">As in the file.</param>
    public static AdapterTensorName? Parse(string name)
    {
        if (!name.StartsWith(Prefix, StringComparison.Ordinal)) return null;
        List<string> segments = [.. name[Prefix.Length..].Split('.')];

        // The adapter's name within PEFT, which its own files leave out and those of other savers do not.
        if (segments.Count > 2 && segments[^1] == "default") segments.RemoveAt(segments.Count - 1);
        else if (segments.Count > 2 && segments[^2] == "default") segments.RemoveAt(segments.Count - 2);
        string rest = string.Join('.', segments);
        foreach ((string suffix, AdapterPart part) in Parts)
        {
            if (PathBefore(rest, suffix) is { } path) return new AdapterTensorName(path, part, "");
        }

        if (segments.Any(s => s.StartsWith("lora_", StringComparison.Ordinal))) return null;
        if (segments.Count < 2 || segments[^1] is not ("weight" or "bias")) return null;
        string module = string.Join('.', segments[..^1]);
        foreach ((string suffix, AdapterPart part) in Wrappers)
        {
            if (PathBefore(module, suffix) is { } path) return new AdapterTensorName(path, part, segments[^1]);
        }

        return new AdapterTensorName(module, AdapterPart.Own, segments[^1]);
    }

    private static string? PathBefore(string name, string suffix) =>
        name.Length > suffix.Length && name.EndsWith(suffix, StringComparison.Ordinal) ? name[..^suffix.Length] : null;
}
