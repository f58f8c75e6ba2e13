using Innate.Rewards;

namespace Innate.Theory.Checks;

/// <summary>
/// A constant added to all of a state's logits changes no probability, and no training fixes it. What sees it: the endogenous
/// reward while its weights fall. What does not: undiscounted differences, and self-certainty.
/// </summary>
internal static class OffsetCheck
{
    /// <summary>The same policies with other logits, all sequences.</summary>
    public static CheckResult Run(TheoryOptions options)
    {
        double undiscounted = 0, floor = 0, certainty = 0, logProb = 0, discounted = 0, policies = 0;
        long flipped = 0, pairs = 0;
        int trial = 0;
        foreach (TablePolicy policy in options.RandomPolicies("offsets", 3 * options.Trials))
        {
            TablePolicy other = Imitation.Offset(policy, 2, options.Key("other-offsets", trial++));
            policies = Math.Max(policies, Imitation.Distance(policy, other));
            undiscounted = Math.Max(undiscounted, Change(policy, other, new RewardOptions()));
            floor = Math.Max(floor, Change(policy, other, new RewardOptions { Gamma = 0.9, Beta = 1 }));
            discounted = Math.Max(discounted, Change(policy, other, new RewardOptions { Gamma = 0.9 }));
            (long f, long p) = Flips(policy, other, new RewardOptions { Gamma = 0.9 });
            (flipped, pairs) = (flipped + f, pairs + p);
            foreach (int[] s in policy.Mdp.Sequences)
            {
                certainty = Math.Max(
                    certainty,
                    Math.Abs(options.SelfCertainty(policy.Trace(s)).Value - options.SelfCertainty(other.Trace(s)).Value));
                logProb = Math.Max(logProb, Math.Abs(
                    EndogenousLogProbReward.Compute(policy.Trace(s), new RewardOptions { Gamma = 0.9 }).Value
                    - EndogenousLogProbReward.Compute(other.Trace(s), new RewardOptions { Gamma = 0.9 }).Value));
            }
        }

        return new CheckResult
        {
            Name = "Offsets",
            Claim = "A constant added to a state's logits changes neither the policy nor any difference of undiscounted rewards.",
            Source = "derived here; arXiv 2505.19590 for self-certainty",
            Findings =
            [
                new Finding("change of log pi", policies, Relation.AtMost, 1e-9, Standing.Derived),
                new Finding("gamma 1: change of differences", undiscounted, Relation.AtMost, 1e-9, Standing.Derived),
                new Finding("the same with gamma 0.9, beta 1", floor, Relation.AtMost, 1e-9, Standing.Derived),
                new Finding("change of self-certainty", certainty, Relation.AtMost, 1e-9, Standing.Derived),
                new Finding("gamma 0.9, log-probs alone: change", logProb, Relation.AtMost, 1e-9, Standing.Derived),
                new Finding("gamma 0.9: change of differences", discounted, Relation.AtMost, 1e-9, Standing.Limit),
                new Finding("gamma 0.9: share of pairs reordered", flipped / (double)pairs, Relation.AtMost, 0, Standing.Limit),
            ],
            Notes = $"{trial} random policies, offsets from [-2, 2). Where the weights fall, a response's reward depends on "
                + "numbers that next-token training never fixed.",
        };

        double[] Outcomes(TablePolicy policy, RewardOptions weighting) =>
            [.. policy.Mdp.Sequences.Select(s => options.Reward(policy.Trace(s), weighting).Value)];

        double Change(TablePolicy policy, TablePolicy other, RewardOptions weighting)
        {
            double[] a = Outcomes(policy, weighting), b = Outcomes(other, weighting);
            double[] change = [.. a.Zip(b, (x, y) => y - x)];

            // Differences are compared: what all sequences gain alike does not count.
            return change.Max() - change.Min();
        }

        (long Flipped, long Pairs) Flips(TablePolicy policy, TablePolicy other, RewardOptions weighting)
        {
            double[] a = Outcomes(policy, weighting), b = Outcomes(other, weighting);
            long count = 0;
            for (int i = 0; i < a.Length; i++)
            {
                for (int j = 0; j < i; j++)
                {
                    if ((a[i] - a[j]) * (b[i] - b[j]) < 0) count++;
                }
            }

            return (count, (long)a.Length * (a.Length - 1) / 2);
        }
    }
}
