using Innate.Compute;
using Innate.Layers;
using Innate.Rewards;
using Innate.Text;
using Innate.Traces;

namespace Innate.Tests.Zoo;

/// <summary>Tokens that are no text, and the logits that they are sampled from, as calls of the library.</summary>
internal static class WorldTokens
{
    public static IReadOnlyDictionary<string, Func<ZooCase, object>> All { get; } =
        new Dictionary<string, Func<ZooCase, object>>(StringComparer.Ordinal)
        {
            ["cfg.logits"] = c =>
            {
                double[] with = c.Inputs.Numbers("cond"), without = c.Inputs.Numbers("uncond");
                double[] logits = GuidedLogits.Of(with, without, c.Inputs.Number("w"));
                double[] logs = LogitRow.LogProbabilities(logits);
                return new
                {
                    logits,
                    probs = logs.Select(Math.Exp),
                    logprob = logs,
                    cond_logprob = LogitRow.LogProbabilities(with),
                    V_guided = LogitRow.SoftMaximum(logits),
                    V_cond = LogitRow.SoftMaximum(with),
                    pointwise_mutual_information = GuidedLogits.MutualInformation(with, without),
                };
            },
            ["cfg.three_way"] = c => new
            {
                logits = GuidedLogits.Of(
                    c.Inputs.Numbers("full"), c.Inputs.Numbers("image_only"), c.Inputs.Numbers("uncond"),
                    c.Inputs.Number("w_text"), c.Inputs.Number("w_image")),
            },
            ["endogenous.any_tokens"] = AnyTokens,
            ["endogenous.restricted_vocabulary"] = c =>
            {
                double[] logits = c.Inputs.Numbers("logits");
                int chosen = c.Inputs.Whole("chosen");
                RestrictedLogits.Scored all = RestrictedLogits.Score(logits, chosen, []);
                RestrictedLogits.Scored few = RestrictedLogits.Score(logits, chosen, c.Inputs.Wholes("allowed"));
                return new
                {
                    V_full = all.Value,
                    V_allowed = few.Value,
                    logprob_full = all.LogProbability,
                    logprob_allowed = few.LogProbability,
                };
            },
            ["llamagen.rope2d"] = c => new
            {
                angles = GridRotary.Angles(
                    c.Inputs.Whole("head_dim"), c.Inputs.Number("base"), c.Inputs.Whole("row"), c.Inputs.Whole("col")),
            },
            ["orpheus.codes"] = c =>
            {
                SoundLayers found = OrpheusFrames.Layers(c.Inputs.Wholes("custom_token_numbers"));
                return new { layer0 = found.Coarse, layer1 = found.Middle, layer2 = found.Fine };
            },
        };

    private static object AnyTokens(ZooCase c)
    {
        double[] q = c.Inputs.Numbers("q"), v = c.Inputs.Numbers("v");
        TokenTrace trace = new()
        {
            Tokens = [.. Enumerable.Range(0, q.Length)],
            Q = q,
            V = v,
            LogProbability = [.. q.Zip(v, (x, y) => x - y)],
            Entropy = new double[q.Length],
            MeanLogit = new double[q.Length],
        };
        RewardResult found = EndogenousReward.Compute(
            trace, new RewardOptions { Gamma = c.Inputs.Number("gamma"), Beta = c.Inputs.Number("beta") });
        return new
        {
            token_reward = found.PerToken,
            sum = found.Value,
            identity_loglik_plus_V1 = trace.LogProbability.Sum() + v[0],
        };
    }
}
