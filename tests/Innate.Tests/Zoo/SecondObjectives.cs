using Innate.Learning.Objectives;
using Innate.Reinforcement.Advantages;
using Innate.Reinforcement.Objectives;
using Innate.Traces;

namespace Innate.Tests.Zoo;

/// <summary>Objectives of sections 18 to 38.</summary>
internal static class SecondObjectives
{
    public static IReadOnlyDictionary<string, Func<ZooInputs, object>> All { get; } =
        new Dictionary<string, Func<ZooInputs, object>>(StringComparer.Ordinal)
        {
            ["GroupDPO"] = GroupDpo,
            ["SFT.fdiv"] = FDivergences,
            ["AdvDistill"] = AdvDistill,
            ["ReVal"] = ReVal,
            ["TBRM"] = Tbrm,
            ["ROVER"] = Rover,
            ["SDPO"] = Sdpo,
            ["SDPO.sampled_token"] = SdpoSampled,
        };

    private static object GroupDpo(ZooInputs z)
    {
        double[] ratios = z.Numbers("sum_logratio");
        GroupDpoResult found = GroupDpoObjective.Compute(
            Single(ratios), new double[ratios.Length], z.Flags("correct"), 1, new DpoOptions { Beta = z.Number("beta") });
        return new { loss = found.Loss, grad_sum_logp = found.LogProbGradients.Select(g => g[0]) };
    }

    private static object FDivergences(ZooInputs z)
    {
        double[] logProbs = z.Numbers("logp");
        double reference = z.Numbers("logp_ref").Sum(), beta = z.Number("beta");
        return new
        {
            u = -Of(FDivergence.TotalVariation).Loss,
            tv = Form(FDivergence.TotalVariation),
            chi2 = Form(FDivergence.ChiSquared),
            hellinger = Form(FDivergence.Hellinger),
            js = Form(FDivergence.JensenShannon),
        };

        object Form(FDivergence divergence)
        {
            ObjectiveResult result = Of(divergence);
            return new { loss = result.Loss, grad_l = result.LogProbGradient.Distinct().Single() };
        }

        ObjectiveResult Of(FDivergence divergence) => FDivergenceObjective.Compute(divergence, logProbs, reference, 1, beta);
    }

    private static object AdvDistill(ZooInputs z)
    {
        AdvDistillResult found = AdvDistillObjective.Compute(
            z.Numbers("reward"), Single([.. z.Numbers("mean_nll").Select(n => -n)]), 1,
            new AdvDistillOptions { Temperature = z.Number("tau") });
        return new { advantage = found.Advantages, weight = found.Weights, loss = found.Loss };
    }

    private static object ReVal(ZooInputs z)
    {
        double[] centred = DrGrpoAdvantage.Compute(z.Numbers("reward")), values = z.Numbers("V_minus_Vref_at_prompt");
        BellmanResult[] found = Bellman(z, (ratio, i, batch, options) =>
            ReValObjective.Compute(ratio, [0], values[i], 0, centred[i], batch, options));
        return new
        {
            centred_reward = centred,
            residual = found.Select(f => f.Residual),
            loss = found.Sum(f => f.Policy.Loss),
            grad_sum_logp = found.Select(f => f.Policy.LogProbGradient[0]),
        };
    }

    private static object Tbrm(ZooInputs z)
    {
        double[] rewards = z.Numbers("reward"), values = z.Numbers("V_at_prompt");
        BellmanResult[] found = Bellman(z, (ratio, i, batch, options) =>
            ReValObjective.Uncalibrated(ratio, [0], values[i], rewards[i], batch, options));
        return new
        {
            residual = found.Select(f => f.Residual),
            loss = found.Sum(f => f.Policy.Loss),
            grad_sum_logp = found.Select(f => f.Policy.LogProbGradient[0]),
        };
    }

    private static BellmanResult[] Bellman(ZooInputs z, Func<double[], int, BatchTotals, ReValOptions, BellmanResult> one)
    {
        double[] ratios = z.Numbers("sum_logratio");
        BatchTotals batch = new(ratios.Length, ratios.Length);
        ReValOptions options = new() { Beta = z.Number("beta") };
        return [.. ratios.Select((ratio, i) => one([ratio], i, batch, options))];
    }

    private static object Rover(ZooInputs z)
    {
        int[] actions = z.Wholes("actions");
        TokenTrace now = TokenTrace.OfLogits(actions, z.Rows("logits"));
        TokenTrace old = TokenTrace.OfLogits(actions, z.Rows("logits_old"));
        RoverResult found = RoverObjective.Compute(
            now.LogProbability, old.LogProbability, MeanLogProbs(now), MeanLogProbs(old), z.Number("centred_reward"),
            new BatchTotals(actions.Length, 1), new RoverOptions { Rho = z.Number("rho") });
        return new { found.Q, target = found.Targets, loss = found.Policy.Loss };

        static double[] MeanLogProbs(TokenTrace trace) => [.. trace.MeanLogit.Zip(trace.V, (mean, norm) => mean - norm)];
    }

    private static Dictionary<string, object> Sdpo(ZooInputs z)
    {
        double[][] student = z.Rows("student_logits"), teacher = z.Rows("teacher_logits");
        int[] chosen = z.Wholes("chosen");
        double[] logProbs = TokenTrace.OfLogits(chosen, student).LogProbability;
        return new Dictionary<string, object>(StringComparer.Ordinal)
        {
            ["forward_kl_alpha0"] = At(0),
            ["jsd_alpha0.5"] = At(0.5),
            ["reverse_kl_alpha1"] = At(1),
            ["token_advantage"] = KlEstimator.Values(
                KlKind.K1, TokenTrace.OfLogits(chosen, teacher).LogProbability, logProbs),
        };

        double[] At(double alpha) => SdpoObjective.OfLogits(
            student, teacher, logProbs, logProbs, new BatchTotals(chosen.Length, 1), new SdpoOptions { Alpha = alpha }).Divergences;
    }

    private static object SdpoSampled(ZooInputs z)
    {
        double[] logProbs = z.Numbers("logp");
        PolicyResult found = SdpoObjective.Sampled(
            logProbs, z.Numbers("logp_teacher"), z.Numbers("logp_old"), new BatchTotals(logProbs.Length, 1),
            new SdpoOptions { RatioCap = z.Number("ratio_cap") });
        return new { loss = found.Loss, grad_l = found.LogProbGradient };
    }

    // Responses of one token each: what the methods see is their sums or means.
    private static double[][] Single(double[] perResponse) => [.. perResponse.Select(x => new[] { x })];
}
