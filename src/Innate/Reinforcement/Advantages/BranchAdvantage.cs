using Innate.Compute;

namespace Innate.Reinforcement.Advantages;

/// <summary>One first rollout's split states.</summary>
/// <param name="Values">V: the share of the rollouts from each state with a reward above the prompt's mean.</param>
/// <param name="Deltas">How far V rose at each state; the sharpened ones where that was asked for.</param>
/// <param name="Advantages">One array a state, one number a rollout.</param>
internal sealed record BranchTrajectory(double[] Values, double[] Deltas, double[][] Advantages);

/// <summary>A prompt's rollouts from split states.</summary>
/// <param name="PromptMean">The mean reward of all of them.</param>
/// <param name="Trajectories">One a first rollout.</param>
internal sealed record BranchAdvantages(double PromptMean, IReadOnlyList<BranchTrajectory> Trajectories);

/// <summary>
/// The advantage of first return, entropy-eliciting explore (FR3E, arXiv 2507.07017; confirmed by code, where it is called srpo):
/// a first rollout is split at its least likely tokens (<see cref="Schedules.SplitTokens"/>), several rollouts start from each
/// state, and a state that made success likelier teaches less, one that made it less likely more:
/// <code>
/// A0      = R - mean over all rollouts of the prompt
/// V_j     = share of the rollouts from state j with A0 above 0
/// delta_0 = 1 - V_0,  delta_j = V_j - V_{j-1}
/// A       = A0 / exp(delta_j)
/// sharpened: delta := sign(delta) |delta|^alpha / sum |delta|^alpha,  alpha = 1.5
/// </code>
/// No standard deviation is divided by, and no sign changes. Ours: where every delta is 0 nothing is sharpened (the code divides
/// by 0).
/// </summary>
internal static class BranchAdvantage
{
    /// <summary>alpha of the sharpened form.</summary>
    public const double DefaultSharpening = 1.5;

    /// <summary>The prompt's advantages.</summary>
    /// <param name="trajectories">One a first rollout: [state][rollout], the rewards, states in the order of the text.</param>
    /// <param name="sharpening">alpha, above 0; null: as they are.</param>
    /// <exception cref="ArgumentException">A state has no rollout.</exception>
    /// <exception cref="ArgumentOutOfRangeException">Alpha is not above 0.</exception>
    public static BranchAdvantages Compute(IReadOnlyList<double[][]> trajectories, double? sharpening = null)
    {
        if (sharpening is double alpha) ArgumentOutOfRangeException.ThrowIfNegativeOrZero(alpha, nameof(sharpening));
        if (trajectories.Any(states => states.Any(rewards => rewards.Length == 0)))
        {
            throw new ArgumentException(
                "trajectories: expected rollouts from every state, found a state without.", nameof(trajectories));
        }

        double mean = RewardGroup.Mean([.. trajectories.SelectMany(states => states.SelectMany(r => r))]);
        return new BranchAdvantages(mean, [.. trajectories.Select(states => Of(states, mean, sharpening))]);
    }

    private static BranchTrajectory Of(double[][] states, double mean, double? sharpening)
    {
        double[] values = [.. states.Select(rewards => (double)rewards.Count(r => r - mean > 0) / rewards.Length)];
        double[] deltas = new double[values.Length];
        for (int j = 0; j < deltas.Length; j++) deltas[j] = j == 0 ? 1 - values[0] : values[j] - values[j - 1];
        if (sharpening is double alpha) deltas = Sharpen(deltas, alpha);
        return new BranchTrajectory(
            values, deltas,
            [.. states.Select((rewards, j) => rewards.Select(r => (r - mean) / PortableMath.Exp(deltas[j])).ToArray())]);
    }

    private static double[] Sharpen(double[] deltas, double alpha)
    {
        double[] sizes = [.. deltas.Select(d => d == 0 ? 0 : PortableMath.Pow(Math.Abs(d), alpha))];
        double sum = sizes.Sum();
        return sum == 0 ? deltas : [.. deltas.Select((d, j) => Math.Sign(d) * sizes[j] / sum)];
    }
}
