namespace Innate.Reinforcement.Rewards;

/// <summary>
/// MM-Eureka's reward (arXiv 2503.07365): 1 for a right answer and 0.5 for the right format, each by itself.
/// </summary>
internal static class AccuracyFormatReward
{
    /// <summary>What the format is worth.</summary>
    public const double FormatReward = 0.5;

    /// <summary>The reward, 0 to 1.5.</summary>
    public static double Compute(bool isRight, bool hasFormat) => (isRight ? 1 : 0) + (hasFormat ? FormatReward : 0);
}
