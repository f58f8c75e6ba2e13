using Innate.Compute;
using Innate.Reinforcement.Advantages;

namespace Innate.Reinforcement.Rewards;

/// <summary>What one state's next step says of curiosity.</summary>
/// <param name="Perplexity">Of the next step, 1 or more.</param>
/// <param name="UniformKl">How unevenly the step's surprise is spread over its tokens, nats.</param>
/// <param name="Value">The state's curiosity.</param>
internal readonly record struct Curiosity(double Perplexity, double UniformKl, double Value);

/// <summary>
/// CoVo's curiosity (arXiv 2506.08745) as its code has it, which is not what its README says: surprising next steps are paid for
/// where the surprise is spread over the step. With l the log-probabilities of the next step's n tokens:
/// <code>
/// q     = l / sum l                                  all positive, sum 1
/// KL    = sum q ln(q n)                              from the uniform law
/// value = exp(-mean l) - ln(KL^(1/3) + 1)
/// bonus = 0.4 where the mean of the values over the states is above 2, else 0
/// </code>
/// Ours: a step of equally likely tokens, one that is certain included, has a KL of exactly 0.
/// </summary>
internal static class CuriosityBonus
{
    /// <summary>What a curious response earns on top.</summary>
    public const double DefaultBonus = 0.4;

    /// <summary>The mean curiosity above which it does.</summary>
    public const double DefaultThreshold = 2;

    /// <summary>The curiosity of one state.</summary>
    /// <param name="nextStepLogProbs">One a token of the step that follows (nats, 0 or less), at least one.</param>
    /// <exception cref="ArgumentException">The step is empty.</exception>
    public static Curiosity Of(ReadOnlySpan<double> nextStepLogProbs)
    {
        if (nextStepLogProbs.IsEmpty)
        {
            throw new ArgumentException("nextStepLogProbs: expected a step, found no token.", nameof(nextStepLogProbs));
        }

        double perplexity = PortableMath.Exp(-RewardGroup.Mean(nextStepLogProbs)), kl = 0;
        if (!RewardGroup.AllEqual(nextStepLogProbs))
        {
            double sum = 0;
            foreach (double logProb in nextStepLogProbs) sum += logProb;
            foreach (double logProb in nextStepLogProbs)
            {
                double q = logProb / sum;
                if (q > 0) kl += q * PortableMath.Log(q * nextStepLogProbs.Length);
            }
        }

        kl = Math.Max(kl, 0);
        double root = kl == 0 ? 0 : PortableMath.Pow(kl, 1.0 / 3);
        return new Curiosity(perplexity, kl, perplexity - PortableMath.Log(root + 1));
    }

    /// <summary>What a response earns; 0 where it has no state.</summary>
    /// <param name="values">The curiosity of each of its states.</param>
    /// <param name="bonus">For a curious one.</param>
    /// <param name="threshold">The mean above which it is.</param>
    public static double Compute(
        ReadOnlySpan<double> values, double bonus = DefaultBonus, double threshold = DefaultThreshold) =>
        values.Length > 0 && RewardGroup.Mean(values) > threshold ? bonus : 0;
}
