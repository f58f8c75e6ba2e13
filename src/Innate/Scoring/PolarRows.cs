using System.Text.Json;
using Innate.Rewards;
using Innate.Rows;
using Innate.Text;

namespace Innate.Scoring;

/// <summary>
/// Rows that POLAR's reward model reads: each response beside the row's <c>reference</c> (<see cref="PolarInput"/>). Without a
/// reference there is nothing to compare with, and no reward.
/// </summary>
public static class PolarRows
{
    // The published client's lengths, where the model's context has room for them.
    private const int MostTokens = 16384, MostResponse = 4096;

    /// <summary>What reads a row in the place of its conversation; null: the reward reads conversations.</summary>
    /// <param name="kind">The reward.</param>
    /// <param name="context">The longest input of the model, in tokens.</param>
    /// <param name="columns">The file's own names of fields; null: none of its own.</param>
    public static Func<Row, Tokenizer, IReadOnlyList<int[]>>? ReaderOf(
        RewardKind kind, int context, RowColumns? columns = null) =>
        kind == RewardKind.Polar ? (row, tokenizer) => Read(row, tokenizer, context, columns) : null;

    /// <summary>Refuses the reward where rows have no reference.</summary>
    /// <param name="kind">The reward.</param>
    /// <param name="place">What has none, in words.</param>
    /// <exception cref="InputException">It is this one.</exception>
    public static void Refuse(RewardKind kind, string place)
    {
        if (kind != RewardKind.Polar) return;
        throw new InputException("Reward", $"no polar {place}, for it compares with a row's \"reference\"", "polar");
    }

    /// <summary>The whole inputs, one a response.</summary>
    /// <param name="prompt">What was asked.</param>
    /// <param name="reference">What is compared with.</param>
    /// <param name="responses">The responses.</param>
    /// <param name="tokenizer">The model's.</param>
    /// <param name="context">The longest input of the model, in tokens.</param>
    /// <exception cref="InputException">A text without an answer, or a context without room.</exception>
    internal static IReadOnlyList<int[]> Read(
        IReadOnlyList<ConversationMessage> prompt, string reference, IReadOnlyList<string> responses, Tokenizer tokenizer,
        int context)
    {
        string asked = PolarInput.Messages(prompt);
        int[] promptIds = tokenizer.Encode(asked);
        string known = Answer(reference, "\"reference\"");
        int[] knownIds = tokenizer.Encode(known);
        int most = Math.Min(MostTokens, context), each = Math.Min(MostResponse, most / 4);
        return
        [
            .. responses.Select((response, i) =>
            {
                string answer = Answer(response, $"response {i + 1}");
                int[] ids = tokenizer.Encode(answer);
                PolarLengths kept = PolarInput.Keep(knownIds.Length, ids.Length, most, each);
                string begin = kept.Prompt >= promptIds.Length ? asked
                    : tokenizer.Decode(PolarInput.LastTokens(promptIds, kept));
                int[] whole = tokenizer.Encode(PolarInput.Layout(
                    begin, Cut(known, knownIds, kept.Reference), Cut(answer, ids, kept.Candidate)));
                return whole;
            }),
        ];

        string Cut(string text, int[] ids, int length) => length >= ids.Length ? text : tokenizer.Decode(ids.AsSpan(0, length));
    }

    private static IReadOnlyList<int[]> Read(Row row, Tokenizer tokenizer, int context, RowColumns? columns)
    {
        JsonElement? value = row.Fields.ValueKind == JsonValueKind.Object
            ? new RowFields(row.Fields, columns).Get("reference") : null;
        if (value is not { ValueKind: JsonValueKind.String } text)
        {
            string found = value is { } other ? RowJson.Describe(other) : "none";
            throw new InputException($"\"reference\": expected the answer that polar compares with, found {found}");
        }

        return Read(
            row.Prompt.Conversation, text.GetString()!,
            [.. row.Responses.Select(r => r.Text ?? throw new InputException("expected responses as texts, found ids"))],
            tokenizer, context);
    }

    private static string Answer(string text, string place) => PolarInput.Answer(text)
        ?? throw new InputException($"{place}: expected an answer, found no more than thoughts");
}
