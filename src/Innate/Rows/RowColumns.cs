namespace Innate.Rows;

/// <summary>A file's own names of the fields that the readers know: <c>prompt=question,completion=answer</c>.</summary>
public sealed class RowColumns
{
    /// <summary>The readers' own names.</summary>
    public static readonly RowColumns AsTheyAre = new(new Dictionary<string, string>());

    private readonly IReadOnlyDictionary<string, string> _names;

    private RowColumns(IReadOnlyDictionary<string, string> names) => _names = names;

    /// <summary>The fields that may be given another name.</summary>
    public static IReadOnlyList<string> Fields { get; } =
    [
        "prompt", "messages", "prompt_ids", "response", "responses", "response_ids", "responses_ids", "chosen", "rejected",
        "chosen_ids", "rejected_ids",
        "completion", "answer", "text", "system", "tools", "chat_template", "chat_template_kwargs", "spans",
        "completions", "steps", "labels", "margin", "reference", "allowed", "group", "null_prompt", "null_prompt_ids",
        "image_prompt_ids",
    ];

    /// <summary>Whether no field has another name.</summary>
    public bool IsEmpty => _names.Count == 0;

    /// <summary>The same as <see cref="Parse"/> of names that may be none.</summary>
    internal static RowColumns? ParseAny(string? text) => text is null ? null : Parse(text);

    /// <summary>Reads <c>field=column</c>, separated by commas.</summary>
    /// <param name="text">The text.</param>
    /// <exception cref="InputException">Another form, an unknown field, or a field or column named twice.</exception>
    public static RowColumns Parse(string text)
    {
        Dictionary<string, string> names = new(StringComparer.Ordinal);
        foreach (string part in text.Split(','))
        {
            int at = part.IndexOf('=', StringComparison.Ordinal);
            string field = at < 0 ? part.Trim() : part[..at].Trim(), column = at < 0 ? "" : part[(at + 1)..].Trim();
            if (at < 1 || column.Length == 0)
            {
                throw new InputException("Columns", "FIELD=COLUMN, separated by commas", $"'{part}'");
            }

            if (!Fields.Contains(field))
            {
                throw new InputException(
                    "Columns", $"one of {string.Join(", ", Fields)}", $"'{field}'{NearestName.Hint(field, Fields)}");
            }

            if (names.ContainsKey(field)) throw new InputException("Columns", "each field once", $"'{field}' twice");
            if (names.ContainsValue(column)) throw new InputException("Columns", "each column once", $"'{column}' twice");
            names[field] = column;
        }

        return new RowColumns(names);
    }

    /// <summary>The text that <see cref="Parse"/> reads.</summary>
    public override string ToString() => string.Join(',', _names.Select(n => $"{n.Key}={n.Value}"));

    /// <summary>Whether the file has a column of that name for a field of another.</summary>
    internal bool IsColumn(string column) => _names.Values.Contains(column);

    /// <summary>A field's name in the file; null where the column of that name is another field's.</summary>
    internal string? NameOf(string field) => _names.TryGetValue(field, out string? name) ? name
        : _names.Values.Contains(field) ? null
        : field;
}
