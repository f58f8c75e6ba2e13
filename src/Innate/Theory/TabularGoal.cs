namespace Innate.Theory;

/// <summary>
/// What a policy is trained for where everything can be counted out: E over y of R(y) - lambda (log pi(y) - log reference(y)).
/// </summary>
internal sealed class TabularGoal
{
    /// <summary>Any reward, any reference.</summary>
    /// <param name="outcomes">R: one a sequence of the process, in their order.</param>
    /// <param name="reference">What the policy is held to; uniform makes the penalty an entropy bonus.</param>
    /// <param name="lambda">The penalty of a nat of log-ratio, 0 or more.</param>
    /// <exception cref="ArgumentException">There are not as many outcomes as sequences.</exception>
    public TabularGoal(double[] outcomes, TablePolicy reference, double lambda)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(lambda);
        int expected = reference.Mdp.Sequences.Count;
        if (outcomes.Length != expected)
        {
            throw new ArgumentException($"outcomes: expected {expected} numbers, found {outcomes.Length}.", nameof(outcomes));
        }

        (Outcomes, Reference, Lambda) = ([.. outcomes], reference, lambda);
    }

    /// <summary>A frozen policy's own endogenous reward, held to that policy.</summary>
    /// <param name="frozen">Whose reward it is, and what the policy is held to.</param>
    /// <param name="lambda">The penalty of a nat of log-ratio, 0 or more.</param>
    public TabularGoal(TablePolicy frozen, double lambda)
        : this([.. frozen.Mdp.Sequences.Select(s => frozen.EndogenousRewards(s).Sum())], frozen, lambda)
    {
    }

    /// <summary>R: one a sequence.</summary>
    public IReadOnlyList<double> Outcomes { get; }

    /// <summary>What the policy is held to.</summary>
    public TablePolicy Reference { get; }

    /// <summary>The penalty of a nat.</summary>
    public double Lambda { get; }
}
