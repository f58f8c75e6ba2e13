using Innate.Rewards;
using Innate.Traces;

namespace Innate.Theory.Checks;

/// <summary>
/// What the endogenous rewards of a sequence add up to:
/// <code>
/// undiscounted   sum_h r_h = alpha log pi(y) + V(s_1)
/// weighted       sum_h w_h r_h = sum_h w_h alpha log pi(a_h|s_h) + w_1 V_1 + sum_{h>=2} (w_h - w_{h-1}) V_h   (Abel)
/// w_h = max(gamma^(h-1), beta)
/// </code>
/// The weights are computed here, not asked of the options: a wrong power there must show.
/// </summary>
internal static class TelescopingCheck
{
    private static readonly RewardOptions[] Weightings =
    [
        new() { Gamma = 0.5 },
        new() { Gamma = 0.9 },
        new() { Gamma = 0.9, Beta = 0.7 },
        new() { Gamma = 0, Beta = 0.3 },
        new() { Gamma = 0.5, Beta = 1 },
    ];

    /// <summary>All sequences of random policies with random offsets.</summary>
    public static CheckResult Run(TheoryOptions options)
    {
        double telescoping = 0, abel = 0;
        long sequences = 0;
        foreach (TablePolicy policy in options.RandomPolicies("telescoping", 3 * options.Trials))
        {
            foreach (int[] sequence in policy.Mdp.Sequences)
            {
                TokenTrace trace = policy.Trace(sequence);
                double[] logProbs = policy.LogProbs(sequence);
                double expected = (policy.Alpha * logProbs.Sum()) + policy.Value(0);
                double sum = options.Reward(trace, new RewardOptions { Alpha = policy.Alpha }).Value;
                telescoping = Math.Max(telescoping, Math.Abs(sum - expected));
                foreach (RewardOptions weighting in Weightings)
                {
                    sum = options.Reward(trace, weighting with { Alpha = policy.Alpha }).Value;
                    abel = Math.Max(abel, Math.Abs(sum - Abel(policy, sequence, logProbs, weighting)));
                }

                sequences++;
            }
        }

        return new CheckResult
        {
            Name = "Telescoping",
            Claim = "Undiscounted, a response's endogenous rewards add up to alpha log pi(y) + V(s_1): its likelihood ranks it.",
            Source = "arXiv 2506.23235; the weighted form derived here",
            Findings =
            [
                new Finding("|sum of r - (alpha log pi + V_1)|", telescoping, Relation.AtMost, 1e-9, Standing.Claimed),
                new Finding("|sum of w r - Abel's form|", abel, Relation.AtMost, 1e-9, Standing.Derived),
            ],
            Notes = $"{sequences} sequences, all there are of {3 * options.Trials} random policies; "
                + $"{Weightings.Length} weightings. V acts only while the weights still fall: once w_h = beta it is gone.",
        };
    }

    private static double Abel(TablePolicy policy, int[] sequence, double[] logProbs, RewardOptions options)
    {
        double sum = 0, before = 0, power = 1;
        for (int h = 0, state = 0; h < sequence.Length; state = policy.Mdp.Next(state, sequence[h]), h++)
        {
            double weight = Math.Max(power, options.Beta);
            sum += (weight * policy.Alpha * logProbs[h]) + ((weight - before) * policy.Value(state));
            (before, power) = (weight, power * options.Gamma);
        }

        return sum;
    }
}
