using System.Text.Json;

namespace Innate.Text.Tokenization;

/// <summary>The text in a file on which a tokenizer is trained.</summary>
internal static class TrainingText
{
    private static readonly string[] TextFields =
    [
        "text", "messages", "prompt", "completion", "response", "responses", "chosen", "rejected",
    ];

    /// <summary>
    /// A <c>.txt</c> file as one text; any other as JSON lines, of which the known fields of rows are read: texts, lists of
    /// texts, and messages with the names of their roles, since a chat template writes those too.
    /// </summary>
    /// <exception cref="InputException">The file cannot be read, or a row has no text: named by file and line.</exception>
    public static IEnumerable<string> Read(string file)
    {
        bool isPlain = file.EndsWith(".txt", StringComparison.OrdinalIgnoreCase);
        if (!isPlain) return JsonLines.Read(file).SelectMany(row => Texts(row, file));
        try
        {
            return [File.ReadAllText(file)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{file}: cannot be read: {e.Message}", e);
        }
    }

    private static List<string> Texts(JsonLine row, string file)
    {
        List<string> texts = [];
        try
        {
            foreach (JsonProperty property in row.Fields.EnumerateObject())
            {
                if (TextFields.Contains(property.Name)) Collect(property.Value, texts);
            }
        }
        catch (InvalidOperationException e)
        {
            throw new InputException($"{file}, line {row.Line}: expected Unicode text, found half a surrogate pair.", e);
        }

        return texts.Count > 0 ? texts : throw new InputException(
            $"{file}, line {row.Line}: expected text in one of {string.Join(", ", TextFields)}, found none.");
    }

    private static void Collect(JsonElement value, List<string> texts)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.String:
                texts.Add(value.GetString()!);
                break;
            case JsonValueKind.Array:
                foreach (JsonElement item in value.EnumerateArray()) Collect(item, texts);
                break;
            case JsonValueKind.Object:
                if (value.TryGetProperty("role", out JsonElement role) && role.ValueKind == JsonValueKind.String)
                {
                    texts.Add(role.GetString()! + "\n");
                }

                if (value.TryGetProperty("content", out JsonElement content)) Collect(content, texts);
                break;
            default:
                break;
        }
    }
}
