using Innate.Learning;
using Innate.Reinforcement.Schedules;

namespace Innate.Tests.Zoo;

/// <summary>The schedules of sections 1 to 17.</summary>
internal static class FirstSchedules
{
    public static IReadOnlyDictionary<string, Func<ZooInputs, object>> All { get; } =
        new Dictionary<string, Func<ZooInputs, object>>(StringComparer.Ordinal)
        {
            ["RLPR.std_filter"] = x =>
            {
                double[] deviations = x.Numbers("prompt_std");
                double mean = StdFilter.Next(x.Number("ema"), x.Number("previous_step_mean_std"), x.Number("ema_ratio"));
                double threshold = x.Number("beta") * mean;
                return new { new_ema = mean, threshold, keep = StdFilter.Keep(deviations, threshold) };
            },
            ["Bingo.dynamic_k"] = x => new
            {
                k = SlopeFactor.Compute(x.Numbers("train_scores"), new SlopeFactorOptions
                {
                    Start = x.Whole("slope_start"),
                    LookBack = x.Whole("look_back"),
                    WrongSignificant = x.Number("lambda_we"),
                    Threshold = x.Number("threshold"),
                }).Select(s => new { step = s.Step, slope = s.Slope, scaled = s.Scaled, k = s.K }),
            },
            ["ProRL.reset"] = x => new { reset_at = ReferenceReset.Times(x.Numbers("validation"), x.Whole("patience")) },
            ["POLARIS.batch"] = x =>
            {
                BatchPlan plan = DeadPrompts.Replace(x.Numbers("prompt_mean_reward"));
                return new { action = plan.Trains ? "train" : "skip", source_index = plan.Sources };
            },
            ["OctoThinker.lr"] = x =>
            {
                double stable = x.Number("stable_tokens");
                LearningRateSchedule schedule = new()
                {
                    Peak = x.Number("base"),
                    Stable = stable,
                    Decay = LearningRateDecay.Cosine,
                    FinalFraction = x.Number("floor"),
                };
                return new { lr = x.Numbers("tokens").Select(t => schedule.After(t, stable + x.Number("decay_tokens"))) };
            },
        };
}
