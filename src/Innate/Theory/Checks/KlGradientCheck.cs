using Innate.Compute;
using Innate.Reinforcement.Objectives;

namespace Innate.Theory.Checks;

/// <summary>
/// What the three estimates of KL(pi || ref) are as a loss on the policy's own samples (Schulman 2020): the expected gradient
/// of k1 is 0, of k2 that of KL(pi || ref), of k3 that of KL(ref || pi), the other direction. That is so state by state; over a
/// sequence the divergence depends also on which states the policy goes to, which no such loss sees, and k1 in the reward does.
/// </summary>
internal static class KlGradientCheck
{
    /// <summary>Expectations over all tokens and all sequences.</summary>
    public static CheckResult Run(TheoryOptions options)
    {
        double k1 = 0, k2 = 0, k3 = 0, reward = 0, lossOnSequences = 0, backwards = 0;
        int trials = options.Trials;
        TablePolicy[] references = [.. options.RandomPolicies("kl-reference", trials, maxHorizon: 3)];
        for (int trial = 0; trial < trials; trial++)
        {
            TablePolicy reference = references[trial];
            TokenMdp mdp = reference.Mdp;
            double[] logits = UniformNumbers.Many(options.Key("kl-policy", trial), mdp.StateCount * mdp.Vocabulary, -1.5, 1.5);
            TablePolicy policy = new(mdp, logits);
            double[] visits = Visits(policy);
            double[] forward = Slopes(policy, p => Divergence(p, reference, visits));
            k1 = Math.Max(k1, Far(Expected(policy, reference, KlKind.K1, options), new double[logits.Length]));
            k2 = Math.Max(k2, Far(Expected(policy, reference, KlKind.K2, options), forward));
            double[] third = Expected(policy, reference, KlKind.K3, options);
            k3 = Math.Max(k3, Far(third, Slopes(policy, p => Reversed(p, reference, visits))));
            backwards = Math.Max(backwards, Far(third, forward));

            double[] whole = Slopes(policy, p => Divergence(p, reference, Visits(p)));
            TabularGoal penalty = new(new double[mdp.Sequences.Count], reference, 1);
            reward = Math.Max(reward, Far(TabularAscent.ExactGradient(penalty, policy), whole));
            lossOnSequences = Math.Max(lossOnSequences, Far(Expected(policy, reference, KlKind.K2, options), whole));
        }

        return new CheckResult
        {
            Name = "KL gradients",
            Claim = "As losses on own samples, k1 has gradient 0, k2 that of KL(pi || ref), k3 that of KL(ref || pi).",
            Source = "Schulman, Approximating KL divergence, 2020; derived here",
            Findings =
            [
                new Finding("|E grad k1|", k1, Relation.AtMost, 1e-9, Standing.Derived),
                new Finding("|E grad k2 - grad KL(pi || ref)|", k2, Relation.AtMost, 1e-7, Standing.Derived),
                new Finding("|E grad k3 - grad KL(ref || pi)|", k3, Relation.AtMost, 1e-7, Standing.Derived),
                new Finding("k1 as reward: |gradient - grad KL|", reward, Relation.AtMost, 1e-7, Standing.Derived),
                new Finding("|E grad k2 - grad KL of sequences|", lossOnSequences, Relation.AtMost, 1e-7, Standing.Limit),
                new Finding("|E grad k3 - grad KL(pi || ref)|", backwards, Relation.AtMost, 1e-7, Standing.Limit),
            ],
            Notes = $"{trials} pairs of random policies of up to 3 steps, exact expectations against central differences; "
                + "of k2 and k3 with the states' frequencies held. A KL loss pulls each state's prediction, it does not steer "
                + "away from states of large divergence; k1 as a reward does both.",
        };
    }

    // E over sequences of sum_h dk/dlog pi * dlog pi(a_h|s_h)/dlogits.
    private static double[] Expected(TablePolicy policy, TablePolicy reference, KlKind kind, TheoryOptions options)
    {
        double[] gradient = new double[policy.Logits.Length], p = policy.Distribution();
        for (int y = 0; y < p.Length; y++)
        {
            int[] sequence = policy.Mdp.Sequences[y];
            double[] own = policy.LogProbs(sequence), other = reference.LogProbs(sequence);
            double[] slopes = [.. own.Zip(other, (l, r) => p[y] * options.KlGradient(kind, l, r))];
            policy.Backward(sequence, slopes, gradient);
        }

        return gradient;
    }

    // How often the policy is in each state.
    private static double[] Visits(TablePolicy policy)
    {
        TokenMdp mdp = policy.Mdp;
        double[] visits = new double[mdp.StateCount];
        visits[0] = 1;
        for (int state = 0; state < visits.Length; state++)
        {
            for (int a = 0; a < mdp.Vocabulary; a++)
            {
                int next = mdp.Next(state, a);
                if (next < visits.Length) visits[next] += visits[state] * PortableMath.Exp(policy.LogProb(state, a));
            }
        }

        return visits;
    }

    private static double Divergence(TablePolicy policy, TablePolicy reference, double[] visits)
    {
        double sum = 0;
        for (int place = 0; place < policy.Logits.Length; place++)
        {
            (int s, int a) = (place / policy.Mdp.Vocabulary, place % policy.Mdp.Vocabulary);
            double l = policy.LogProb(s, a);
            sum += visits[s] * PortableMath.Exp(l) * (l - reference.LogProb(s, a));
        }

        return sum;
    }

    private static double Reversed(TablePolicy policy, TablePolicy reference, double[] visits) =>
        Divergence(reference, policy, visits);

    private static double[] Slopes(TablePolicy policy, Func<TablePolicy, double> value)
    {
        double[] slopes = new double[policy.Logits.Length];
        for (int i = 0; i < slopes.Length; i++) slopes[i] = (Moved(i, 1e-5) - Moved(i, -1e-5)) / 2e-5;
        return slopes;

        double Moved(int place, double step)
        {
            double[] logits = [.. policy.Logits];
            logits[place] += step;
            return value(new TablePolicy(policy.Mdp, logits, policy.Alpha));
        }
    }

    private static double Far(double[] a, double[] b) => a.Zip(b, (x, y) => Math.Abs(x - y)).Max();
}
