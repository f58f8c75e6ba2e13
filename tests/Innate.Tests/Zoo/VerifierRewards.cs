using System.Text.Json.Nodes;
using Innate.Audits;
using Innate.Learning.Data;
using Innate.Learning.Objectives;
using Innate.Judges;
using Innate.Reinforcement.Rewards;
using Innate.Scoring;

namespace Innate.Tests.Zoo;

/// <summary>Rewards that verifiers give or learn from, and what watches over them, as calls of the library.</summary>
internal static class VerifierRewards
{
    public static IReadOnlyDictionary<string, Func<ZooInputs, object>> All { get; } =
        new Dictionary<string, Func<ZooInputs, object>>(StringComparer.Ordinal)
        {
            ["bt.loss"] = z =>
            {
                RewardPairResult found = BradleyTerryObjective.Compute(z.Number("chosen"), z.Number("rejected"));
                return new
                {
                    loss = found.Loss,
                    p_chosen = found.ChosenProbability,
                    grad_chosen = found.ChosenGradient,
                    grad_rejected = found.RejectedGradient,
                };
            },
            ["skywork_v2.adaptive_k"] = z => new { k = RetrievedExamples.Count(z.Number("p"), z.Whole("k_max")) },
            ["polar.layout"] = z => new { sft = Layout(z, false), pretrain = Layout(z, true) },
            ["polar.truncation"] = Truncation,
            ["rewardanything.rank_reward"] = z => new
            {
                reward = PrincipleRankReward.Compute(ByName(z["pred"]!), ByName(z["gold"]!)),
            },
            ["rewardanything.format_reward"] = Format,
            ["proxyreward.ours"] = z => new
            {
                reward = ProxyQuestionReward.Compute(
                    z.Flags("proxy_questions_answered_correctly"), z.Flags("contradicted"), z.Number("weight")),
            },
            ["ifdecorator.reward"] = z => new
            {
                reward = IfDecoratorReward.Compute(
                    Flag(z["ended"]) == true, [Flag(z["rules"]) == true], Flag(z["intent"]),
                    [.. z["checklist"]!.AsArray().Select(Flag)]),
            },
            ["ifdecorator.pool"] = z =>
            {
                double easy = z.Number("easy_above"), hard = z.Number("hard_below"), rate = z.Number("pass_rate");
                return new
                {
                    pool = Name(IfDecoratorReward.PoolOf(rate, null, easy, hard)),
                    pool_with_senior_filter =
                        Name(IfDecoratorReward.PoolOf(rate, z.Number("senior_pass_rate"), easy, hard)),
                };
            },
            ["ifdecorator.tripwire"] = z =>
            {
                TripWireResult found = TripWires.Measure(
                    z.Texts("responses"),
                    [.. z["match_lists"]!.AsArray().Select(l => l!.AsArray().Select(w => w!.GetValue<string>()).ToArray())]);
                return new { rates = found.Rates, macro = found.Macro, macro_hard = found.MacroHard, micro = found.Micro };
            },
            ["vft.metrics"] = Cues,
            ["vft.balanced_accuracy"] = z =>
            {
                BalancedAccuracy found = BalancedAccuracy.Of(z.Whole("tp"), z.Whole("fn"), z.Whole("tn"), z.Whole("fp"));
                return new { sensitivity = found.Sensitivity, specificity = found.Specificity, balanced = found.Value };
            },
            ["groundgrpo.reward"] = z => new
            {
                reward = GroundedAnswerReward.Compute(
                    new GroundedAnswer
                    {
                        HasFormat = Flag(z["fmt"]) == true,
                        Tags = z.Wholes("tags"),
                        IsAnswerable = Flag(z["answerable"]) == true,
                        Statements = [.. z["stm"]!.AsArray().Select(s => new GroundedStatement(Flag(s![0]) == true, Flag(s[1])))],
                        Refusal = z.Number("rs"),
                    },
                    z.Whole("stage")),
            },
        };

    private static string Layout(ZooInputs z, bool preTrained) =>
        PolarInput.Layout(z.Text("prompt"), z.Text("reference"), z.Text("candidate"), preTrained);

    private static object Truncation(ZooInputs z)
    {
        PolarLengths found = PolarInput.Keep(
            z.Whole("reference_tokens"), z.Whole("candidate_tokens"), z.Whole("max_length"), z.Whole("max_response"));
        int prompt = z.Whole("prompt_tokens");
        int[] kept = PolarInput.LastTokens([.. Enumerable.Range(0, prompt)], found);
        bool fromTheEnd = kept.Length > 0 && kept[^1] == prompt - 1 && kept.Length == Math.Min(prompt, found.Prompt);
        return new
        {
            reference_kept = found.Reference,
            candidate_kept = found.Candidate,
            prompt_budget = found.Prompt,
            prompt_kept_side = fromTheEnd ? "last tokens" : "others",
        };
    }

    private static object Format(ZooInputs z)
    {
        bool hasScores = Flag(z["has_scores"]) == true, hasRanking = Flag(z["has_ranking"]) == true;
        Dictionary<string, double>? scores = hasScores ? ByName(z["scores"]!) : null;
        string[]? ranking = hasRanking ? z.Texts("order") : null;

        // Keys that were read without the JSON being as it should be were salvaged.
        FoundJson json = Flag(z["json_direct"]) == true ? FoundJson.Direct
            : hasScores || hasRanking ? FoundJson.Salvaged : FoundJson.None;
        return new
        {
            consistency_ours = PrincipleFormatReward.Consistency(scores, ranking),
            reward = PrincipleFormatReward.Compute(new PrincipleReply
            {
                HasThoughts = Flag(z["think_tags"]) == true,
                ThoughtLength = z.Whole("think_chars"),
                Json = json,
                Scores = scores,
                Ranking = ranking,
                Coverage = z.Number("coverage"),
            }),
        };
    }

    private static object Cues(ZooInputs z)
    {
        CuedPair[] pairs =
        [
            .. z["cued1_answer1_cued2_answer2_verbalised"]!.AsArray().Select(p => new CuedPair(
                p![0]!.GetValue<string>(), p[1]!.GetValue<string>(), p[2]!.GetValue<string>(), p[3]!.GetValue<string>(),
                Flag(p[4]) == true)),
        ];
        CueInfluenceResult found = CueInfluence.Measure(pairs);
        return new
        {
            influenced = pairs.Select(p => p.IsInfluenced),
            cue_influence_rate = found.InfluenceRate,
            verbalisation_rate = found.VerbalisationRate,
            effective_cue_influenced_rate = found.UndetectedRate,
        };
    }

    private static string Name(InstructionPool pool) => pool switch
    {
        InstructionPool.Easy => "easy",
        InstructionPool.Hard => "hard",
        _ => "too_hard",
    };

    private static bool? Flag(JsonNode? node) => node?.GetValue<bool>();

    private static Dictionary<string, double> ByName(JsonNode scores) =>
        scores.AsObject().ToDictionary(p => p.Key, p => p.Value!.GetValue<double>(), StringComparer.Ordinal);
}
