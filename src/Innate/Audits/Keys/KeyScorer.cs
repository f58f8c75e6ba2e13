using Innate.Rows;
using Innate.Scoring;

namespace Innate.Audits.Keys;

/// <summary>
/// Puts empty keys beside real responses to a reward or a judge. Where each text has a score of its own, all texts of an item are
/// one row, so that the prompt is read once; where a score depends on the texts beside it, a key meets each response alone.
/// </summary>
/// <param name="scorer">The reward or judge.</param>
/// <param name="compares">Whether a score depends on the texts beside it.</param>
/// <param name="place">The scorer's place among all.</param>
internal sealed class KeyScorer(ResponseScorer scorer, bool compares, int place)
{
    /// <summary>What it says of items.</summary>
    /// <param name="items">The items.</param>
    /// <param name="cancellation">Stops between layers and tokens.</param>
    /// <returns>One an item, in order, with its place among these.</returns>
    public IReadOnlyList<KeyScores> Score(IReadOnlyList<KeyItem> items, CancellationToken cancellation) =>
        compares ? Compare(items, cancellation) : Each(items, cancellation);

    private KeyScores[] Each(IReadOnlyList<KeyItem> items, CancellationToken cancellation)
    {
        string[][] texts = [.. items.Select(i => (string[])[.. i.Keys, .. i.Right, .. i.Wrong])];
        IReadOnlyList<ScoredRow> together = scorer.Score([.. items.Select((x, i) => RowOf(x, texts[i]))], cancellation);
        return [.. items.Select((item, i) =>
        {
            // One text that cannot be scored takes down no other.
            ScoredRow[] alone = together[i].Verdict is not null ? []
                : [.. scorer.Score([.. texts[i].Select(t => RowOf(item, [t]))], cancellation)];
            double?[] scores = together[i].Verdict is { } verdict ? [.. verdict.Scores.Select(s => (double?)s)]
                : [.. alone.Select(a => a.Verdict?.Scores[0])];
            int keys = item.Keys.Count, right = keys + item.Right.Count;
            return KeyScores.OfScores(
                place, i, scores[..keys], scores[keys..right], scores[right..],
                alone.Select(a => a.Error).FirstOrDefault(e => e is not null));
        })];
    }

    private KeyScores[] Compare(IReadOnlyList<KeyItem> items, CancellationToken cancellation)
    {
        List<Row> asked = [];
        foreach (KeyItem item in items)
        {
            foreach (string key in item.Keys) asked.AddRange(item.Wrong.Concat(item.Right).Select(r => RowOf(item, [key, r])));
            asked.AddRange(item.Right.SelectMany(r => item.Wrong.Select(w => RowOf(item, [r, w]))));
        }

        IReadOnlyList<ScoredRow> said = scorer.Score(asked, cancellation);
        int next = 0;
        return [.. items.Select((item, i) =>
        {
            string? error = null;
            KeyScore[] keys =
                [.. item.Keys.Select(_ => new KeyScore(null, Wins(item.Wrong.Count), Wins(item.Right.Count)))];
            double? right = Wins(item.Right.Count * item.Wrong.Count);
            return new KeyScores(
                place, i, keys, new double?[item.Right.Count], new double?[item.Wrong.Count], right, error);

            double? Wins(int count)
            {
                ScoredRow[] own = [.. said.Skip(next).Take(count)];
                next += count;
                error ??= own.Select(r => r.Error).FirstOrDefault(e => e is not null);
                return own.Where(r => r.Verdict is not null)
                    .Select(r => r.Verdict!.Scores[0] > r.Verdict.Scores[1] ? 1.0 : 0.0).Cast<double?>().Average();
            }
        })];
    }

    private static Row RowOf(KeyItem item, IReadOnlyList<string> texts) => item.Row with
    {
        Responses = [.. texts.Select(t => new RowResponse(t, null))],
        Shape = ResponseShape.Many,
    };
}
