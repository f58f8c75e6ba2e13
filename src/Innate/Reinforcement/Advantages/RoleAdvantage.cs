using Innate.Reinforcement.Rewards;

namespace Innate.Reinforcement.Advantages;

/// <summary>The tokens of one turn that the policy wrote.</summary>
/// <param name="Role">What the turn is for.</param>
/// <param name="TokenRewards">One a token; a turn's own reward (<see cref="TurnRewards"/>) stands on its last.</param>
/// <param name="Values">The critic's value before each token.</param>
internal sealed record RoleTurn(TurnRole Role, double[] TokenRewards, double[] Values);

/// <summary>
/// The advantages of policy as generative verifier (PAG, arXiv 2506.10406, confirmed by code): within a turn GAE with gamma =
/// lambda = 1; between turns, at the tokens of the user's template, the carry and the next value are 0, so that a later turn
/// does not feed an earlier one. Then answers and verdicts are whitened apart (RoleAdvNorm), each role over all its tokens of
/// the batch:
/// <code>A' = (A - mean of the role) / sqrt(variance of the role + 1e-8)</code>
/// with the unbiased variance. Without it the model stops changing answers or calls nearly every answer wrong.
/// </summary>
internal static class RoleAdvantage
{
    /// <summary>Each turn's advantages and returns, not whitened.</summary>
    /// <param name="turns">The turns of any number of trajectories.</param>
    /// <exception cref="ArgumentException">A turn has not as many values as rewards.</exception>
    public static AdvantageEstimate[] Compute(IReadOnlyList<RoleTurn> turns) =>
        [.. turns.Select(t => GeneralizedAdvantage.Compute(t.TokenRewards, t.Values))];

    /// <summary>The same numbers, whitened within each role; 0 where a role's numbers are all equal or one alone.</summary>
    /// <param name="roles">One a turn: the whole batch.</param>
    /// <param name="advantages">One array a turn, one number a token.</param>
    /// <exception cref="ArgumentException">There are not as many roles as turns.</exception>
    public static double[][] Normalize(IReadOnlyList<TurnRole> roles, IReadOnlyList<double[]> advantages)
    {
        Require.Length(advantages.Count, roles.Count, nameof(roles));
        double[][] normal = new double[advantages.Count][];
        foreach (IGrouping<TurnRole, int> turns in Enumerable.Range(0, normal.Length).GroupBy(i => roles[i]))
        {
            double[][] own = Whitening.Compute(
                [.. turns.Select(i => advantages[i])], Whitening.DefaultEpsilon, WhiteningScale.EpsilonUnderRoot);
            foreach ((int turn, double[] row) in turns.Zip(own)) normal[turn] = row;
        }

        return normal;
    }
}
