using Innate.Rewards;

namespace Innate.Theory;

/// <summary>A reward of each state and token of a process: the true one, or the one found inside a policy.</summary>
public sealed class RewardTable
{
    private readonly double[] _rewards;

    /// <summary>A reward; the numbers are copied.</summary>
    /// <param name="mdp">The process.</param>
    /// <param name="rewards">r(s, a): states times tokens, a state's tokens side by side.</param>
    /// <exception cref="ArgumentException">There are not states times tokens rewards.</exception>
    public RewardTable(TokenMdp mdp, ReadOnlySpan<double> rewards)
    {
        int expected = mdp.StateCount * mdp.Vocabulary;
        if (rewards.Length != expected)
        {
            throw new ArgumentException($"rewards: expected {expected} numbers, found {rewards.Length}.", nameof(rewards));
        }

        (Mdp, _rewards) = (mdp, rewards.ToArray());
    }

    /// <summary>The process.</summary>
    public TokenMdp Mdp { get; }

    /// <summary>r(s, a): states times tokens.</summary>
    public ReadOnlySpan<double> Values => _rewards;

    /// <summary>r(s, a).</summary>
    public double this[int state, int token] => _rewards[(state * Mdp.Vocabulary) + token];

    /// <summary>Each reward drawn from [0, 1): what the theorems ask of a true reward.</summary>
    public static RewardTable Random(TokenMdp mdp, ulong seed) =>
        new(mdp, UniformNumbers.Many(RandomBits.Key(seed, 0x7275), mdp.StateCount * mdp.Vocabulary, 0, 1));

    /// <summary>A reward by (tokens so far, class of the prefix, token).</summary>
    public static RewardTable Of(TokenMdp mdp, Func<int, int, int, double> reward)
    {
        double[] rewards = new double[mdp.StateCount * mdp.Vocabulary];
        for (int state = 0, place = 0; state < mdp.StateCount; state++)
        {
            int level = mdp.Level(state);
            for (int token = 0; token < mdp.Vocabulary; token++)
            {
                rewards[place++] = reward(level, state - mdp.FirstState(level), token);
            }
        }

        return new RewardTable(mdp, rewards);
    }

    /// <summary>
    /// The reward inside a policy's logits, r(s, a) = Q(s, a) - V(s'), undiscounted: the formula is asked for the first token of
    /// the trace that begins in s with a, one token longer where something follows.
    /// </summary>
    /// <param name="policy">Whose logits.</param>
    /// <param name="formula">The reward.</param>
    public static RewardTable Endogenous(TablePolicy policy, RewardFormula formula)
    {
        TokenMdp mdp = policy.Mdp;
        RewardOptions options = new() { Alpha = policy.Alpha };
        double[] rewards = new double[mdp.StateCount * mdp.Vocabulary];
        for (int place = 0; place < rewards.Length; place++)
        {
            (int state, int token) = (place / mdp.Vocabulary, place % mdp.Vocabulary);
            int[] path = mdp.Next(state, token) < mdp.StateCount ? [token, 0] : [token];
            rewards[place] = formula(policy.Trace(path, state), options).PerToken[0];
        }

        return new RewardTable(mdp, rewards);
    }

    /// <summary>The sum over a sequence's tokens.</summary>
    public double Outcome(ReadOnlySpan<int> sequence)
    {
        double sum = 0;
        int state = 0;
        foreach (int token in sequence)
        {
            sum += this[state, token];
            state = Mdp.Next(state, token);
        }

        return sum;
    }

    /// <summary>The outcome of each of the process's sequences, in their order.</summary>
    public double[] Outcomes() => [.. Mdp.Sequences.Select(s => Outcome(s))];
}
