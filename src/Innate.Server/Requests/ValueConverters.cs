using System.Text.Json;
using System.Text.Json.Serialization;
using Innate.Rows;

namespace Innate.Server.Requests;

/// <summary>Reads one kind of value, and says what it expected and found where there is another.</summary>
internal abstract class ValueConverter<T> : JsonConverter<T>
{
    /// <summary>What the converter takes, as the end of "expected ...".</summary>
    protected abstract string Expected { get; }

    /// <summary>The serializer adds the JSON path.</summary>
    protected JsonException Wrong(ref Utf8JsonReader reader, string where = "") =>
        new($"expected {Expected}, found {RowJson.Describe(JsonElement.ParseValue(ref reader))}{where}");

    // Requests are only read: replies are written by hand, byte for byte as each dialect has them.
    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
        throw new NotSupportedException();
}

/// <summary>A string, and nothing that could be taken for one.</summary>
internal sealed class TextConverter : ValueConverter<string>
{
    protected override string Expected => "a string";

    public override string Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String ? reader.GetString()! : throw Wrong(ref reader);
}

/// <summary>true or false.</summary>
internal sealed class FlagConverter : ValueConverter<bool>
{
    protected override string Expected => "true or false";

    public override bool Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType switch
        {
            JsonTokenType.True => true,
            JsonTokenType.False => false,
            _ => throw Wrong(ref reader),
        };
}

/// <summary>A number without a fraction, of 32 bits.</summary>
internal sealed class WholeConverter : ValueConverter<int>
{
    protected override string Expected => "a whole number";

    public override int Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out int value) ? value : throw Wrong(ref reader);
}

/// <summary>A finite number.</summary>
internal sealed class NumberConverter : ValueConverter<double>
{
    protected override string Expected => "a number";

    public override double Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.Number && reader.TryGetDouble(out double value) && double.IsFinite(value)
            ? value
            : throw Wrong(ref reader);
}

/// <summary>A string, or an array of strings.</summary>
internal sealed class TextsConverter : ValueConverter<string[]>
{
    protected override string Expected => "a string or an array of strings";

    public override string[] Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.String) return [reader.GetString()!];
        if (reader.TokenType != JsonTokenType.StartArray) throw Wrong(ref reader);
        List<string> texts = [];
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.String) throw Wrong(ref reader, $" at [{texts.Count}]");
            texts.Add(reader.GetString()!);
        }

        return [.. texts];
    }
}

/// <summary>
/// Any JSON, as it is. A field given twice inside it is not the request's own: whoever reads the value decides on that.
/// </summary>
internal sealed class ElementConverter : ValueConverter<JsonElement>
{
    protected override string Expected => "JSON";

    public override JsonElement Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        JsonElement.ParseValue(ref reader);
}

/// <summary>An object's fields as a template's variables: texts as they are, everything else as JSON.</summary>
internal sealed class VariablesConverter : ValueConverter<Dictionary<string, string>>
{
    protected override string Expected => "a JSON object";

    public override Dictionary<string, string> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.StartObject) throw Wrong(ref reader);
        Dictionary<string, string> variables = new(StringComparer.Ordinal);
        HashSet<string> names = new(StringComparer.Ordinal);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string name = reader.GetString()!;
            if (!names.Add(name)) throw new JsonException($"expected each variable once, found \"{name}\" twice");
            reader.Read();
            JsonElement value = JsonElement.ParseValue(ref reader);
            if (value.ValueKind == JsonValueKind.Null) continue;
            variables.Add(name, value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText());
        }

        return variables;
    }
}
