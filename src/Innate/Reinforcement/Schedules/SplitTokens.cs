namespace Innate.Reinforcement.Schedules;

/// <summary>
/// Where FR3E splits a first rollout (arXiv 2507.07017, confirmed by code): at the K tokens that were least likely, which stand
/// for those of the highest entropy. A state is the prompt and the response up to such a token, without it: the token is drawn
/// anew. <see cref="Advantages.BranchAdvantage"/> compares what comes of the states.
/// </summary>
internal static class SplitTokens
{
    /// <summary>K.</summary>
    public const int DefaultCount = 4;

    /// <summary>How many rollouts start from each state.</summary>
    public const int DefaultRollouts = 16;

    /// <summary>The places of the K least likely tokens, in the order of the text; of equals the earlier (ours).</summary>
    /// <param name="logProbs">One a token of the first rollout.</param>
    /// <param name="count">K; where there are not as many tokens, all.</param>
    /// <exception cref="ArgumentOutOfRangeException">The count is below 0.</exception>
    public static int[] Choose(ReadOnlySpan<double> logProbs, int count = DefaultCount)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        double[] all = logProbs.ToArray();
        return [.. Enumerable.Range(0, all.Length).OrderBy(t => all[t]).Take(count).Order()];
    }

    /// <summary>Which first rollouts are split: the first right one and the first wrong one, where there are such.</summary>
    /// <param name="correct">Whether each first rollout's answer is right.</param>
    public static int[] FirstRollouts(ReadOnlySpan<bool> correct)
    {
        int right = correct.IndexOf(true), wrong = correct.IndexOf(false);
        return [.. new[] { right, wrong }.Where(i => i >= 0).Order()];
    }
}
