using Innate.Compute;
using Innate.Rewards;
using Innate.Traces;

namespace Innate.Theory;

/// <summary>
/// A policy as a table of logits: pi(a|s) = softmax(Q(s, .) / alpha), V(s) = alpha logsumexp(Q(s, .) / alpha): a language model
/// in miniature, and its endogenous reward (arXiv 2506.23235) beside it.
/// </summary>
public sealed class TablePolicy
{
    private readonly double[] _logits;
    private readonly double[] _values;
    private readonly double[] _logProbs;

    /// <summary>A policy; the logits are copied.</summary>
    /// <param name="mdp">The process that it acts in.</param>
    /// <param name="logits">Q: states times tokens, a state's tokens side by side.</param>
    /// <param name="alpha">The temperature, above 0.</param>
    /// <exception cref="ArgumentException">There are not states times tokens logits.</exception>
    public TablePolicy(TokenMdp mdp, ReadOnlySpan<double> logits, double alpha = 1)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(alpha);
        int expected = mdp.StateCount * mdp.Vocabulary;
        if (logits.Length != expected)
        {
            throw new ArgumentException($"logits: expected {expected} numbers, found {logits.Length}.", nameof(logits));
        }

        (Mdp, _logits, Alpha) = (mdp, logits.ToArray(), alpha);
        _values = [.. Enumerable.Range(0, mdp.StateCount).Select(s => LogitRow.SoftMaximum(Row(s), alpha))];
        _logProbs = [.. _logits.Select((q, i) => (q - _values[i / mdp.Vocabulary]) / alpha)];
    }

    /// <summary>The process that it acts in.</summary>
    public TokenMdp Mdp { get; }

    /// <summary>The temperature.</summary>
    public double Alpha { get; }

    /// <summary>Q: states times tokens.</summary>
    public ReadOnlySpan<double> Logits => _logits;

    /// <summary>V(s) = alpha logsumexp(Q(s, .) / alpha); 0 at the horizon.</summary>
    public double Value(int state) => state >= Mdp.StateCount ? 0 : _values[state];

    /// <summary>log pi(a|s), in nats.</summary>
    public double LogProb(int state, int token) => _logProbs[(state * Mdp.Vocabulary) + token];

    /// <summary>Each token's log-probability, in nats.</summary>
    public double[] LogProbs(ReadOnlySpan<int> sequence)
    {
        double[] logProbs = new double[sequence.Length];
        for (int h = 0, state = 0; h < logProbs.Length; state = Mdp.Next(state, sequence[h]), h++)
        {
            logProbs[h] = LogProb(state, sequence[h]);
        }

        return logProbs;
    }

    /// <summary>r_h = Q(s_h, a_h) - V(s_{h+1}): one a token. They add up to alpha log pi(sequence) + V(s_1).</summary>
    public double[] EndogenousRewards(ReadOnlySpan<int> sequence) =>
        EndogenousReward.Compute(Trace(sequence), new RewardOptions { Alpha = Alpha }).PerToken;

    /// <summary>What a language model with these logits would report of a sequence.</summary>
    /// <param name="sequence">The tokens.</param>
    /// <param name="state">Where they begin.</param>
    public TokenTrace Trace(ReadOnlySpan<int> sequence, int state = 0)
    {
        List<double[]> rows = new(sequence.Length);
        for (int h = 0; h < sequence.Length; state = Mdp.Next(state, sequence[h]), h++) rows.Add(Row(state).ToArray());
        return TokenTrace.OfLogits(sequence.ToArray(), rows, Alpha);
    }

    /// <summary>A sequence drawn from the policy.</summary>
    /// <param name="key">The same key draws the same.</param>
    public int[] Draw(ulong key)
    {
        int[] sequence = new int[Mdp.Horizon];
        for (int h = 0, state = 0; h < sequence.Length; state = Mdp.Next(state, sequence[h]), h++)
        {
            double left = UniformNumbers.At(key, h);
            for (int token = 0; token < Mdp.Vocabulary - 1; token++)
            {
                left -= PortableMath.Exp(LogProb(state, token));
                if (left < 0) break;
                sequence[h] = token + 1;
            }
        }

        return sequence;
    }

    /// <summary>The probability of each of the process's sequences, in their order.</summary>
    public double[] Distribution() => [.. Mdp.Sequences.Select(s => PortableMath.Exp(LogProbs(s).Sum()))];

    /// <summary>
    /// The backward of <see cref="LogProbs"/>: adds to the logits' gradient, in place, what the tokens' log-probabilities bring:
    /// dlog pi(a|s) / dQ(s, v) = ((v = a) - pi(v|s)) / alpha.
    /// </summary>
    /// <param name="sequence">The tokens.</param>
    /// <param name="logProbGradient">dLoss / dlog pi: one a token.</param>
    /// <param name="logitGradient">dLoss / dQ: states times tokens.</param>
    public void Backward(ReadOnlySpan<int> sequence, ReadOnlySpan<double> logProbGradient, Span<double> logitGradient)
    {
        for (int h = 0, state = 0; h < sequence.Length; state = Mdp.Next(state, sequence[h]), h++)
        {
            Span<double> row = logitGradient.Slice(state * Mdp.Vocabulary, Mdp.Vocabulary);
            for (int v = 0; v < row.Length; v++)
            {
                double indicator = v == sequence[h] ? 1 : 0;
                row[v] += logProbGradient[h] * (indicator - PortableMath.Exp(LogProb(state, v))) / Alpha;
            }
        }
    }

    private ReadOnlySpan<double> Row(int state) => _logits.AsSpan(state * Mdp.Vocabulary, Mdp.Vocabulary);
}
