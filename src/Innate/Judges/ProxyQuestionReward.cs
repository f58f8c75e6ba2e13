namespace Innate.Judges;

/// <summary>
/// A reward for long texts that nobody can check as a whole (after ProxyReward, arXiv 2506.16024, secondary: how completely and
/// how correctly proxy questions can be answered from the text). The paper's formula is not confirmed; ours:
/// <code>
/// R = share of proxy questions that a frozen reader answers rightly from the text - w * share that the text contradicts
/// </code>
/// </summary>
internal static class ProxyQuestionReward
{
    /// <summary>Our w.</summary>
    public const double OwnWeight = 0.5;

    /// <summary>The reward, from -w to 1.</summary>
    /// <param name="answered">One a proxy question: whether it is answered rightly. At least one.</param>
    /// <param name="contradicted">One a proxy question: whether the text says otherwise.</param>
    /// <param name="weight">w, 0 or more.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    /// <exception cref="ArgumentOutOfRangeException">No question, or a weight below 0.</exception>
    public static double Compute(
        ReadOnlySpan<bool> answered, ReadOnlySpan<bool> contradicted, double weight = OwnWeight)
    {
        ArgumentOutOfRangeException.ThrowIfZero(answered.Length, nameof(answered));
        Require.Length(answered.Length, contradicted.Length, nameof(contradicted));
        ArgumentOutOfRangeException.ThrowIfNegative(weight);
        return (answered.Count(true) - (weight * contradicted.Count(true))) / answered.Length;
    }
}
