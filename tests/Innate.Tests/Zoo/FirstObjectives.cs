using Innate.Reinforcement.Advantages;
using Innate.Reinforcement.Objectives;

namespace Innate.Tests.Zoo;

/// <summary>The objectives of sections 1 to 17.</summary>
internal static class FirstObjectives
{
    public static IReadOnlyDictionary<string, Func<ZooInputs, object>> All { get; } =
        new Dictionary<string, Func<ZooInputs, object>>(StringComparer.Ordinal)
        {
            ["CPGD.loss"] = Cpgd,
            ["Guide-GRPO"] = Guide,
            ["Critique-GRPO"] = x =>
            {
                bool[] refined = x.Flags("off_policy");
                double[] advantages = x.Numbers("advantage");
                CritiqueOptions options = new() { TokenBudget = x.Whole("max_length"), Gamma = x.Number("gamma") };
                (double loss, double[][] gradient) = Whole(x.Rows("logp"), x.Rows("logp_old"), (i, l, old, batch) =>
                    CritiqueObjective.Compute(l, old, Tiled(advantages[i], l), refined[i], batch, options));
                return new { loss, grad_l = gradient };
            },
            ["ProRLv2.icepop"] = x =>
            {
                double[] trainer = x.Numbers("logp_trainer"), generator = x.Numbers("logp_generator");
                return new
                {
                    weight_raw = IcePop.Ratios(trainer, generator),
                    weight = IcePop.Weights(trainer, generator, x.Number("min"), x.Number("max")),
                };
            },
            ["ProRLv2.k2"] = x => new
            {
                k2 = x.Numbers("logp_minus_ref").Select(d =>
                    KlEstimator.BoundedK2(d, x.Number("in_clamp"), x.Number("out_clamp")).Value),
            },
            ["GSPO"] = x =>
            {
                double[][] logProbs = x.Rows("logp"), old = x.Rows("logp_old");
                double[] advantages = x.Numbers("advantage");
                GspoOptions options = Clips(x);
                (double loss, double[][] gradient) = Whole(logProbs, old, (i, l, o, batch) =>
                    GspoObjective.Compute(l, o, advantages[i], batch, options));
                return new
                {
                    s = logProbs.Zip(old, (l, o) => ClippedRatio.Ratio(GspoObjective.LogRatio(l, o).LogRatio)),
                    loss,
                    grad_l = gradient,
                };
            },
            ["GSPO-token"] = x =>
            {
                double[][] advantages = x.Rows("token_advantage");
                GspoOptions options = Clips(x);
                (double loss, double[][] gradient) = Whole(x.Rows("logp"), x.Rows("logp_old"), (i, l, old, batch) =>
                    GspoTokenObjective.Compute(l, old, advantages[i], batch, options));
                return new { loss, grad_l = gradient };
            },
        };

    private static object Cpgd(ZooInputs x)
    {
        double[][] logProbs = x.Rows("logp"), old = x.Rows("logp_old");
        double[] advantages = x.Numbers("advantage");
        CpgdOptions options = new()
        {
            Clip = x.Number("eps"),
            DriftCap = x.Number("drift_cap"),
            DriftWeight = x.Number("alpha"),
        };
        BatchTotals batch = BatchTotals.Of(logProbs.Select(l => l.Length));
        CpgdParts[] parts =
            [.. logProbs.Select((l, i) => CpgdObjective.Parts(l, old[i], Tiled(advantages[i], l), batch, options))];
        return new
        {
            policy_loss = parts.Sum(p => p.Policy),
            drift_loss = parts.Sum(p => p.Drift),
            loss = parts.Sum(p => p.Whole.Loss),
            grad_l = parts.Select(p => p.Whole.LogProbGradient),
        };
    }

    private static object Guide(ZooInputs x)
    {
        double[][] logProbs = x.Rows("logp_new_without_hint"), behaviour = x.Rows("logp_old_behaviour");
        double[] advantages = GuideAdvantage.Union(x.Numbers("reward"));

        // The case does not say which rollouts were hinted: no token is left out.
        GuideOptions options = new() { ClipLow = x.Number("eps"), ClipHigh = x.Number("eps"), MinHintedRatio = 0 };
        (double loss, double[][] gradient) = Whole(logProbs, behaviour, (i, l, old, batch) =>
            GuideObjective.Compute(l, old, Tiled(advantages[i], l), hinted: true, batch, options));
        return new
        {
            advantage = advantages,
            ratio = logProbs.Zip(behaviour, (l, b) => l.Zip(b, (n, o) => ClippedRatio.Ratio(n - o))),
            loss,
            grad_l = gradient,
        };
    }

    private static GspoOptions Clips(ZooInputs x) => new() { ClipLow = x.Number("eps_low"), ClipHigh = x.Number("eps_high") };

    private static double[] Tiled(double advantage, double[] tokens) => [.. Enumerable.Repeat(advantage, tokens.Length)];

    /// <summary>The responses' parts as one batch.</summary>
    private static (double Loss, double[][] Gradient) Whole(
        double[][] logProbs, double[][] old, Func<int, double[], double[], BatchTotals, PolicyResult> objective)
    {
        BatchTotals batch = BatchTotals.Of(logProbs.Select(l => l.Length));
        PolicyResult[] parts = [.. logProbs.Select((l, i) => objective(i, l, old[i], batch))];
        return (parts.Sum(p => p.Loss), [.. parts.Select(p => p.LogProbGradient)]);
    }
}
