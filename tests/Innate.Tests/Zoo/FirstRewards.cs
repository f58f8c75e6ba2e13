using System.Text;
using System.Text.Json.Nodes;
using Innate.Reinforcement.Advantages;
using Innate.Reinforcement.Rewards;

namespace Innate.Tests.Zoo;

/// <summary>The rewards of sections 1 to 17.</summary>
internal static class FirstRewards
{
    public static IReadOnlyDictionary<string, Func<ZooInputs, object>> All { get; } =
        new Dictionary<string, Func<ZooInputs, object>>(StringComparer.Ordinal)
        {
            ["CoVo"] = Consistency,
            ["CoVo.curiosity"] = x =>
            {
                Curiosity state = CuriosityBonus.Of(x.Numbers("next_step_logprobs"));
                return new
                {
                    perplexity = state.Perplexity,
                    kl_uniform = state.UniformKl,
                    curiosity = state.Value,
                    bonus = CuriosityBonus.Compute([state.Value]),
                };
            },
            ["RLPR"] = x =>
            {
                double[] reference = x.Numbers("ref_answer_logp"), without = x.Has("no_cot_logp") ? x.Numbers("no_cot_logp") : [];
                ReferenceProbability found =
                    ReferenceProbabilityReward.Compute(reference, without, x.Number("format"), x.Number("format_coef"));
                return new
                {
                    raw = found.Raw,
                    no_cot = found.NoReasoning,
                    debiased = found.Debiased,
                    final = found.Reward,
                    geometric_mean_for_contrast = MeanProbability.Geometric(reference),
                };
            },
            ["DRO.R3"] = x =>
            {
                ReflectiveTokenResult found = ReflectiveTokenReward.Compute(
                    x.Rows("logp_ref_given_cot"), x.Numbers("logp_ref_given_masked_cot"),
                    new ReflectiveTokenOptions { Quantile = x.Number("quantile") });
                return new
                {
                    sigma = found.Deviations,
                    delta = found.Threshold,
                    weight = found.Weights,
                    r3 = found.Rewards,
                    aggregate_for_contrast = found.Sums,
                };
            },
            ["DRO.propagation"] = x =>
            {
                Dictionary<int, double> reflective = x["reflective"]!.AsObject().ToDictionary(
                    f => int.Parse(f.Key, System.Globalization.CultureInfo.InvariantCulture), f => f.Value!.GetValue<double>());
                return new { factor = ReflectiveTokenReward.Propagation(reflective, x.Whole("length"), x.Number("gamma")) };
            },
            ["DRO.length"] = x => new
            {
                reward = ReflectiveTokenReward.Length(x.Whole("len_ref"), x.Whole("len_answer"), x.Number("beta")),
            },
            ["GRPO-CARE"] = ConsistentAnswers,
            ["Bingo.significance"] = x =>
            {
                double[] chunk = x.Numbers("token_prob");
                SignificanceCount count = TokenSignificance.Count([chunk], x.Number("threshold"));
                return new
                {
                    normalised = TokenSignificance.Normalize(chunk),
                    insignificant = count.Insignificant,
                    significant = count.Significant,
                };
            },
            ["Bingo.reward"] = x =>
            {
                SignificantLength found = SignificantLengthReward.Compute(
                    x["correct"]!.GetValue<bool>(),
                    new SignificanceCount(x.Whole("n_low"), x.Whole("n_high")),
                    new SignificanceCount(x.Whole("n_low_ref"), x.Whole("n_high_ref")),
                    x.Number("k"),
                    new SignificantLengthOptions
                    {
                        Correct = x.Number("lambda_c"),
                        WrongInsignificant = x.Number("lambda_wn"),
                        WrongSignificant = x.Number("lambda_we"),
                    });
                return new { a = found.Insignificant, b = found.Significant, reward = found.Reward };
            },
            ["RPT"] = x =>
            {
                byte[] prediction = Encoding.UTF8.GetBytes(x.Text("prediction"));
                byte[] continuation = Encoding.UTF8.GetBytes(x.Text("continuation"));
                int[] ends = x.Wholes("token_boundaries_bytes");
                return new
                {
                    prefix_reward = NextTextReward.Prefix(prediction, continuation, ends),
                    first_token_reward = NextTextReward.FirstToken(prediction, continuation, ends),
                };
            },
        };

    private static object Consistency(ZooInputs x)
    {
        int?[] answers = [.. x["own_answer"]!.AsArray().Select(a => (int?)a?.GetValue<double>())];
        ConsistencyResult found = ConsistencyReward.Compute(x.Blocks("perplexity"), answers, new ConsistencyOptions
        {
            VectorThreshold = x.Number("threshold_riv"),
            LinearThreshold = x.Number("threshold_ril"),
        });
        return new
        {
            consistency = found.Consistency,
            volatility = found.Volatility,
            riv_by_answer = found.Vector,
            ril_by_answer = found.Linear,
            reward_riv = found.VectorRewards,
            reward_ril = found.LinearRewards,
        };
    }

    private static object ConsistentAnswers(ZooInputs x)
    {
        double[] means = [.. x["mean_answer_logp_under_ema_ref"]!.AsArray().Select(OrNoAnswer)];
        ConsistentAnswerResult found = ConsistentAnswerBonus.Compute(x.Numbers("accuracy"), means, new ConsistentAnswerOptions
        {
            Coefficient = x.Number("coef"),
            Cap = x.Number("cap"),
            Margin = x.Has("margin") ? x.Number("margin") : 0,
        });
        return new
        {
            confidence = found.Confidence,
            selected = found.Selected,
            mean_confidence_selected = found.MeanConfidence,
            bonus = found.Bonus,
            reward = found.Rewards,
            advantage = GroupNormalizedAdvantage.Compute(found.Rewards, ConsistentAnswerBonus.AdvantageEpsilon),
        };
    }

    private static double OrNoAnswer(JsonNode? node) => node?.GetValue<double>() ?? double.NegativeInfinity;
}
