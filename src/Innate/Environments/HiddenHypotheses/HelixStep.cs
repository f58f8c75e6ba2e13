namespace Innate.Environments.HiddenHypotheses;

/// <summary>What HELiX does in a round.</summary>
/// <param name="Confident">The hypotheses that are not refuted, by index.</param>
/// <param name="WorstRegrets">Of each action: the most that it loses under any of them.</param>
/// <param name="IsConsensus">Whether an action is best under all of them.</param>
/// <param name="Action">The action to play.</param>
internal sealed record HelixChoice(
    IReadOnlyList<int> Confident, IReadOnlyList<double> WorstRegrets, bool IsConsensus, int Action);

/// <summary>
/// A round of HELiX (arXiv 2506.10341), which learns from feedback in words without seeing a reward. Hypotheses eta say what each
/// action would earn; a verifier says how badly each fits the feedback so far, 0 to 1 a round.
/// <code>
/// H   = {eta : mean loss(eta) - least mean loss &lt;= epsilon}
/// a*  = argmin_a max_(eta in H) [max_b r_eta(b) - r_eta(a)]        played where that regret is 0: consensus
/// else the hypothesis of H that promises most, and its best action: optimism
/// </code>
/// Of equal actions or hypotheses the first is taken.
/// </summary>
internal static class HelixStep
{
    /// <summary>Chooses.</summary>
    /// <param name="rewards">r: [hypotheses][actions].</param>
    /// <param name="losses">Each hypothesis's losses so far, summed.</param>
    /// <param name="rounds">How many rounds that was; 0: none.</param>
    /// <param name="epsilon">0 or more; above 0 lets a verifier be wrong at times.</param>
    /// <param name="useConsensus">Whether consensus is looked for; without it every round is optimism.</param>
    /// <exception cref="ArgumentException">There is no hypothesis, or the lengths differ.</exception>
    public static HelixChoice Choose(
        IReadOnlyList<double[]> rewards, ReadOnlySpan<double> losses, int rounds, double epsilon, bool useConsensus = true)
    {
        ArgumentOutOfRangeException.ThrowIfZero(rewards.Count, nameof(rewards));
        Require.Length(rewards.Count, losses.Length, nameof(losses));
        ArgumentOutOfRangeException.ThrowIfNegative(rounds);
        ArgumentOutOfRangeException.ThrowIfNegative(epsilon);
        double least = double.PositiveInfinity;
        foreach (double loss in losses) least = Math.Min(least, loss);
        List<int> confident = [];
        for (int h = 0; h < losses.Length; h++)
        {
            if ((losses[h] - least) / Math.Max(1, rounds) <= epsilon) confident.Add(h);
        }

        double[] best = [.. rewards.Select(r => r.Max())];
        double[] regrets = new double[rewards[0].Length];
        for (int a = 0; a < regrets.Length; a++) regrets[a] = confident.Max(h => best[h] - rewards[h][a]);
        bool isConsensus = useConsensus && regrets.Min() == 0;
        int promising = confident.MaxBy(h => best[h]);
        int action = isConsensus ? Array.IndexOf(regrets, 0.0) : Array.IndexOf(rewards[promising], best[promising]);
        return new HelixChoice(confident, regrets, isConsensus, action);
    }
}
