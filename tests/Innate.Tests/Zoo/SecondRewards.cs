using System.Text.Json.Nodes;
using Innate.Compute;
using Innate.Reinforcement.Advantages;
using Innate.Reinforcement.Rewards;
using Innate.Reinforcement.Schedules;
using Innate.Rewards;
using Innate.Traces;

namespace Innate.Tests.Zoo;

/// <summary>Rewards and advantages of sections 20 to 38.</summary>
internal static class SecondRewards
{
    public static IReadOnlyDictionary<string, Func<ZooInputs, object>> All { get; } =
        new Dictionary<string, Func<ZooInputs, object>>(StringComparer.Ordinal)
        {
            ["DPR"] = DensePath,
            ["TCER"] = Tcer,
            ["CRew"] = CRew,
            ["RENT"] = z => new { reward = RentReward.Compute(OfEntropy(z), z.Flag("answer_found")).Value },
            ["EM-RL"] = EntropyMinimized,
            ["NoFreeLunch"] = NoFreeLunch,
            ["EndoRM"] = Endogenous,
            ["EndoRM.logprob_only"] = LogProbOnly,
            ["EMPO"] = Empo,
            ["RLP"] = Rlp,
            ["Co-rewarding.I"] = CoRewardingFirst,
            ["Co-rewarding.II"] = CoRewardingSecond,
            ["EVOL-RL"] = EvolRl,
            ["SR-GRPO"] = StableRanks,
            ["PVPO"] = Pvpo,
        };

    private static Dictionary<string, double[]> DensePath(ZooInputs z)
    {
        double[] rewards = ImplicitReward.Compute(LogProbs(z, "logp_sft"), LogProbs(z, "logp_half")).PerToken;
        return new Dictionary<string, double[]>(StringComparer.Ordinal)
        {
            ["token_reward"] = rewards,
            ["return_gamma_1"] = TokenReturns.Compute(rewards),
            ["return_gamma_0.5"] = TokenReturns.Compute(rewards, 0.5),
        };
    }

    private static object Tcer(ZooInputs z)
    {
        TokenTrace actor = LogProbs(z, "logp_actor"), start = LogProbs(z, "logp_base");
        RewardResult found = TcerReward.Compute(actor, start);
        return new
        {
            token = found.PerToken,
            reward = found.Value,
            uncorrected = TcerReward.Compute(actor, start, new TcerOptions { Weight = TcerReward.Doubt(0) }).Value,
        };
    }

    // A response without a boxed answer has no log-probabilities: an empty array, or null.
    private static object CRew(ZooInputs z)
    {
        double?[] confidences =
        [
            .. z["answer_logp"]!.AsArray().Select(row =>
                AnswerConfidence.Compute([.. row?.AsArray().Select(n => n!.GetValue<double>()) ?? []])),
        ];
        ConfidencePair[] pairs = ConfidencePairs.Of(confidences, z.Flags("correct"), z.Whole("K"));
        return new
        {
            confidence = confidences,
            pairs_chosen_rejected = pairs.Select(p => new[] { p.Chosen, p.Rejected }),
            difference = pairs.Select(p => p.Difference),
        };
    }

    private static object EntropyMinimized(ZooInputs z)
    {
        TokenTrace trace = OfEntropy(z) with { LogProbability = z.Numbers("logp") };
        return new
        {
            token_sum = EntropyMinimization.TokenSum(trace).Value,
            token_mean = EntropyMinimization.TokenMean(trace).Value,
            sequence_sum = EntropyMinimization.SequenceSum(trace).Value,
            sequence_mean = EntropyMinimization.SequenceMean(trace).Value,
        };
    }

    private static object NoFreeLunch(ZooInputs z)
    {
        double[][] logits = z.Rows("logits");
        TokenTrace trace = TokenTrace.OfLogits(z.Wholes("chosen"), logits);
        double certainty = SelfCertainty.Compute(trace).Value;
        return new
        {
            self_certainty = certainty,
            self_certainty_kl = certainty - PortableMath.Log(logits[0].Length),
            token_entropy_reward = EntropyMinimization.TokenMean(trace).Value,
            trajectory_reward = EntropyMinimization.SequenceMean(trace).Value,
        };
    }

