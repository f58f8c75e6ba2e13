using Innate.Compute;
using Innate.Reinforcement.Advantages;

namespace Innate.Reinforcement.Rewards;

/// <summary>The numbers of GRPO-CARE.</summary>
internal sealed record ConsistentAnswerOptions
{
    /// <summary>The bonus, as a share of the accuracy. The authors' script; 1 in their code.</summary>
    public double Coefficient { get; init; } = 0.5;

    /// <summary>What a confidence counts for at most.</summary>
    public double Cap { get; init; } = 0.95;

    /// <summary>How far below the mean a confidence may lie.</summary>
    public double Margin { get; init; } = 0.01;

    /// <summary>The accuracy above which a response is compared at all.</summary>
    public double MinAccuracy { get; init; } = 0.1;
}

/// <summary>A group's rewards with the numbers on the way, one a response.</summary>
/// <param name="Confidence">c.</param>
/// <param name="Selected">Whether the response is compared.</param>
/// <param name="MeanConfidence">The mean of c over those selected; 0 where none is.</param>
/// <param name="Bonus">What the consistent ones earn on top.</param>
/// <param name="Rewards">Accuracy and bonus.</param>
internal sealed record ConsistentAnswerResult(
    double[] Confidence, bool[] Selected, double MeanConfidence, double[] Bonus, double[] Rewards);

/// <summary>
/// GRPO-CARE's consistency bonus (arXiv 2506.16141, confirmed by code): among the right responses those earn more whose own
/// reasoning makes a slowly moving copy of the policy say the answer, too. With l the answer's log-probabilities under that copy:
/// <code>
/// c        = min(exp(mean l), 0.95)
/// selected = accuracy above 0.1 and not below the group's mean
/// bonus    = 0.5 accuracy where selected and c is not below mean(c of the selected) - 0.01, else 0
/// R        = accuracy + bonus;  A = (R - mean R) / (std R + 1e-4)
/// </code>
/// </summary>
internal static class ConsistentAnswerBonus
{
    /// <summary>What the advantage's standard deviation is raised by, in the authors' code.</summary>
    public const double AdvantageEpsilon = 1e-4;

    /// <summary>The group's rewards; for <see cref="GroupNormalizedAdvantage"/> with <see cref="AdvantageEpsilon"/>.</summary>
    /// <param name="accuracies">One a response.</param>
    /// <param name="meanAnswerLogProbs">The mean of l, nats, one a response; minus infinity where it has no answer.</param>
    /// <param name="options">The numbers; null: the defaults.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static ConsistentAnswerResult Compute(
        ReadOnlySpan<double> accuracies, ReadOnlySpan<double> meanAnswerLogProbs, ConsistentAnswerOptions? options = null)
    {
        options ??= new ConsistentAnswerOptions();
        Require.Length(accuracies.Length, meanAnswerLogProbs.Length, nameof(meanAnswerLogProbs));
        int count = accuracies.Length;
        double mean = RewardGroup.Mean(accuracies);
        double[] confidence = new double[count], bonus = new double[count], rewards = new double[count];
        bool[] selected = new bool[count];
        for (int i = 0; i < count; i++)
        {
            confidence[i] = Math.Min(PortableMath.Exp(meanAnswerLogProbs[i]), options.Cap);
            selected[i] = accuracies[i] > options.MinAccuracy && accuracies[i] >= mean;
        }

        double meanConfidence = RewardGroup.Mean([.. confidence.Where((_, i) => selected[i])]);
        for (int i = 0; i < count; i++)
        {
            bool earns = selected[i] && confidence[i] >= meanConfidence - options.Margin;
            bonus[i] = earns ? options.Coefficient * accuracies[i] : 0;
            rewards[i] = accuracies[i] + bonus[i];
        }

        return new ConsistentAnswerResult(confidence, selected, meanConfidence, bonus, rewards);
    }
}
