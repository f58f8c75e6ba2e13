using System.Globalization;
using System.Text.Json;
using Innate.Rows;

namespace Innate.Server.Requests;

/// <summary>What the serializer refuses, as a sentence: the JSON path, what was expected, what was found.</summary>
internal static class JsonFaults
{
    /// <param name="fault">What the serializer threw.</param>
    /// <param name="root">The value that it read.</param>
    /// <param name="place">The path of that value in the body; empty: it is the body.</param>
    public static string Sentence(JsonException fault, JsonElement root, string place)
    {
        string path = fault.Path is { Length: > 2 } full ? full[2..] : "";
        string name = place.Length == 0 ? path : $"{place}.{path}";
        bool isDuplicate = fault.Message.StartsWith("Duplicate property", StringComparison.Ordinal);
        if (isDuplicate) return $"the field \"{name}\" is given twice";
        if (fault.Message.StartsWith("expected ", StringComparison.Ordinal)) return $"\"{name}\": {fault.Message}";

        // Our converters say what they expect; where there is none, the record expects an object.
        return $"\"{name}\": expected a JSON object, found {Found(root, path)}";
    }

    private static string Found(JsonElement value, string path)
    {
        foreach (string step in path.Split('.', '['))
        {
            JsonElement next = default;
            bool exists = step.EndsWith(']')
                ? value.ValueKind == JsonValueKind.Array && int.TryParse(step[..^1], CultureInfo.InvariantCulture, out int i)
                    && i < value.GetArrayLength() && (next = value[i]).ValueKind != JsonValueKind.Undefined
                : value.ValueKind == JsonValueKind.Object && value.TryGetProperty(step, out next);
            if (!exists) break;
            value = next;
        }

        return RowJson.Describe(value);
    }
}
