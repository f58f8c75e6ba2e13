namespace Innate.Judges;

/// <summary>A preference: one response over another.</summary>
/// <param name="Chosen">The better one's index.</param>
/// <param name="Rejected">The other's.</param>
/// <param name="Margin">By how much its score is higher; above 0.</param>
internal readonly record struct LabelledPair(int Chosen, int Rejected, double Margin);

/// <summary>Preferences made of scores, and what none was made of.</summary>
/// <param name="Pairs">The preferences.</param>
/// <param name="Ties">Pairs of equal scores.</param>
/// <param name="Small">Pairs whose margin is below the least one.</param>
/// <param name="Abstained">Pairs on which a comparing judge abstained, or prefers the one with the lower score.</param>
internal sealed record PairLabels(IReadOnlyList<LabelledPair> Pairs, int Ties, int Small, int Abstained)
{
    /// <summary>
    /// Chosen and rejected responses from what a judge, or a reward, says. A text that occurs again is not labelled again: of
    /// two different ones there is one preference at most.
    /// </summary>
    /// <param name="responses">The responses' texts.</param>
    /// <param name="verdict">Their scores; of a comparing judge also its preferences.</param>
    /// <param name="all">Every pair, the better one chosen; else the best against the worst alone.</param>
    /// <param name="minMargin">The least margin, at least 0; a tie is dropped whatever it is.</param>
    public static PairLabels Of(IReadOnlyList<string> responses, JudgeVerdict verdict, bool all, double minMargin)
    {
        double[] scores = verdict.Scores;
        int ties = 0, small = 0, abstained = 0;
        List<LabelledPair> pairs = [];
        int[] different =
            [.. responses.Select((text, i) => (text, i)).DistinctBy(r => r.text, StringComparer.Ordinal).Select(r => r.i)];
        foreach ((int better, int worse) in all ? Every(different, scores) : BestAndWorst(different, scores))
        {
            double margin = scores[better] - scores[worse];
            if (margin == 0) ties++;

            // Of three or more a comparing judge may prefer the one whose mean over all others is lower: no label against its
            // word.
            else if (verdict.Preferences is { } said && !(said[better, worse] > 0.5)) abstained++;
            else if (margin < minMargin) small++;
            else pairs.Add(new LabelledPair(better, worse, margin));
        }

        return new PairLabels(pairs, ties, small, abstained);
    }

    // The first of equals.
    private static IEnumerable<(int Better, int Worse)> BestAndWorst(int[] responses, double[] scores) =>
        responses.Length < 2 ? [] : [(responses.MaxBy(i => scores[i]), responses.MinBy(i => scores[i]))];

    private static IEnumerable<(int Better, int Worse)> Every(int[] responses, double[] scores) =>
        from i in responses
        from j in responses
        where i < j
        select scores[i] >= scores[j] ? (i, j) : (j, i);
}
