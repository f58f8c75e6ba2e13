using System.Globalization;
using System.Text.Json;
using Innate.Text;

namespace Innate.Benchmarks;

/// <summary>
/// A record's prompt, responses and flags, found by the names of its columns. Known are: the prompt as <c>prompt</c>,
/// <c>question</c> or <c>problem</c>; the responses as an array <c>responses</c>, <c>completions</c> or <c>answers</c>, or one by
/// one as <c>response_1</c> to <c>response_k</c>; the flags as an array (in CSV: its text) <c>scores</c>, <c>correct</c>,
/// <c>is_correct</c> or <c>labels</c> of true and false or 1 and 0. Optional: <c>question_id</c> or <c>id</c>, with
/// <c>model_name</c> after it.
/// </summary>
/// <param name="Prompt">The prompt.</param>
/// <param name="Responses">Two or more.</param>
/// <param name="Right">Which of them are right.</param>
/// <param name="Id">The item's own id; null: it has none.</param>
internal sealed record PpeColumns(
    IReadOnlyList<ConversationMessage> Prompt, IReadOnlyList<string> Responses, IReadOnlyList<int> Right, string? Id)
{
    private const string Numbered = "response_";
    private static readonly string[] PromptNames = ["prompt", "question", "problem"];
    private static readonly string[] ResponseNames = ["responses", "completions", "answers"];
    private static readonly string[] FlagNames = ["scores", "correct", "is_correct", "labels"];

    /// <summary>A record's columns.</summary>
    /// <exception cref="InputException">Some are missing, named together, or one is not what it should be.</exception>
    public static PpeColumns Of(BenchmarkRecord record)
    {
        string? prompt = Find(PromptNames), responses = Find(ResponseNames), flags = Find(FlagNames);
        bool isNumbered = responses is null && record.Optional(Numbered + "1") is not null;
        string[] missing =
        [
            .. prompt is null ? [$"the prompt ({string.Join(", ", PromptNames)})"] : Array.Empty<string>(),
            .. responses is null && !isNumbered
                ? [$"the responses ({string.Join(", ", ResponseNames)}, or {Numbered}1, {Numbered}2, ...)"]
                : Array.Empty<string>(),
            .. flags is null ? [$"their flags ({string.Join(", ", FlagNames)})"] : Array.Empty<string>(),
        ];
        if (missing.Length > 0)
        {
            throw new InputException(
                $"{record.Place}: expected columns for {string.Join(" and ", missing)}; {record.FieldsFound()}.");
        }

        IReadOnlyList<string> texts = isNumbered ? OneByOne(record) : record.Texts(responses!);
        if (texts.Count < 2) throw record.Fault(responses ?? Numbered + "2", "two responses or more", $"{texts.Count}");
        string? id = Find(["question_id", "id"]) is { } name ? record.Id(name) : null;
        string? model = record.Optional("model_name") is null ? null : record.Text("model_name");
        string? own = id is null || model is null ? id : $"{id}/{model}";
        return new PpeColumns(record.Prompt(prompt!), texts, Rights(record, flags!, texts.Count), own);

        string? Find(string[] names) => names.FirstOrDefault(n => record.Optional(n) is not null);
    }

    private static string[] OneByOne(BenchmarkRecord record)
    {
        List<string> texts = [];
        while (Name(texts.Count) is { } name && record.Optional(name) is not null) texts.Add(record.Text(name));

        // A gap would give every later response the flag of another.
        string? later = record.Fields.EnumerateObject().Select(p => p.Name).FirstOrDefault(
            n => n.StartsWith(Numbered, StringComparison.Ordinal)
                && int.TryParse(n.AsSpan(Numbered.Length), NumberStyles.None, CultureInfo.InvariantCulture, out int i)
                && i > texts.Count && record.Optional(n) is not null);
        return later is null ? [.. texts] : throw record.Fault(Name(texts.Count), "a text", $"none, but {later}");

        static string Name(int place) => string.Create(CultureInfo.InvariantCulture, $"{Numbered}{place + 1}");
    }

    private static List<int> Rights(BenchmarkRecord record, string field, int count)
    {
        string expected = $"an array of {count} flags, true or false";
        JsonElement flags = record.Optional(field)!.Value;
        if (flags.ValueKind == JsonValueKind.String) flags = Parsed(record, field, expected);
        if (flags.ValueKind != JsonValueKind.Array) throw record.Fault(field, expected, JsonLines.Describe(flags));
        if (flags.GetArrayLength() != count) throw record.Fault(field, expected, $"one of {flags.GetArrayLength()}");
        List<int> right = [];
        int at = 0;
        foreach (JsonElement flag in flags.EnumerateArray())
        {
            bool isRight = flag.ValueKind switch
            {
                JsonValueKind.True => true,
                JsonValueKind.False => false,
                JsonValueKind.Number when flag.GetDouble() is 0 or 1 => flag.GetDouble() > 0,
                _ => throw record.Fault($"{field}[{at}]", "true or false, 1 or 0", JsonLines.Describe(flag)),
            };
            if (isRight) right.Add(at);
            at++;
        }

        return right;
    }

    // A cell of CSV is text.
    private static JsonElement Parsed(BenchmarkRecord record, string field, string expected)
    {
        string text = record.Text(field);
        try
        {
            using JsonDocument document = JsonDocument.Parse(text);
            return document.RootElement.Clone();
        }
        catch (JsonException e)
        {
            throw new InputException(
                $"{record.Place}: the field \"{field}\": expected {expected}, found a text that is none.", e);
        }
    }
}
