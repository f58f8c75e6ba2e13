using Innate.Rewards;

namespace Innate.Judges;

/// <summary>
/// ReasonGRM's choice of a reasoning path (arXiv 2506.16712, secondary): of the sampled judgements with the right verdict the one
/// is learned from that is likely throughout.
/// <code>
/// R* = mean_i p(rationale token i) * mean_i p(answer token i)
/// </code>
/// Means of probabilities, not of their logarithms: one unlikely token costs little, and length nothing.
/// </summary>
internal static class ReasonGrmPath
{
    /// <summary>R* of one path, 0 to 1; null where its rationale or its answer has no token.</summary>
    /// <param name="rationale">The rationale's log-probabilities (nats).</param>
    /// <param name="answer">The answer's.</param>
    public static double? Value(ReadOnlySpan<double> rationale, ReadOnlySpan<double> answer) =>
        AnswerConfidence.Compute(rationale) * AnswerConfidence.Compute(answer);

    /// <summary>The place of the path to learn from: the highest R* of the right ones, the first of equals; null: none.</summary>
    /// <param name="values">R* of each path.</param>
    /// <param name="right">Whether each path's verdict is the known one.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static int? Best(IReadOnlyList<double?> values, ReadOnlySpan<bool> right)
    {
        Require.Length(values.Count, right.Length, nameof(right));
        int? best = null;
        for (int i = 0; i < right.Length; i++)
        {
            if (right[i] && values[i] is { } value && (best is null || value > values[best.Value])) best = i;
        }

        return best;
    }
}
