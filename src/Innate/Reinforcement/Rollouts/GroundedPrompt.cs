using System.Text.Json;
using Innate.Rows;

namespace Innate.Reinforcement.Rollouts;

/// <summary>What a prompt is to be answered from, and how.</summary>
/// <param name="Documents">The documents, cited as [1], [2], ... in this order; at least one.</param>
/// <param name="Answers">The gold answers that they hold; none: they hold none, and the prompt is to be refused.</param>
internal sealed record GroundedPrompt(IReadOnlyList<string> Documents, IReadOnlyList<string> Answers)
{
    /// <summary>The paper's four tags (the names are ours).</summary>
    public static IReadOnlyList<string> UsualTags { get; } = ["<reasoning>", "</reasoning>", "<answer>", "</answer>"];

    /// <summary>What a refusal says (ours, after the data sets that the paper is measured on).</summary>
    public const string UsualRefusal =
        "I apologize, but I couldn't find an answer to your question in the search results.";

    /// <summary>
    /// Tags that a response has once each, in this order: four, of which the last two hold the answer, or one, after which the
    /// answer stands.
    /// </summary>
    public IReadOnlyList<string> Tags { get; init; } = UsualTags;

    /// <summary>What a refusal says.</summary>
    public string Refusal { get; init; } = UsualRefusal;

    /// <summary>
    /// Of a row: <c>documents</c> (objects with a <c>text</c> and perhaps a <c>title</c>, which the chat template is given too),
    /// <c>answers</c>, and perhaps <c>tags</c> and <c>refusal</c>.
    /// </summary>
    /// <exception cref="InputException">One is missing, or something else.</exception>
    public static GroundedPrompt Of(RowFields fields)
    {
        string[] documents = DocumentsOf(fields);
        string[] answers = Texts(fields, "answers", "the gold answers, none where the documents hold none")
            ?? throw new InputException(
                "\"answers\": expected the gold answers, none where the documents hold none, found nothing");
        string[]? tags = Texts(fields, "tags", "four tags, or one");
        if (tags is not null and not ({ Length: 1 or 4 }))
        {
            throw new InputException($"\"tags\": expected four tags, or one before the answer, found {tags.Length}");
        }

        return new GroundedPrompt(documents, answers)
        {
            Tags = tags ?? UsualTags,
            Refusal = fields.Has("refusal") ? fields.Text("refusal") : UsualRefusal,
        };
    }

    private static string[] DocumentsOf(RowFields fields)
    {
        const string expected = "\"documents\": expected objects with the texts that the answer is found in";
        if (fields.Get("documents") is not { } array) throw new InputException($"{expected}, found nothing");
        if (array.ValueKind != JsonValueKind.Array) throw new InputException($"{expected}, found {RowJson.Describe(array)}");
        if (array.GetArrayLength() == 0) throw new InputException($"{expected}, found none");
        return [.. array.EnumerateArray().Select((document, i) =>
        {
            string place = $"documents[{i}]";
            JsonElement? text = document.ValueKind == JsonValueKind.Object ? RowJson.Get(document, "text") : null;
            if (text is not { } found)
            {
                throw new InputException($"\"{place}\": expected an object with a \"text\", found {RowJson.Describe(document)}");
            }

            string said = RowJson.AsText(found, $"{place}.text");
            return RowJson.Get(document, "title") is { } title ? $"{RowJson.AsText(title, $"{place}.title")}\n{said}" : said;
        })];
    }

    private static string[]? Texts(RowFields fields, string name, string what)
    {
        if (fields.Get(name) is not { } array) return null;
        string place = fields.NameOf(name);
        if (array.ValueKind != JsonValueKind.Array)
        {
            throw new InputException($"\"{place}\": expected an array of {what}, found {RowJson.Describe(array)}");
        }

        return [.. array.EnumerateArray().Select((text, i) => text.ValueKind == JsonValueKind.Number ? text.GetRawText()
            : RowJson.AsText(text, $"{place}[{i}]") is { Length: > 0 } said ? said
            : throw new InputException($"\"{place}[{i}]\": expected a text, found an empty one"))];
    }
}
