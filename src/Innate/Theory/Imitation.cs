using Innate.Compute;

namespace Innate.Theory;

/// <summary>
/// Policies that imitate an expert and miss: by a set distance, in the worst way that a distance allows, or for want of data.
/// The distance is the theorems': eps = the greatest |log expert(a|s) - log imitation(a|s)| over all states and tokens.
/// </summary>
public static class Imitation
{
    /// <summary>eps of two policies on one process.</summary>
    public static double Distance(TablePolicy expert, TablePolicy imitation)
    {
        TokenMdp mdp = expert.Mdp;
        double most = 0;
        for (int state = 0; state < mdp.StateCount; state++)
        {
            for (int token = 0; token < mdp.Vocabulary; token++)
            {
                most = Math.Max(most, Math.Abs(expert.LogProb(state, token) - imitation.LogProb(state, token)));
            }
        }

        return most;
    }

    /// <summary>
    /// A policy at distance eps in every state: logits moved in a random direction, as far as it takes. It exists for any eps:
    /// a policy's least favoured token can always lose more.
    /// </summary>
    /// <param name="expert">Who is imitated.</param>
    /// <param name="eps">The distance, 0 or more.</param>
    /// <param name="seed">Decides the directions.</param>
    public static TablePolicy Perturbed(TablePolicy expert, double eps, ulong seed)
    {
        int k = expert.Mdp.Vocabulary;
        double[] logits = new double[expert.Logits.Length], log = new double[k];
        for (int state = 0; state < expert.Mdp.StateCount; state++)
        {
            for (int token = 0; token < k; token++) log[token] = expert.LogProb(state, token);
            double[] direction = UniformNumbers.Many(RandomBits.Key(seed, (ulong)state), k, -1, 1);
            double low = 0, high = 1;
            while (Moved(log, direction, high) < eps) high *= 2;

            // Where the direction pulls most and least, the log-ratio only grows with the step: bisect.
            for (int i = 0; i < 100; i++)
            {
                double middle = (low + high) / 2;
                if (Moved(log, direction, middle) < eps) low = middle;
                else high = middle;
            }

            for (int token = 0; token < k; token++)
            {
                logits[(state * k) + token] = expert.Alpha * (log[token] + (low * direction[token]));
            }
        }

        return new TablePolicy(expert.Mdp, logits, expert.Alpha);
    }

    /// <summary>
    /// The policy that earns least among all within a distance: the distances of different states do not limit each other, so
    /// backward induction is exact. In each state every token keeps at least e^-eps of its probability, and what is left goes
    /// to the worst tokens, each up to e^eps of its own.
    /// </summary>
    /// <param name="expert">Who is imitated.</param>
    /// <param name="rewards">The true reward.</param>
    /// <param name="eps">The distance allowed in a state, by the state.</param>
    public static TablePolicy Worst(TablePolicy expert, RewardTable rewards, Func<int, double> eps)
    {
        TokenMdp mdp = expert.Mdp;
        int k = mdp.Vocabulary;
        double[] logits = new double[mdp.StateCount * k], v = new double[mdp.StateCount], q = new double[k];
        for (int state = v.Length - 1; state >= 0; state--)
        {
            double ratio = PortableMath.Exp(eps(state)), left = 1;
            double[] p = [.. Enumerable.Range(0, k).Select(token => PortableMath.Exp(expert.LogProb(state, token)))];
            double[] moved = [.. p.Select(x => x / ratio)];
            foreach (double x in moved) left -= x;
            for (int token = 0; token < k; token++)
            {
                int next = mdp.Next(state, token);
                q[token] = rewards[state, token] + (next < v.Length ? v[next] : 0);
            }

            foreach (int token in Enumerable.Range(0, k).OrderBy(token => q[token]))
            {
                double more = Math.Max(0, Math.Min(left, (p[token] * ratio) - moved[token]));
                (moved[token], left) = (moved[token] + more, left - more);
            }

            for (int token = 0; token < k; token++)
            {
                logits[(state * k) + token] = expert.Alpha * PortableMath.Log(moved[token]);
                v[state] += moved[token] * q[token];
            }
        }

        return new TablePolicy(mdp, logits, expert.Alpha);
    }

    /// <summary>
    /// What next-token training would make of finite data: pi(a|s) = (count of a in s + smoothing) / (count of s + K smoothing),
    /// additive (Lidstone) smoothing; uniform where the data never was.
    /// </summary>
    /// <param name="mdp">The process.</param>
    /// <param name="sequences">The data.</param>
    /// <param name="smoothing">Added to each count, above 0.</param>
    /// <param name="alpha">The temperature of the logits.</param>
    public static TablePolicy FromData(TokenMdp mdp, IEnumerable<int[]> sequences, double smoothing, double alpha)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(smoothing);
        double[] counts = Counts(mdp, sequences);
        return new TablePolicy(mdp, [.. counts.Select(c => alpha * PortableMath.Log(c + smoothing))], alpha);
    }

    /// <summary>How often each token follows each state: states times tokens.</summary>
    public static double[] Counts(TokenMdp mdp, IEnumerable<int[]> sequences)
    {
        double[] counts = new double[mdp.StateCount * mdp.Vocabulary];
        foreach (int[] sequence in sequences)
        {
            int state = 0;
            foreach (int token in sequence)
            {
                counts[(state * mdp.Vocabulary) + token]++;
                state = mdp.Next(state, token);
            }
        }

        return counts;
    }

    /// <summary>The same policy with other logits: to a state's, a constant of its own is added, from [-size, size).</summary>
    public static TablePolicy Offset(TablePolicy policy, double size, ulong seed)
    {
        double[] offsets = UniformNumbers.Many(RandomBits.Key(seed, 0x6f66), policy.Mdp.StateCount, -size, size);
        double[] logits = [.. policy.Logits];
        for (int place = 0; place < logits.Length; place++) logits[place] += offsets[place / policy.Mdp.Vocabulary];
        return new TablePolicy(policy.Mdp, logits, policy.Alpha);
    }

    // The greatest |log-ratio| after a step: log p + step u - logsumexp(log p + step u) against log p.
    private static double Moved(double[] log, double[] direction, double step)
    {
        Span<double> q = stackalloc double[log.Length];
        for (int i = 0; i < q.Length; i++) q[i] = log[i] + (step * direction[i]);
        double norm = LogitRow.SoftMaximum(q), most = 0;
        for (int i = 0; i < q.Length; i++) most = Math.Max(most, Math.Abs(q[i] - norm - log[i]));
        return most;
    }
}
