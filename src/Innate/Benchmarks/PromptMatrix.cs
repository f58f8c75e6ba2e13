namespace Innate.Benchmarks;

/// <summary>
/// The table of a benchmark that puts the same responses under several system prompts: cell [prompt, domain] is the share of
/// comparisons that the domain's response wins against all other responses to the same query, under that prompt. Where prompts
/// steer the reward, each column is highest on the diagonal. An outcome's values are the item's cells, in rows.
/// </summary>
internal static class PromptMatrix
{
    /// <summary>An item with one question a prompt; its first <paramref name="domains"/> responses are the domains'.</summary>
    public static ItemOutcome Outcome(ScoredItem scored, int domains)
    {
        double[] cells = new double[scored.Scores.Count * domains];
        int ties = 0;
        for (int p = 0; p < scored.Scores.Count; p++)
        {
            int responses = scored.Item.Questions[p].Responses.Count;
            for (int d = 0; d < domains; d++)
            {
                for (int other = 0; other < responses; other++)
                {
                    if (other == d) continue;
                    int comparison = scored.Scores[p].Compare(d, other);
                    if (comparison > 0) cells[(p * domains) + d] += 1.0 / (responses - 1);

                    // The pair of two domains is met twice.
                    if (comparison == 0 && (other > d || other >= domains)) ties++;
                }
            }
        }

        return new ItemOutcome(scored.Item, cells, ties);
    }

    /// <summary>The mean of the items' cells.</summary>
    public static double[,] Mean(IReadOnlyCollection<ItemOutcome> outcomes, int domains)
    {
        double[,] mean = new double[outcomes.First().Values.Length / domains, domains];
        foreach (ItemOutcome outcome in outcomes)
        {
            for (int c = 0; c < outcome.Values.Length; c++) mean[c / domains, c % domains] += outcome.Values[c];
        }

        for (int c = 0; c < mean.Length; c++) mean[c / domains, c % domains] /= outcomes.Count;
        return mean;
    }

    /// <summary>
    /// Accuracy, the mean of the diagonal; then the diagonal; then how many columns are highest on it, as a share.
    /// </summary>
    /// <remarks>A column compares the same pairs of responses under each prompt, so that nothing but the prompt differs in
    /// it.</remarks>
    public static IReadOnlyList<Metric> Measure(IReadOnlyList<ItemOutcome> outcomes, IReadOnlyList<string> domains)
    {
        double[,] m = Mean(outcomes, domains.Count);
        int rows = m.GetLength(0);
        return
        [
            new Metric("accuracy", Enumerable.Range(0, rows).Average(d => m[d, d])),
            .. Enumerable.Range(0, rows).Select(d => new Metric(domains[d], m[d, d])),
            new Metric("diagonal", Enumerable.Range(0, domains.Count).Average(c =>
                Enumerable.Range(0, rows).All(r => r == c || m[c, c] > m[r, c]) ? 1 : 0)),
        ];
    }
}
