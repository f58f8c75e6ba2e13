using System.Globalization;

namespace Innate.Benchmarks.Evaluation;

/// <summary>What a reader of an evaluation's table must know.</summary>
public static class EvalNotes
{
    /// <summary>The sentences.</summary>
    /// <param name="results">A run's results.</param>
    public static IEnumerable<string> Of(EvalResults results)
    {
        IBenchmark benchmark = results.Benchmark;
        if (benchmark.Missing.Count > 0) yield return $"missing from the data: {string.Join(", ", benchmark.Missing)}";
        foreach (IGrouping<string, ScorerResult> group in results.Scorers.Where(s => s.Scored.Count > 0)
            .GroupBy(s => string.Join(", ", s.Over(benchmark)), StringComparer.Ordinal))
        {
            if (group.First().Over(benchmark).Count == benchmark.Parts.Count) continue;
            string who = group.Count() == results.Scorers.Count ? "" : $" ({string.Join(", ", group.Select(s => s.Spec.Name))})";
            yield return $"* over {group.Key} alone{who}";
        }

        if (ScorerTwins.HasAny(results.Scorers)) yield return ScorerTwins.Note.TrimEnd('.');
        if (results.Scorers.Any(s => s.Ties > 0))
        {
            yield return "ties counts comparisons of two responses that came out even, of which an item has several; n counts "
                + "items";
        }

        if (results.Scorers.Any(s => s.Unscored > 0))
        {
            yield return "n is what a scorer could score; items.jsonl says why it left the others out, and rows of unequal n "
                + "are not comparable";
        }

        foreach (ScorerResult row in results.Scorers.Where(s => s.Pairs is not null))
        {
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"{row.Spec.Name}: the response shown first gets {100 * row.Pairs!.FirstShare:0.0}% of its votes; it "
                + $"contradicts itself and abstains on {100.0 * row.Pairs.Abstained / row.Pairs.Pairs:0.0}% of all pairs of an "
                + $"item's responses, and one that counts is then a miss; by its mean probabilities alone "
                + $"{row.Metrics[0].Name} would be {100 * ByScores(benchmark, row):0.0}");
        }

        foreach (ScorerResult row in results.Scorers.Where(s => s.Outcomes.Count > 0))
        {
            if (benchmark.Remark(row.Outcomes) is { } remark) yield return $"{row.Spec.Name}: {remark}";
        }
    }

    private static double ByScores(IBenchmark benchmark, ScorerResult row) => benchmark.Measure(benchmark.Outcomes(
        [.. row.Scored.Select(s => s with { Scores = [.. s.Scores.Select(q => q with { Preferences = null })] })]))[0].Value;
}
