using Innate.Judges;
using Innate.Rows;
using Innate.Text;
using Innate.Verifiers;

namespace Innate.Runs.Curation;

/// <summary>
/// Pairs that people have labelled, of which the nearest stand beside a new one when a judge is asked about it. Near is
/// <see cref="TextSimilarity"/> of what is asked (ours; the paper uses embeddings).
/// </summary>
/// <param name="pairs">Labelled pairs, the better response first.</param>
internal sealed class LabelledExamples(IReadOnlyList<Row> pairs)
{
    private readonly string[] _asked = [.. pairs.Select(p => Questions.TextOf(p.Prompt.Conversation))];

    /// <summary>The nearest pairs, the nearest first; of those as near as each other the earlier. Never the pair's own.</summary>
    /// <param name="row">The new pair.</param>
    /// <param name="count">How many.</param>
    public IReadOnlyList<Row> Nearest(Row row, int count)
    {
        if (count == 0) return [];
        string asked = Questions.TextOf(row.Prompt.Conversation);
        return
        [
            .. Enumerable.Range(0, pairs.Count).Where(i => !IsSame(pairs[i], row))
                .Select(i => (Place: i, Near: TextSimilarity.Of(asked, _asked[i])))
                .OrderByDescending(x => x.Near).ThenBy(x => x.Place).Take(count).Select(x => pairs[x.Place]),
        ];
    }

    /// <summary>The question with the examples before it, as a message of their own.</summary>
    public static JudgeQuestion Ask(Row row, IReadOnlyList<Row> examples)
    {
        IReadOnlyList<string> responses = [.. row.Responses.Select(r => r.Text!)];
        if (examples.Count == 0) return new JudgeQuestion(row.Prompt.Conversation, responses);
        string shown = string.Join("\n\n", examples.Select(e =>
            $"Question: {Questions.TextOf(e.Prompt.Conversation)}\nBetter: {e.Responses[0].Text}\nWorse: {e.Responses[1].Text}"));
        return new JudgeQuestion([new ConversationMessage("labelled examples", shown), .. row.Prompt.Conversation], responses);
    }

    private static bool IsSame(Row a, Row b) => a.Responses.Select(r => r.Text).Order(StringComparer.Ordinal)
        .SequenceEqual(b.Responses.Select(r => r.Text).Order(StringComparer.Ordinal))
        && Questions.TextOf(a.Prompt.Conversation) == Questions.TextOf(b.Prompt.Conversation);
}
