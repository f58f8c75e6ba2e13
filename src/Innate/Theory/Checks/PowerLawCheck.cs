using System.Globalization;

namespace Innate.Theory.Checks;

/// <summary>
/// RL on a model's own endogenous reward, held to the model by lambda a nat, sharpens whole sequences:
/// pi(y) proportional to pi_hat(y)^(1 + alpha / lambda). Without the penalty only the most likely sequence is left.
/// </summary>
internal static class PowerLawCheck
{
    private static readonly double[] Lambdas = [0.01, 0.1, 0.5, 1, 4];

    /// <summary>By soft value iteration, and by gradient ascent on the expectation.</summary>
    public static CheckResult Run(TheoryOptions options)
    {
        double exact = 0, ascent = 0, mode = 0, left = 1, tempered = 0;
        foreach (TablePolicy policy in options.RandomPolicies("power-law", 3 * options.Trials))
        {
            RewardTable found = RewardTable.Endogenous(policy, options.Reward);
            foreach (double lambda in Lambdas)
            {
                TablePolicy optimum = SoftValueIteration.Held(found, policy, lambda);
                double[] raised = SequenceWeights.Raised(policy, 1 + (policy.Alpha / lambda));
                exact = Math.Max(exact, SequenceWeights.TotalVariation(raised, optimum.Distribution()));

                // Token by token the same power: a lower temperature, not what the optimum is.
                TablePolicy colder = new(policy.Mdp, policy.Logits, policy.Alpha * lambda / (lambda + policy.Alpha));
                tempered = Math.Max(tempered, SequenceWeights.TotalVariation(raised, colder.Distribution()));
            }

            double[] distribution = policy.Distribution();
            double best = distribution[policy.Mdp.IndexOf(HardOptimum.Solve(found))];
            mode = Math.Max(mode, distribution.Max() - best);
        }

        int ascents = 0;
        IEnumerable<TablePolicy> clear = options.RandomPolicies("power-law-ascent", 60, maxHorizon: 2).Where(Leads);
        foreach (TablePolicy policy in clear.Take(options.Quick ? 2 : 6))
        {
            double[] outcomes = RewardTable.Endogenous(policy, options.Reward).Outcomes();
            double lambda = policy.Alpha * (ascents % 2 == 0 ? 1 : 2);
            int steps = options.Quick ? 4000 : 10_000;
            TablePolicy start = SequenceWeights.Uniform(policy.Mdp);
            TablePolicy held = TabularAscent.Exact(new TabularGoal(outcomes, policy, lambda), start, steps, 2 / lambda);
            double[] raised = SequenceWeights.Raised(policy, 1 + (policy.Alpha / lambda));
            ascent = Math.Max(ascent, SequenceWeights.TotalVariation(raised, held.Distribution()));

            TablePolicy free = TabularAscent.Exact(new TabularGoal(outcomes, policy, 0), start, steps, 2 / policy.Alpha);
            double[] before = policy.Distribution();
            left = Math.Min(left, free.Distribution()[Array.IndexOf(before, before.Max())]);
            ascents++;
        }

        return new CheckResult
        {
            Name = "Power law",
            Claim = "RL held to the model by lambda ends at pi_hat^(1 + alpha/lambda); by nothing, at the likeliest sequence.",
            Source = "derived here, from arXiv 2506.23235's reward",
            Findings =
            [
                new Finding("soft iteration: variation from power", exact, Relation.AtMost, 1e-9, Standing.Derived),
                new Finding("gradient ascent: variation from power", ascent, Relation.AtMost, 1e-4, Standing.Derived),
                new Finding("lambda 0: probability below the mode's", mode, Relation.AtMost, 1e-12, Standing.Derived),
                new Finding("lambda 0, ascent: probability of mode", left, Relation.AtLeast, 0.99, Standing.Derived),
                new Finding("same power, token by token: variation", tempered, Relation.AtMost, 1e-9, Standing.Limit),
            ],
            Notes = $"{3 * options.Trials} random policies, lambda of "
                + string.Join(", ", Lambdas.Select(l => l.ToString(CultureInfo.InvariantCulture)))
                + $"; {ascents} by ascent from uniform, of those whose likeliest sequence leads by half a nat. "
                + "The paper's setting, alpha = 1 and lambda = 0.01, is the power 101: nearly the likeliest sequence alone. "
                + "It is whole sequences that are raised: sampling tokens at a lower temperature is not the same.",
        };
    }

    // By half a nat.
    private static bool Leads(TablePolicy policy)
    {
        double[] best = [.. policy.Distribution().OrderDescending().Take(2)];
        return best[0] > 1.65 * best[1];
    }
}
