namespace Innate.Benchmarks;

/// <summary>
/// The parts of RewardBench 2's score of Ties (arXiv 2506.01937; confirmed by code); see <see cref="RewardBench2"/>.
/// </summary>
/// <param name="Tied">The share of accurate prompts with several right answers.</param>
/// <param name="References">The share of accurate prompts with one.</param>
/// <param name="Preferred">The share of prompts whose gap, with several right answers, is wider than their spread.</param>
/// <param name="PreferredHard">The same with the smaller of both gaps.</param>
/// <param name="Margin">The mean of tanh(smaller gap / spread - 1), from -1 to 1.</param>
internal readonly record struct TiesScore(
    double Tied, double References, double Preferred, double PreferredHard, double Margin)
{
    /// <summary>At most 1.01: the weights are 0.30, 0.30, 0.20, 0.20 and 0.01.</summary>
    public double Score => (0.3 * Tied) + (0.3 * References) + (0.2 * Preferred) + (0.2 * PreferredHard) + (0.01 * Margin);

    /// <summary>The score of outcomes [is tied, accurate, spread, gap].</summary>
    public static TiesScore Of(IReadOnlyList<ItemOutcome> outcomes)
    {
        ItemOutcome[] tied = [.. outcomes.Where(o => o.Values[0] > 0)], references = [.. outcomes.Where(o => o.Values[0] <= 0)];
        ILookup<string, ItemOutcome> byCluster = references.ToLookup(o => o.Item.Cluster, StringComparer.Ordinal);

        // In a resample a cluster may occur several times: its n-th tied item belongs to its n-th reference.
        (ItemOutcome Tied, ItemOutcome Reference)[] both =
            [.. tied.GroupBy(t => t.Item.Cluster, StringComparer.Ordinal).SelectMany(g => g.Zip(byCluster[g.Key]))];
        TiesScore accurate = new(Accuracy(tied), Accuracy(references), 0, 0, 0);
        return both.Length == 0 ? accurate : accurate with
        {
            Preferred = both.Average(b => b.Tied.Values[3] > b.Tied.Values[2] ? 1.0 : 0),
            PreferredHard = both.Average(b => Gap(b) > b.Tied.Values[2] ? 1.0 : 0),
            Margin = both.Average(b => Math.Tanh((Gap(b) / b.Tied.Values[2]) - 1) is var t && double.IsNaN(t) ? 0 : t),
        };

        static double Gap((ItemOutcome Tied, ItemOutcome Reference) b) => Math.Min(b.Tied.Values[3], b.Reference.Values[3]);
    }

    private static double Accuracy(ItemOutcome[] outcomes) => outcomes.Length == 0 ? 0 : outcomes.Average(o => o.Values[1]);
}
