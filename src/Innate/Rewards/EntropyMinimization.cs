using Innate.Traces;

namespace Innate.Rewards;

/// <summary>
/// The rewards of entropy minimization by reinforcement learning (EM-RL, arXiv 2505.15134; secondary, the authors' repository has
/// no training code), each as the sum that the paper names and as the mean that a later study (arXiv 2603.08660) tabulates:
/// <code>
/// token     -sum of H_t         -mean of H_t
/// sequence  sum of log pi(t)    mean of log pi(t)
/// </code>
/// The sums pay for short text: every further token can only lower them.
/// </summary>
internal static class EntropyMinimization
{
    /// <summary>Per token minus the entropy in nats; the value is their sum.</summary>
    public static RewardResult TokenSum(TokenTrace trace)
    {
        RewardResult mean = EntropyReward.Compute(trace);
        return mean with { Value = mean.PerToken.Sum() };
    }

    /// <summary>Per token minus the entropy in nats; the value is their mean.</summary>
    public static RewardResult TokenMean(TokenTrace trace) => EntropyReward.Compute(trace);

    /// <summary>Per token log pi; the value is their sum.</summary>
    public static RewardResult SequenceSum(TokenTrace trace) => LogLikelihood.Sum(trace);

    /// <summary>Per token log pi; the value is their mean.</summary>
    public static RewardResult SequenceMean(TokenTrace trace) => LogLikelihood.Mean(trace);
}
