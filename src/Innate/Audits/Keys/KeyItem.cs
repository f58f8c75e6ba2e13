using System.Text.Json;
using Innate.Rows;

namespace Innate.Audits.Keys;

/// <summary>A prompt with responses that are known to be right or wrong, and the empty keys that stand beside them.</summary>
/// <param name="Row">The row as it came.</param>
/// <param name="Right">Its right responses.</param>
/// <param name="Wrong">Its wrong ones.</param>
/// <param name="Keys"><see cref="EmptyKeys.Of"/> its prompt.</param>
internal sealed record KeyItem(Row Row, IReadOnlyList<string> Right, IReadOnlyList<string> Wrong, IReadOnlyList<string> Keys)
{
    /// <summary>The fields that may hold a flag for each of <c>responses</c>.</summary>
    private static readonly string[] FlagNames = ["correct", "is_correct", "labels", "scores"];

    /// <summary>Items of one prompt have the same.</summary>
    public string Cluster => string.Join('\0', Row.Prompt.Conversation.Select(m => $"{m.Role}\0{m.Content}"));

    /// <summary>Whether there is a right and a wrong response.</summary>
    public bool HasBoth => Right.Count > 0 && Wrong.Count > 0;

    /// <summary>
    /// A row as an item: <c>chosen</c> is right and <c>rejected</c> wrong; of <c>responses</c> a field of flags says so, true and
    /// false or 1 and 0: <c>correct</c>, <c>is_correct</c>, <c>labels</c> or <c>scores</c>.
    /// </summary>
    /// <exception cref="InputException">Ids, no flags, or flags that are none.</exception>
    public static KeyItem Of(Row row)
    {
        if (row.Prompt.Ids is not null || row.Responses.Any(r => r.Text is null))
        {
            throw new InputException("expected prompt and responses as text, beside which keys are put, found ids");
        }

        bool[] right = row.Shape switch
        {
            ResponseShape.Pair => [true, false],
            ResponseShape.Many => Flags(row),
            _ => throw new InputException(
                "expected \"chosen\" and \"rejected\", or \"responses\" with a flag for each in \"correct\", found one response"),
        };
        string[] texts = [.. row.Responses.Select(r => r.Text!)];
        return new KeyItem(
            row, [.. texts.Where((_, i) => right[i])], [.. texts.Where((_, i) => !right[i])], EmptyKeys.Of(row.Prompt));
    }

    private static bool[] Flags(Row row)
    {
        string name = FlagNames.FirstOrDefault(n => RowJson.Get(row.Fields, n) is not null) ?? throw new InputException(
            $"expected a flag for each response in one of {string.Join(", ", FlagNames.Select(n => $"\"{n}\""))}, found none");
        JsonElement flags = RowJson.Get(row.Fields, name)!.Value;
        if (flags.ValueKind != JsonValueKind.Array || flags.GetArrayLength() != row.Responses.Count)
        {
            string found = flags.ValueKind == JsonValueKind.Array ? $"{flags.GetArrayLength()}" : RowJson.Describe(flags);
            throw new InputException($"\"{name}\": expected {row.Responses.Count} flags, one a response, found {found}");
        }

        return [.. flags.EnumerateArray().Select((flag, i) => flag.ValueKind switch
        {
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            JsonValueKind.Number when flag.GetDouble() is 0 or 1 => flag.GetDouble() > 0,
            _ => throw new InputException(
                $"\"{name}[{i}]\": expected true or false, or 1 or 0, found {RowJson.Describe(flag)}"),
        })];
    }
}
