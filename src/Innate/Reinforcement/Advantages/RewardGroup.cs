namespace Innate.Reinforcement.Advantages;

/// <summary>The rewards of one group: the responses sampled for one prompt.</summary>
public static class RewardGroup
{
    /// <summary>
    /// Whether all rewards are the same number: every estimator with a group baseline then gives the group 0, and it teaches
    /// nothing. A loop should count such groups and say so. True for a group of one.
    /// </summary>
    /// <param name="rewards">One reward a response.</param>
    public static bool AllEqual(ReadOnlySpan<double> rewards)
    {
        foreach (double reward in rewards)
        {
            if (reward != rewards[0]) return false;
        }

        return true;
    }

    // Of equal numbers the mean is that number: their sum divided by their count may be its neighbour.
    internal static double Mean(ReadOnlySpan<double> rewards)
    {
        if (AllEqual(rewards)) return rewards.Length == 0 ? 0 : rewards[0];
        double sum = 0;
        foreach (double reward in rewards) sum += reward;
        return sum / rewards.Length;
    }

    /// <summary>The unbiased standard deviation (n - 1); 0 for fewer than two.</summary>
    internal static double StandardDeviation(ReadOnlySpan<double> rewards, double mean)
    {
        if (rewards.Length < 2) return 0;
        double squares = 0;
        foreach (double reward in rewards) squares += (reward - mean) * (reward - mean);
        return Math.Sqrt(squares / (rewards.Length - 1));
    }
}
