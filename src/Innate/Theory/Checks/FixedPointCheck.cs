namespace Innate.Theory.Checks;

/// <summary>
/// Learning from one's own reward with one's own temperature teaches nothing: the optimum of r_hat plus alpha times entropy is
/// the policy that r_hat came from, and the reward inside that optimum is r_hat again.
/// </summary>
internal static class FixedPointCheck
{
    /// <summary>By soft value iteration, and by gradient ascent on the expectation.</summary>
    public static CheckResult Run(TheoryOptions options)
    {
        double iteration = 0, again = 0, ascent = 0, moved = 0;
        foreach (TablePolicy policy in options.RandomPolicies("fixed-point", 3 * options.Trials))
        {
            RewardTable found = RewardTable.Endogenous(policy, options.Reward);
            TablePolicy optimum = SoftValueIteration.Solve(found, policy.Alpha);
            iteration = Math.Max(iteration, Imitation.Distance(policy, optimum));
            RewardTable second = RewardTable.Endogenous(optimum, options.Reward);
            for (int i = 0; i < found.Values.Length; i++)
            {
                again = Math.Max(again, Math.Abs(found.Values[i] - second.Values[i]));
            }
        }

        int ascents = 0;
        foreach (TablePolicy policy in options.RandomPolicies("fixed-point-ascent", options.Quick ? 2 : 6, maxHorizon: 2))
        {
            // Temperature alpha is a penalty of alpha a nat of distance from uniform.
            TablePolicy start = SequenceWeights.Uniform(policy.Mdp);
            TabularGoal goal = new(RewardTable.Endogenous(policy, options.Reward).Outcomes(), start, policy.Alpha);
            TablePolicy learned = TabularAscent.Exact(goal, start, options.Quick ? 4000 : 10_000, 2 / policy.Alpha);
            ascent = Math.Max(ascent, SequenceWeights.TotalVariation(policy.Distribution(), learned.Distribution()));
            moved = Math.Max(moved, SequenceWeights.TotalVariation(start.Distribution(), learned.Distribution()));
            ascents++;
        }

        return new CheckResult
        {
            Name = "Fixed point",
            Claim = "Entropy-regularised RL at temperature alpha on the endogenous reward returns the model it came from.",
            Source = "arXiv 2506.23235 (a second round is void); derived here",
            Findings =
            [
                new Finding("|log pi - log pi_hat|, soft iteration", iteration, Relation.AtMost, 1e-9, Standing.Claimed),
                new Finding("second round: |change of the reward|", again, Relation.AtMost, 1e-9, Standing.Claimed),
                new Finding("gradient ascent: variation from pi_hat", ascent, Relation.AtMost, 1e-4, Standing.Derived),
                new Finding("the start's variation from pi_hat", moved, Relation.AtLeast, 0.1, Standing.Derived),
            ],
            Notes = $"{3 * options.Trials} random policies by iteration, {ascents} by ascent (REINFORCE's gradient, every "
                + "sequence with its exact probability).",
        };
    }
}
