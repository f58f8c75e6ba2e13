using System.Globalization;
using Innate.Scoring.Rules;

namespace Innate.Benchmarks.Policy;

/// <summary>A sampled answer.</summary>
/// <param name="Answer">The final answer; null: the response has none.</param>
/// <param name="IsRight">Whether it is the known one.</param>
public readonly record struct GradedSample(string? Answer, bool IsRight);

/// <summary>A question's samples, graded.</summary>
/// <param name="Group">Its subset or family; null: none.</param>
/// <param name="Samples">In the order in which they were drawn; at least one.</param>
public sealed record GradedQuestion(string? Group, IReadOnlyList<GradedSample> Samples);

/// <summary>A mean over questions, and between which values 95 of 100 resampled means lie.</summary>
/// <param name="Name">accuracy, pass@k or majority@k.</param>
/// <param name="Value">0 to 1.</param>
/// <param name="Low">The 2.5th percentile.</param>
/// <param name="High">The 97.5th percentile.</param>
public readonly record struct PolicyMetric(string Name, double Value, double Low, double High);

/// <summary>
/// What a model's samples are worth: <c>accuracy</c>, the share of right samples; <c>pass@k</c>, unbiased; <c>majority@k</c>, the
/// share of votes of k samples that elect the right answer, over the samples' consecutive groups of k (what is left over votes
/// in none). All are means over questions.
/// </summary>
internal static class PolicyMetrics
{
    private const int Resamples = 1000;

    /// <summary>The metrics of questions with equally many samples.</summary>
    /// <param name="questions">At least one.</param>
    /// <param name="ks">The k of pass and majority, each from 1 to the number of samples; a majority needs at least 2.</param>
    /// <param name="seed">Decides the bootstrap.</param>
    public static IReadOnlyList<PolicyMetric> Of(IReadOnlyList<GradedQuestion> questions, IReadOnlyList<int> ks, ulong seed = 0)
    {
        List<PolicyMetric> metrics = [Mean("accuracy", q => q.Samples.Count(s => s.IsRight) / (double)q.Samples.Count)];
        metrics.AddRange(
            ks.Select(k => Mean(Named("pass", k), q => PassAtK.Estimate(q.Samples.Count, q.Samples.Count(s => s.IsRight), k))));
        metrics.AddRange(ks.Where(k => k > 1).Select(k => Mean(Named("majority", k), q => Majority(q.Samples, k))));
        return metrics;

        static string Named(string name, int k) => string.Create(CultureInfo.InvariantCulture, $"{name}@{k}");

        PolicyMetric Mean(string name, Func<GradedQuestion, double> value) =>
            PolicyMetrics.Mean(name, [.. questions.Select(value)], seed);
    }

    /// <summary>A mean over questions with its interval.</summary>
    internal static PolicyMetric Mean(string name, double[] values, ulong seed)
    {
        (double low, double high) = Interval(values, seed);
        return new PolicyMetric(name, values.Average(), low, high);
    }

    /// <summary>A ratio of sums over questions with its interval; NaN where the lower sum is 0.</summary>
    /// <param name="name">What it is called.</param>
    /// <param name="parts">A question's share of the upper sum.</param>
    /// <param name="wholes">Its share of the lower one.</param>
    internal static PolicyMetric Ratio(string name, double[] parts, double[] wholes)
    {
        double[] drawn = new double[Resamples];
        for (int r = 0; r < Resamples; r++)
        {
            ulong key = RandomBits.Key(0, (ulong)r);
            double part = 0, whole = 0;
            for (int i = 0; i < parts.Length; i++)
            {
                int at = (int)(RandomBits.Bits(key, (ulong)i) % (ulong)parts.Length);
                part += parts[at];
                whole += wholes[at];
            }

            drawn[r] = part / whole;
        }

        (double low, double high) = Bootstrap.Interval(drawn);
        return new PolicyMetric(name, parts.Sum() / wholes.Sum(), low, high);
    }

    /// <summary>The share of votes that elect a right answer; a tie goes to the answer that was said first.</summary>
    internal static double Majority(IReadOnlyList<GradedSample> samples, int k)
    {
        int votes = samples.Count / k;
        double right = 0;
        for (int v = 0; v < votes; v++)
        {
            GradedSample[] own = [.. samples.Skip(v * k).Take(k)];
            int elected = Array.IndexOf(MajorityVote.Compute([.. own.Select(s => s.Answer)]).Rewards, 1.0);
            if (elected >= 0 && own[elected].IsRight) right++;
        }

        return right / votes;
    }

    // The bootstrap over questions.
    private static MetricInterval Interval(double[] values, ulong seed)
    {
        double[] means = new double[Resamples];
        for (int r = 0; r < Resamples; r++)
        {
            ulong key = RandomBits.Key(seed, (ulong)r);
            for (int i = 0; i < values.Length; i++)
            {
                means[r] += values[(int)(RandomBits.Bits(key, (ulong)i) % (ulong)values.Length)];
            }

            means[r] /= values.Length;
        }

        return Bootstrap.Interval(means);
    }
}
