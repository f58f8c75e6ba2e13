namespace Innate.Rewards;

/// <summary>What groups of tokens give to a response's reward: a frame of sound, a line of an image. Pure.</summary>
internal static class GroupSums
{
    /// <summary>Each token's share of the reward; they add up to it, but for rounding.</summary>
    /// <param name="kind">Which reward; one of traces.</param>
    /// <param name="result">What it came to.</param>
    /// <param name="options">Its parameters.</param>
    public static double[] Shares(RewardKind kind, RewardResult result, RewardOptions options)
    {
        double[] rewards = result.PerToken;
        if (kind is RewardKind.Endogenous or RewardKind.EndogenousLogProb)
        {
            double[] weights = options.Weights(rewards.Length);
            return [.. rewards.Select((r, t) => weights[t] * r)];
        }

        if (kind is RewardKind.LogLikelihood or RewardKind.Implicit) return rewards;
        int counted = Math.Min(rewards.Length, options.First ?? int.MaxValue);
        return [.. rewards.Select(r => r / counted)];
    }

    /// <summary>The shares of each group, added up; the last may be of fewer tokens.</summary>
    /// <param name="shares">One a token.</param>
    /// <param name="size">Tokens of a group, at least 1.</param>
    public static double[] Of(ReadOnlySpan<double> shares, int size)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
        double[] sums = new double[(shares.Length + size - 1) / size];
        for (int t = 0; t < shares.Length; t++) sums[t / size] += shares[t];
        return sums;
    }
}
