using Innate.Compute;

namespace Innate.Theory;

/// <summary>
/// The optimum of reward plus alpha times entropy, by backward induction (Ziebart 2010; Haarnoja et al. 2017, arXiv 1702.08165):
/// <code>
/// Q(s, a) = r(s, a) + V(s'),  V(s) = alpha logsumexp(Q(s, .) / alpha),  pi(a|s) = exp((Q(s, a) - V(s)) / alpha)
/// </code>
/// With the true reward it is the expert that arXiv 2506.23235 assumes the data comes from.
/// </summary>
public static class SoftValueIteration
{
    /// <summary>The optimal policy; its logits are Q.</summary>
    /// <param name="rewards">r(s, a).</param>
    /// <param name="alpha">The temperature, above 0.</param>
    public static TablePolicy Solve(RewardTable rewards, double alpha)
    {
        TokenMdp mdp = rewards.Mdp;
        double[] q = new double[mdp.StateCount * mdp.Vocabulary], v = new double[mdp.StateCount];
        for (int state = mdp.StateCount - 1; state >= 0; state--)
        {
            Span<double> row = q.AsSpan(state * mdp.Vocabulary, mdp.Vocabulary);
            for (int token = 0; token < row.Length; token++)
            {
                int next = mdp.Next(state, token);
                row[token] = rewards[state, token] + (next < v.Length ? v[next] : 0);
            }

            v[state] = LogitRow.SoftMaximum(row, alpha);
        }

        return new TablePolicy(mdp, q, alpha);
    }

    /// <summary>
    /// The optimum of reward less lambda times the divergence from a reference: at temperature lambda, with lambda log reference
    /// in the reward.
    /// </summary>
    /// <param name="rewards">r(s, a).</param>
    /// <param name="reference">What the policy is held to.</param>
    /// <param name="lambda">The penalty of a nat, above 0.</param>
    public static TablePolicy Held(RewardTable rewards, TablePolicy reference, double lambda)
    {
        TokenMdp mdp = rewards.Mdp;
        double[] held = [.. rewards.Values];
        for (int place = 0; place < held.Length; place++)
        {
            held[place] += lambda * reference.LogProb(place / mdp.Vocabulary, place % mdp.Vocabulary);
        }

        return Solve(new RewardTable(mdp, held), lambda);
    }
}
