using System.Text.Json;

namespace Innate.Engines;

/// <summary>A value in an engine's answer, with its place; what is not as the dialect says is one sentence.</summary>
/// <param name="Source">The address that answered.</param>
/// <param name="Place">The value's path; empty for the whole answer.</param>
/// <param name="Value">The value.</param>
internal readonly record struct Reply(string Source, string Place, JsonElement Value)
{
    // log_softmax in half precision may round a sure token a little above 0; a logit is usually far above.
    public const double RoundingAboveZero = 1e-3;

    // What is quoted of an answer in a sentence.
    private const int LongestQuote = 60;

    /// <summary>What the engine calls its weights (innate serve does, in a header); null: it does not tell.</summary>
    public string? Fingerprint { get; init; }

    /// <summary>A member that must be there.</summary>
    public Reply this[string name] => Find(name) ?? throw Expected($"a member \"{name}\"");

    /// <summary>An item that must be there.</summary>
    public Reply this[int index] => index >= 0 && index < Length
        ? new Reply(Source, $"{Place}[{index}]", Value[index])
        : throw Expected($"at least {index + 1} items");

    /// <summary>Items of a list.</summary>
    public int Length => Value.ValueKind == JsonValueKind.Array ? Value.GetArrayLength() : throw Expected("a list");

    public bool IsNull => Value.ValueKind == JsonValueKind.Null;

    /// <summary>A member; null where it is absent or null.</summary>
    public Reply? Find(string name)
    {
        if (Value.ValueKind != JsonValueKind.Object) throw Expected("an object");
        JsonElement whole = Value;
        JsonElement member = Unicode(() => whole.TryGetProperty(name, out JsonElement found) ? found : default);
        return member.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null
            ? null
            : new Reply(Source, Place.Length == 0 ? name : $"{Place}.{name}", member);
    }

    /// <summary>An object's names.</summary>
    public IReadOnlyList<string> Names
    {
        get
        {
            if (Value.ValueKind != JsonValueKind.Object) throw Expected("an object");
            JsonElement whole = Value;
            return Unicode(() => whole.EnumerateObject().Select(p => p.Name).ToArray());
        }
    }

    /// <summary>Refuses a list of another length.</summary>
    public Reply OfLength(int length) => Length == length ? this : throw Expected($"{length} items");

    public string Text()
    {
        JsonElement text = Value;
        return text.ValueKind == JsonValueKind.String ? Unicode(() => text.GetString()!) : throw Expected("a text");
    }

    public int Whole() => Value.ValueKind == JsonValueKind.Number && Value.TryGetInt32(out int number)
        ? number
        : throw Expected("a whole number");

    /// <summary>A finite number.</summary>
    public double Number() => Value.ValueKind == JsonValueKind.Number && Value.TryGetDouble(out double number)
        && double.IsFinite(number)
        ? number
        : throw Expected("a finite number");

    /// <summary>A log-probability in nats.</summary>
    public double LogProbability()
    {
        double number = Number();
        if (number > RoundingAboveZero)
        {
            throw Expected("a log-probability of at most 0 (does the engine hand out logits in their place?)");
        }

        return number;
    }

    /// <summary>Refuses any other token.</summary>
    public void RequireId(int id)
    {
        if (Whole() != id) throw Expected($"the token {id}");
    }

    // JSON may spell half a character, which shows only when it is read.
    private T Unicode<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (InvalidOperationException)
        {
            throw Expected("Unicode");
        }
    }

    public EngineException Expected(string what)
    {
        string where = Place.Length == 0 ? "the answer" : Place;
        return new EngineException($"{Source}: {where}: expected {what}, found {Found()}.");
    }

    private string Found()
    {
        string text = Value.ValueKind switch
        {
            JsonValueKind.Array => $"a list of {Value.GetArrayLength()} items",
            JsonValueKind.Object => "an object",
            JsonValueKind.String => "a text",
            JsonValueKind.Number => $"the number {Value.GetRawText()}",
            JsonValueKind.True => "true",
            JsonValueKind.False => "false",
            _ => "null",
        };
        return text.Length > LongestQuote ? $"{text[..LongestQuote]}..." : text;
    }
}
