using System.Text.Json;
using Innate.Rows;

namespace Innate.Data;

/// <summary>
/// What a cell of text becomes, by the field that its column is. A cell is text, whatever it looks like, but:
/// in a field that never holds text (messages, ids, lists) JSON is read as what it is; in a field that holds text or messages
/// only JSON that is messages is; in a field of a number (label, margin, score) a number or true or false is.
/// </summary>
internal sealed class CellRule
{
    private static readonly string[] NeverText =
    [
        "messages", "conversations", "prompt_ids", "response_ids", "responses", "responses_ids", "tools", "documents",
        "chat_template_kwargs", "spans", "history", "completions", "steps", "labels",
    ];

    private static readonly string[] TextOrMessages = ["prompt", "chosen", "rejected", "response", "completion"];

    private static readonly string[] Numbers = ["label", "margin", "score", "score_chosen", "score_rejected"];

    private static readonly CellRule Text = new(_ => false);

    private static readonly CellRule Structure = new(value => value.ValueKind is JsonValueKind.Array or JsonValueKind.Object);

    private static readonly CellRule Messages = new(IsMessages);

    private static readonly CellRule Number =
        new(value => value.ValueKind is JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False);

    private readonly Func<JsonElement, bool> _isMeant;

    private CellRule(Func<JsonElement, bool> isMeant) => _isMeant = isMeant;

    /// <summary>The rule of a column.</summary>
    /// <param name="column">Its name.</param>
    /// <param name="columns">The file's own names of fields; null: none of its own.</param>
    public static CellRule Of(string column, RowColumns? columns)
    {
        RowColumns names = columns ?? RowColumns.AsTheyAre;
        return IsOneOf(NeverText) ? Structure : IsOneOf(TextOrMessages) ? Messages : IsOneOf(Numbers) ? Number : Text;

        bool IsOneOf(string[] fields) => fields.Any(f => names.NameOf(f) == column);
    }

    /// <summary>Writes a cell as a JSON value.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="cell">The cell, in UTF-8.</param>
    public void Write(Utf8JsonWriter writer, ReadOnlySpan<byte> cell)
    {
        if (this != Text && cell.TrimStart(" \t\r\n"u8) is [var first, ..] && MayBegin(first) && Parse(cell) is { } document)
        {
            using (document)
            {
                if (_isMeant(document.RootElement))
                {
                    // A row stays one line: outside strings, line ends are white space.
                    byte[] raw = cell.ToArray();
                    raw.AsSpan().Replace((byte)'\n', (byte)' ');
                    raw.AsSpan().Replace((byte)'\r', (byte)' ');
                    writer.WriteRawValue(raw, skipInputValidation: true);
                    return;
                }
            }
        }

        writer.WriteStringValue(cell);
    }

    private bool MayBegin(byte first) => this == Number
        ? first is (byte)'-' or (byte)'t' or (byte)'f' || char.IsAsciiDigit((char)first)
        : first is (byte)'[' or (byte)'{';

    private static JsonDocument? Parse(ReadOnlySpan<byte> cell)
    {
        try
        {
            return JsonDocument.Parse(cell.ToArray(), RowJson.Options);
        }
        catch (JsonException)
        {
            return null; // Text that begins like JSON.
        }
    }

    private static bool IsMessages(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Array => value.GetArrayLength() > 0 && value.EnumerateArray().All(IsMessage),
        JsonValueKind.Object => IsMessage(value),
        _ => false,
    };

    private static bool IsMessage(JsonElement value) => value.ValueKind == JsonValueKind.Object
        && ((Has(value, "role") && (Has(value, "content") || Has(value, "tool_calls")))
            || (Has(value, "from") && Has(value, "value")));

    private static bool Has(JsonElement value, string field) => value.TryGetProperty(field, out _);
}
