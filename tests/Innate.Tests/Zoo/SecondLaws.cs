using System.Text.Json;
using Innate.Reinforcement.Schedules;
using Innate.Theory.Laws;

namespace Innate.Tests.Zoo;

/// <summary>Schedules and laws of sections 18 to 29, and of the random reward.</summary>
internal static class SecondLaws
{
    public static IReadOnlyDictionary<string, Func<ZooInputs, object>> All { get; } =
        new Dictionary<string, Func<ZooInputs, object>>(StringComparer.Ordinal)
        {
            ["SemiOnlineDPO.sync"] = Sync,
            ["URLVR.sharpen"] = Sharpen,
            ["Spurious.random"] = z => new
            {
                expected_advantage = RandomReward.ExpectedAdvantages(z.Number("rate"), z.Whole("G")),
                dead_group_probability = RandomReward.ProbabilityOfNoSignal(z.Number("rate"), z.Whole("G")),
            },
            ["Spurious.clip_bias"] = z => new
            {
                expected_gradient = z.Numbers("delta").Select(delta =>
                    ClipBias.Expected(1 + delta, z.Number("eps"), z.Number("eps")).LogProbSlope),
            },
            ["random_reward.clip_bias"] = Bias,
            ["random_reward.asymmetry"] = z => new
            {
                upper_clip_reachable = ClipBias.CanLeaveUpwards(z.Number("p_old"), z.Number("eps")),
                max_ratio = ClipBias.GreatestRatio(z.Number("p_old")),
            },
            ["random_reward.group_std"] = z => new
            {
                prob_no_signal = RandomReward.ProbabilityOfNoSignal(z.Number("hit_rate"), z.Whole("group")),
                variance = RandomReward.Variance(z.Number("hit_rate")),
            },
        };

    // What is no number, null or a word for infinity, is never.
    private static object Sync(ZooInputs z)
    {
        long? every = z["s"]?.GetValueKind() == JsonValueKind.Number ? (long)z.Number("s") : null;
        return new
        {
            generator_version_step = Enumerable.Range(0, z.Whole("steps")).Select(t => GeneratorSync.VersionAt(t, every)),
        };
    }

    private static object Sharpen(ZooInputs z)
    {
        double[] masses = z.Numbers("p_majority");
        return new { one_step = After(1), two_steps = After(2) };

        IEnumerable<double> After(int rounds) => masses.Select(p => SharpeningLaw.After(p, z.Number("beta"), rounds));
    }

    private static object Bias(ZooInputs z)
    {
        ClipBiasResult found = ClipBias.Expected(z.Number("rho"), z.Number("eps"), z.Number("eps"));
        return new { expected_surrogate = found.Surrogate, d_drho = found.RatioSlope };
    }
}
