using System.Text.Json;

namespace Innate.Text.Tokenization;

/// <summary>A JSON value together with where it stands, so that every complaint can say so.</summary>
internal readonly struct JsonField(JsonElement value, string file, string path)
{
    /// <summary>File and path, as messages begin.</summary>
    public string Place => path.Length == 0 ? file : $"{file}: {path}";

    /// <summary>Whether it is absent or null.</summary>
    public bool IsNull => value.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null;

    /// <summary>The component's name.</summary>
    public string Type => this["type"].Text();

    /// <summary>A member; absent ones are null. The value must be an object.</summary>
    public JsonField this[string name]
    {
        get
        {
            if (value.ValueKind != JsonValueKind.Object) throw Wrong("an object");
            JsonElement member = Readable(v => v.TryGetProperty(name, out JsonElement found) ? found : default);
            return new JsonField(member, file, path.Length == 0 ? name : $"{path}.{name}");
        }
    }

    /// <summary>Whether there is such a member, null or not.</summary>
    public bool Has(string name) =>
        value.ValueKind == JsonValueKind.Object && Readable(v => v.TryGetProperty(name, out _));

    /// <summary>The members of an object, in order; none where absent or null.</summary>
    public IEnumerable<(string Name, JsonField Value)> Members()
    {
        if (IsNull) return [];
        if (value.ValueKind != JsonValueKind.Object) throw Wrong("an object");
        List<(string, JsonField)> members = [];
        foreach (JsonProperty member in value.EnumerateObject())
        {
            string name = Readable(_ => member.Name);
            members.Add((name, new JsonField(member.Value, file, path.Length == 0 ? name : $"{path}.{name}")));
        }

        return members;
    }

    /// <summary>The elements of an array.</summary>
    public JsonField[] Items()
    {
        if (value.ValueKind != JsonValueKind.Array) throw Wrong("an array");
        var result = new JsonField[value.GetArrayLength()];
        for (int i = 0; i < result.Length; i++) result[i] = new JsonField(value[i], file, $"{path}[{i}]");
        return result;
    }

    /// <summary>A string.</summary>
    public string Text()
    {
        if (value.ValueKind != JsonValueKind.String) throw Wrong("a string");
        return Readable(v => v.GetString()!);
    }

    /// <summary>A string, or the default where absent or null.</summary>
    public string? TextOr(string? otherwise) => IsNull ? otherwise : Text();

    /// <summary>A Boolean, or the default where absent or null.</summary>
    public bool FlagOr(bool otherwise) => value.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.Undefined or JsonValueKind.Null => otherwise,
        _ => throw Wrong("true or false"),
    };

    /// <summary>A whole number from 0 to <see cref="TokenizerReader.HighestAllowedId"/>.</summary>
    public int Number()
    {
        bool valid = value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out int number)
            && number is >= 0 and <= TokenizerReader.HighestAllowedId;
        return valid ? value.GetInt32() : throw Wrong($"a whole number from 0 to {TokenizerReader.HighestAllowedId}");
    }

    /// <summary>What to throw where a component's name is not known.</summary>
    public InputException Unsupported(string supported) =>
        new($"{this["type"].Place} '{Type}' is not supported (supported: {supported}).");

    /// <summary>What to throw where a setting is not supported.</summary>
    public InputException Refuse(string why) => new($"{Place} {why}.");

    // Half of a surrogate pair, in a text or in an object's names.
    private T Readable<T>(Func<JsonElement, T> read)
    {
        try
        {
            return read(value);
        }
        catch (InvalidOperationException e)
        {
            throw new InputException($"{Place} is not valid Unicode text.", e);
        }
    }

    private InputException Wrong(string expected)
    {
        string found = IsNull ? "nothing" : value.GetRawText();
        if (found.Length > 60) found = found[..57] + "...";
        return new InputException($"{Place} should be {expected}, but is {found}.");
    }
}
