using System.Globalization;
using System.Text.Json.Nodes;
using Innate.Compute;
using Innate.Judges;
using Innate.Learning.Objectives;
using Innate.Reinforcement.Rewards;

namespace Innate.Tests.Zoo;

/// <summary>What judges and verifiers in words come to, as calls of the library.</summary>
internal static class VerifierJudges
{
    private static readonly int[] Votes = [.. Enumerable.Range(1, 64)];

    public static IReadOnlyDictionary<string, Func<ZooInputs, object>> All { get; } =
        new Dictionary<string, Func<ZooInputs, object>>(StringComparer.Ordinal)
        {
            ["genrm.direct"] = z =>
            {
                GenRmReading found = GenRmScore.Direct(z.Numbers("logits"), z.Whole("yes_id"), z.Whole("no_id"));
                return new { p_yes = found.Yes, p_yes_over_yes_no = found.YesOfBoth, log_p_yes = found.LogYes };
            },
            ["genrm.cot_average"] = z =>
            {
                GenRmAverage found = GenRmScore.Average(z.Numbers("p_yes_per_critique"));
                return new { score = found.Mean, hard_majority_fraction = found.HardShare };
            },
            ["genrm.loss"] = z => new
            {
                loss = GenRmObjective.Compute(
                    z.Numbers("nll_verify"), z.Numbers("nll_correct_solutions"), z.Number("lambda")).Loss,
            },
            ["thinkprm.score_parallel"] = z =>
            {
                double?[] chains =
                [
                    .. z["logprob_yes_no_per_chain"]!.AsArray().Select(pair =>
                        pair is null ? default(double?) : OfChain(pair, z.Number("decision_temperature"))),
                ];
                return new { chain_scores = chains, score = ThinkPrmScore.Average(chains).Score };
            },
            ["thinkprm.score_temperature"] = z => new
            {
                score = OfChain(z["logprob_yes_no"]!, z.Number("decision_temperature")),
            },
            ["thinkprm.score_missing_chain"] = z =>
            {
                double?[] chains = [.. z["chain_scores"]!.AsArray().Select(n => n?.GetValue<double>())];
                ChainAverage found = ThinkPrmScore.Average(chains, z.Number("none_means"));
                return new { author_code_mean = found.AuthorsMean, ours_skip_missing = found.Score };
            },
            ["thinkprm.parse_steps"] = z =>
            {
                StepVerdictsResult found = StepVerdicts.Read(z.Text("trace"), z.Whole("steps"));
                return new { raw = found.Raw, padded = found.Padded, prefix_ok = found.PrefixCorrect };
            },
            ["thinkprm.data_filter"] = z => new
            {
                keep = StepVerdicts.IsKept(
                    z.Wholes("labels"), z.Wholes("gold"), z["format_ok"]!.GetValue<bool>(), z.Whole("tokens"),
                    z.Whole("min_tokens"), z.Whole("max_tokens")),
            },
            ["reasongrm.rstar"] = z =>
            {
                double[] rationale = Logs(z, "p_rationale"), answer = Logs(z, "p_answer");
                return new
                {
                    rstar = ReasonGrmPath.Value(rationale, answer),
                    geometric = MeanProbability.Geometric(rationale) * MeanProbability.Geometric(answer),
                };
            },
            ["spct.rule_reward"] = z => new { reward = SpctVote.Reward(z.Wholes("scores"), z.Whole("true_best")) },
            ["spct.rule_reward_single"] = z => new
            {
                reward = SpctVote.SingleReward(z.Whole("score"), z.Whole("gold")),
                reward_if_gold_0 = SpctVote.SingleReward(z.Whole("score"), 0),
            },
            ["spct.vote"] = z =>
            {
                SpctVoteResult found = SpctVote.Compute(Samples(z));
                return new { sum = found.Sums, best = found.Best, range = new[] { found.Least, found.Most } };
            },
            ["spct.meta_vote"] = z =>
            {
                SpctVoteResult found = SpctVote.Guided(Samples(z), z.Numbers("meta"), z.Whole("k_meta"));
                return new { kept = found.Counted, sum = found.Sums };
            },
            ["spct.meta_bce"] = z => new
            {
                loss = BinaryCrossEntropy.OfLogits([z.Number("judgement_correct")], [z.Number("logit")]).Sum,
            },
            ["spct.vote_curve"] = z => new
            {
                accuracy = Votes.ToDictionary(
                    k => k.ToString(CultureInfo.InvariantCulture),
                    k => SpctVote.Accuracy(z.Number("gap_d"), z.Number("noise_sigma_of_the_difference"), k),
                    StringComparer.Ordinal),
            },
        };

    private static double OfChain(JsonNode yesNo, double temperature) =>
        ThinkPrmScore.OfChain(yesNo[0]!.GetValue<double>(), yesNo[1]!.GetValue<double>(), temperature);

    private static int[][] Samples(ZooInputs z) =>
        [.. z.Rows("samples").Select(row => row.Select(s => (int)s).ToArray())];

    private static double[] Logs(ZooInputs z, string name) => [.. z.Numbers(name).Select(PortableMath.Log)];
}
