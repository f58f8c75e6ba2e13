namespace Innate.Learning.Data;

/// <summary>
/// How many human-labelled pairs stand beside a new one when a model is asked to label it (Skywork-Reward-V2, arXiv 2507.01352;
/// confirmed by the paper): the surer the reward model is of the pair, the fewer.
/// <code>
/// k = k_max where p is at most 1/2, else ceil(k_max (1 - p)),  p = sigmoid(r_w - r_l)
/// </code>
/// </summary>
internal static class RetrievedExamples
{
    /// <summary>k, from 0 (p is 1) to k_max.</summary>
    /// <param name="probability">p: how likely the reward model holds the pair's label to be, 0 to 1.</param>
    /// <param name="most">k_max, 1 or more; the paper's is 8.</param>
    /// <exception cref="ArgumentOutOfRangeException">p outside [0, 1], k_max below 1.</exception>
    public static int Count(double probability, int most = 8)
    {
        Require.Unit(probability);
        ArgumentOutOfRangeException.ThrowIfLessThan(most, 1);
        return probability <= 0.5 ? most : (int)Math.Ceiling(most * (1 - probability));
    }
}
