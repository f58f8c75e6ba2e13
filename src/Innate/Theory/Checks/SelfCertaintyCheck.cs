using Innate.Compute;
using Innate.Traces;

namespace Innate.Theory.Checks;

/// <summary>
/// Self-certainty (INTUITOR, arXiv 2505.19590) is the distance of a prediction from uniform: logsumexp(z) - mean(z)
/// = KL(U || pi) + log K, at temperature 1 whatever alpha the trace was asked for with.
/// </summary>
internal static class SelfCertaintyCheck
{
    /// <summary>All sequences of random policies; the divergence is added up token by token from probabilities.</summary>
    public static CheckResult Run(TheoryOptions options)
    {
        double token = 0, mean = 0, least = double.PositiveInfinity, uniform = 0;
        foreach (TablePolicy policy in options.RandomPolicies("self-certainty", 3 * options.Trials))
        {
            int k = policy.Mdp.Vocabulary;
            TablePolicy plain = new(policy.Mdp, policy.Logits);
            foreach (int[] sequence in policy.Mdp.Sequences)
            {
                TokenTrace trace = policy.Trace(sequence);
                Rewards.RewardResult certainty = options.SelfCertainty(trace);
                double sum = 0;
                for (int h = 0, state = 0; h < sequence.Length; state = policy.Mdp.Next(state, sequence[h]), h++)
                {
                    double divergence = 0;
                    for (int a = 0; a < k; a++)
                    {
                        double p = PortableMath.Exp(plain.LogProb(state, a));
                        divergence += PortableMath.Log(1.0 / k / p) / k;
                    }

                    double expected = divergence + PortableMath.Log(k);
                    token = Math.Max(token, Math.Abs(certainty.PerToken[h] - expected));
                    least = Math.Min(least, certainty.PerToken[h] - PortableMath.Log(k));
                    sum += expected;
                }

                mean = Math.Max(mean, Math.Abs(certainty.Value - (sum / sequence.Length)));
            }

            TokenTrace flat = SequenceWeights.Uniform(policy.Mdp).Trace(new int[policy.Mdp.Horizon]);
            uniform = Math.Max(uniform, Math.Abs(options.SelfCertainty(flat).Value - PortableMath.Log(k)));
        }

        return new CheckResult
        {
            Name = "Self-certainty",
            Claim = "Self-certainty is KL(uniform || pi) + log K: least, log K, where the model knows nothing.",
            Source = "arXiv 2505.19590",
            Findings =
            [
                new Finding("|token - (KL(U || pi) + log K)|", token, Relation.AtMost, 1e-9, Standing.Derived),
                new Finding("|response - mean of its tokens|", mean, Relation.AtMost, 1e-9, Standing.Derived),
                new Finding("least excess over log K", least, Relation.AtLeast, -1e-12, Standing.Derived),
                new Finding("uniform: |self-certainty - log K|", uniform, Relation.AtMost, 1e-9, Standing.Derived),
            ],
            Notes = $"All sequences of {3 * options.Trials} random policies, alpha of 0.25 to 2.",
        };
    }
}