    private static object Endogenous(ZooInputs z)
    {
        double[] q = z.Numbers("Q"), v = z.Numbers("V");
        RewardOptions options = new() { Gamma = z.Number("gamma"), Beta = z.Number("beta") };
        TokenTrace trace = Zeros(q.Length) with { Q = q, V = v, LogProbability = [.. q.Zip(v, (a, b) => a - b)] };
        RewardResult found = EndogenousReward.Compute(trace, options);
        return new
        {
            token = found.PerToken,
            weight = options.Weights(q.Length),
            reward = found.Value,
            loglik_plus_V1 = LogLikelihood.Sum(trace).Value + v[0],
        };
    }

    private static object LogProbOnly(ZooInputs z)
    {
        TokenTrace trace = LogProbs(z, "logp");
        RewardOptions options = new() { Gamma = z.Number("gamma"), Beta = z.Number("clip_min") };
        return new
        {
            weight = options.Weights(trace.Length),
            discounted_sum = EndogenousLogProbReward.Compute(trace, options).Value,
            sum = LogLikelihood.Sum(trace).Value,
            mean = LogLikelihood.Mean(trace).Value,
            total_weight_100_tokens = options.Weights(100).Sum(),
            first_token_at_floor = options.FirstAtFloor(),
        };
    }

    private static object Empo(ZooInputs z)
    {
        SemanticEntropyResult found = SemanticEntropyReward.Compute(
            z.Wholes("cluster"), [.. z.Flags("no_answer").Select(none => !none)]);
        return new { semantic_entropy = found.Entropy, reward = found.Rewards };
    }

    private static object Rlp(ZooInputs z)
    {
        double[] gains = ThoughtGain.Compute(z.Numbers("logp_next_given_thought"), z.Numbers("logp_ema_no_thought"));
        return new { reward = gains, advantage = LeaveOneOutAdvantage.Compute(gains) };
    }

    private static object CoRewardingFirst(ZooInputs z)
    {
        ExchangedLabelsResult found = ExchangedLabels.Compute(Answers(z, "original_answers"), Answers(z, "rephrased_answers"));
        return new
        {
            label_from_original = found.OriginalLabel,
            label_from_rephrased = found.RephrasedLabel,
            reward_original = found.OriginalRewards,
            reward_rephrased = found.RephrasedRewards,
        };
    }

    private static object CoRewardingSecond(ZooInputs z)
    {
        TeacherBlend blend = new() { Start = z.Number("alpha_start"), End = z.Number("alpha_end") };
        return new
        {
            reward = ExchangedLabels.OfTeacher(Answers(z, "policy_answers"), Answers(z, "teacher_answers")),
            teacher_update_weight = z.Wholes("steps").Select(step => blend.At(step, z.Whole("T"))),
        };
    }

    private static object EvolRl(ZooInputs z)
    {
        bool[] answered = z.Has("answered") ? z.Flags("answered") : [];
        NoveltyResult found = NoveltyReward.Compute(z.Rows("similarity"), z.Flags("majority"), answered);
        return new { novelty = found.Novelty.Select(x => double.IsNaN(x) ? default(double?) : x), reward = found.Rewards };
    }

    private static object StableRanks(ZooInputs z)
    {
        StableRankResult found = StableRank.Compute(z.Rows("hidden"));
        return new
        {
            frobenius_sq = found.FrobeniusSquared, spectral_sq = found.SpectralSquared, stable_rank = found.Value,
        };
    }

    private static object Pvpo(ZooInputs z)
    {
        double[] rewards = z.Numbers("reward"), reference = z.Numbers("reference_rollout_reward");
        return new
        {
            static_value = ReferenceBaselineAdvantage.Baseline(reference),
            advantage = ReferenceBaselineAdvantage.Compute(rewards, reference),
            grpo_centred_for_contrast = DrGrpoAdvantage.Compute(rewards),
        };
    }

    private static string?[] Answers(ZooInputs z, string name) => [.. z[name]!.AsArray().Select(n => n?.GetValue<string>())];

    private static TokenTrace LogProbs(ZooInputs z, string name)
    {
        double[] logProbs = z.Numbers(name);
        return TokenTrace.OfLogProbabilities(new int[logProbs.Length], logProbs);
    }

    private static TokenTrace OfEntropy(ZooInputs z)
    {
        double[] entropy = z.Numbers("entropy");
        return Zeros(entropy.Length) with { Entropy = entropy };
    }

    private static TokenTrace Zeros(int length) => new()
    {
        Tokens = new int[length],
        Q = new double[length],
        V = new double[length],
        LogProbability = new double[length],
        Entropy = new double[length],
        MeanLogit = new double[length],
    };

    private static bool Flag(this ZooInputs z, string name) => z[name] is JsonValue value && value.GetValue<bool>();
}
