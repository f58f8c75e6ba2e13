using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Innate.Foundation.Forms;

/// <summary>Any value but null.</summary>
internal sealed record AnyForm : JsonForm
{
    public override string Expected => "a value";

    public override JsonObject ToSchema() => [];

    public override string? Fault(JsonElement value, string place = "") =>
        value.ValueKind == JsonValueKind.Null ? Sentence(value, place) : null;
}

/// <summary>Null alone.</summary>
internal sealed record NullForm : JsonForm
{
    public override string Expected => "null";

    public override JsonObject ToSchema() => new() { ["type"] = "null" };

    public override string? Fault(JsonElement value, string place = "") =>
        value.ValueKind == JsonValueKind.Null ? null : Sentence(value, place);
}

/// <summary>True or false.</summary>
internal sealed record FlagForm : JsonForm
{
    public override string Expected => "true or false";

    public override JsonObject ToSchema() => new() { ["type"] = "boolean" };

    public override string? Fault(JsonElement value, string place = "") =>
        value.ValueKind is JsonValueKind.True or JsonValueKind.False ? null : Sentence(value, place);
}

/// <summary>A text.</summary>
internal sealed record TextForm : JsonForm
{
    /// <summary>The texts that it may be; empty: any.</summary>
    public IReadOnlyList<string> Choices { get; init; } = [];

    /// <summary>How few characters it may have.</summary>
    public int Least { get; init; }

    /// <summary>What the whole of it is like, as a regular expression that ECMAScript reads alike; null: anything.</summary>
    public string? Pattern { get; init; }

    /// <summary>What errors call it; null: by the choices, or a text.</summary>
    public string? Words { get; init; }

    public override string Expected => Words
        ?? (Choices.Count > 0 ? $"one of {string.Join(", ", Choices)}" : Least > 0 ? "a text that is not empty" : "a text");

    public override JsonObject ToSchema()
    {
        if (Choices.Count > 0) return new() { ["enum"] = new JsonArray([.. Choices.Select(c => JsonValue.Create(c))]) };
        JsonObject schema = new() { ["type"] = "string" };
        if (Least > 0) schema["minLength"] = Least;
        if (Pattern is not null) schema["pattern"] = Pattern;
        return schema;
    }

    public override string? Fault(JsonElement value, string place = "") =>
        value.ValueKind == JsonValueKind.String && Fits(value.GetString()!) ? null : Sentence(value, place);

    /// <summary>Whether a text is one of these.</summary>
    public bool Fits(string text) => text.Length >= Least && (Choices.Count == 0 || Choices.Contains(text))
        && (Pattern is null || Regex.IsMatch(text, InDotNet(Pattern), RegexOptions.CultureInvariant));

    // In .NET $ fits before a line's end too.
    private static string InDotNet(string pattern) => pattern.EndsWith('$') ? pattern[..^1] + @"\z" : pattern;
}

/// <summary>A number.</summary>
internal sealed record NumberForm : JsonForm
{
    /// <summary>Whether it must be whole.</summary>
    public bool IsWhole { get; init; }

    /// <summary>The least it may be; null: as it likes.</summary>
    public double? Least { get; init; }

    /// <summary>The most it may be; null: as it likes.</summary>
    public double? Most { get; init; }

    public override string Expected => (IsWhole ? "a whole number" : "a number") + (Least, Most) switch
    {
        ({ } least, { } most) => $" from {Written(least)} to {Written(most)}",
        ({ } least, null) => $" of at least {Written(least)}",
        (null, { } most) => $" of at most {Written(most)}",
        _ => "",
    };

    public override JsonObject ToSchema()
    {
        JsonObject schema = new() { ["type"] = IsWhole ? "integer" : "number" };
        if (Least is { } least) schema["minimum"] = least;
        if (Most is { } most) schema["maximum"] = most;
        return schema;
    }

    public override string? Fault(JsonElement value, string place = "") =>
        value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out double x) && double.IsFinite(x)
        && !(IsWhole && x != Math.Floor(x)) && !(x < Least) && !(x > Most)
            ? null
            : Sentence(value, place);

    private static string Written(double number) => number.ToString(CultureInfo.InvariantCulture);
}
