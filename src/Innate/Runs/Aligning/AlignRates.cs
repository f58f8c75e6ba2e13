using Innate.Learning.Optimization;

namespace Innate.Runs.Aligning;

/// <summary>The default learning rate: by the model's size, and of supervised fine-tuning twenty times as much.</summary>
internal static class AlignRates
{
    private const double SupervisedFactor = 20, MostSupervised = 1e-3;

    public static double Of(AlignSettings settings, long parameters) => settings.LearningRate
        ?? (settings.Method == AlignMethod.BestOfN
            ? RateBySize.Of(parameters, settings.LoraRank > 0, SupervisedFactor, MostSupervised)
            : RateBySize.Of(parameters, settings.LoraRank > 0));
}
