using System.Globalization;
using System.Text.Json.Nodes;
using Innate.Benchmarks.Policy;
using Innate.Learning.Objectives;
using Innate.Reinforcement.Advantages;
using Innate.Reinforcement.Rewards;
using Innate.Rewards;
using Innate.Scoring.Rules;
using Innate.Verifiers;

namespace Innate.Tests.Zoo;

/// <summary>Labels, scores and choices from the steps of solutions, as calls of the library.</summary>
internal static class VerifierSteps
{
    private static readonly int[] Sizes = [.. Enumerable.Range(1, 64)];

    public static IReadOnlyDictionary<string, Func<ZooInputs, object>> All { get; } =
        new Dictionary<string, Func<ZooInputs, object>>(StringComparer.Ordinal)
        {
            ["mathshepherd.labels"] = z =>
            {
                RolloutLabel label = RolloutLabels.Of(z.Flags("rollout_hits"));
                return new { hard = label.Hard, soft = label.Soft };
            },
            ["mathshepherd.bce"] = Steps,
            ["mathshepherd.bce_soft"] = Steps,
            ["mathshepherd.step_ppo"] = StepPpo,
            ["mathshepherd.false_positive_of_hard_label"] = z =>
            {
                double repair = z.Number("chance_that_one_rollout_repairs_a_wrong_step");
                return new
                {
                    hard_label_wrong = BySize(n => RolloutLabels.FalsePositive(repair, n)),
                    soft_label_mean = repair,
                    soft_label_std = BySize(n => RolloutLabels.SoftDeviation(repair, n)),
                };
            },
            ["prm.aggregate"] = Aggregate,
            ["prm.best_of_n"] = Best,
            ["prm.potential_shaping"] = z =>
            {
                double[] rewards = StepDifferences.Compute(z.Numbers("step_scores"));
                return new { delta_rewards = rewards, sum = rewards.Sum() };
            },
            ["prm.min_length_penalty"] = z => new
            {
                share_of_right_solutions_flagged =
                    BySize(n => StepAggregate.AtLeastOnce(z.Number("per_step_false_alarm"), n)),
            },
            ["spare.labels"] = Spare,
            ["spare.step_score"] = z => new { score = SpareLabels.Score(z.Number("logit_minus"), z.Number("logit_plus")) },
            ["spare.pareto_prefer"] = z => new { x_preferred = SpareLabels.IsPreferred(z.Numbers("x"), z.Numbers("y")) },
            ["grace.align"] = Align,
            ["grace.pairs"] = Pairs,
            ["grace.losses"] = z => new
            {
                maxmargin = GraceObjective.MaxMargin(z.Number("pos"), z.Number("neg"), margin: z.Number("margin")).Loss,
                logsigmoid = GraceObjective.LogSigmoid(z.Number("pos"), z.Number("neg")).Loss,
            },
            ["grace.guided_step"] = z =>
            {
                GuidedStepResult found =
                    GuidedStep.Choose(z.Rows("token_logprobs"), z.Numbers("disc_scores"), z.Number("beta"));
                return new
                {
                    lm_scores = found.ModelScores,
                    disc_softmax = found.DiscriminatorShares,
                    final = found.Scores,
                    chosen = found.Chosen,
                };
            },
            ["cot_pass_at_k"] = z =>
            {
                CotPassEstimate found = CotPassAtK.Estimate(
                    z.Whole("n"), z.Whole("correct_answers"), z.Whole("correct_answers_and_reasoning"), z.Whole("k"));
                return new { pass = found.Pass, cot_pass = found.CotPass };
            },
            ["cot_pass.verdict"] = z =>
            {
                VerdictBand band = VerdictBand.Of(z.Flags("judge_votes"));
                return new { any = band.Any, majority = band.Majority, all = band.All };
            },
        };

    private static object Steps(ZooInputs z)
    {
        CrossEntropyResult found = BinaryCrossEntropy.OfProbabilities(z.Numbers("labels"), z.Numbers("probs"));
        return new { loss_sum = found.Sum, loss_mean = found.Mean };
    }

    private static object StepPpo(ZooInputs z)
    {
        (int End, double Score)[] steps =
        [
            .. z["step_end_rewards"]!.AsObject()
                .Select(p => (int.Parse(p.Key, CultureInfo.InvariantCulture), p.Value!.GetValue<double>())).Order(),
        ];
        double[] rewards = StepTokenRewards.Compute(
            [.. steps.Select(s => s.End)], [.. steps.Select(s => s.Score)], z.Numbers("token_kl"), z.Number("kl_coef"));
        AdvantageEstimate found =
            GeneralizedAdvantage.Compute(rewards, z.Numbers("values"), z.Number("gamma"), z.Number("lambda"));
        return new { token_rewards = rewards, advantages = found.Advantages, returns = found.Returns };
    }

    // What is infinite has no number in JSON.
    private static Dictionary<string, double?> Aggregate(ZooInputs z)
    {
        StepAggregateResult found = StepAggregate.Of(z.Numbers("step_scores"));
        Dictionary<string, double> rules = new(StringComparer.Ordinal)
        {
            ["min"] = found.Min,
            ["last"] = found.Last,
            ["prod"] = found.Product,
            ["mean"] = found.Mean,
            ["sum_log"] = found.LogSum,
            ["geometric_mean"] = found.GeometricMean,
            ["mean_log_odds"] = found.MeanLogOdds,
        };
        return rules.ToDictionary(
            r => r.Key, r => double.IsFinite(r.Value) ? r.Value : default(double?), StringComparer.Ordinal);
    }

    private static object Best(ZooInputs z)
    {
        string?[] answers = [.. z["answers"]!.AsArray().Select(n => n?.GetValue<string>())];
        BestOfNResult found = BestOfN.Choose(answers, z.Numbers("scores"));
        return new
        {
            naive_best = answers[found.Naive],
            weighted_sums = found.Groups.ToDictionary(g => g.Answer, g => g.Weight, StringComparer.Ordinal),
            weighted = found.Weighted,
            majority_counts = found.Groups.ToDictionary(g => g.Answer, g => g.Votes, StringComparer.Ordinal),
            majority_first_seen_tie = MajorityVote.Compute(answers).Label,
        };
    }

    private static object Spare(ZooInputs z)
    {
        StepGrade[] grades =
        [
            .. z["grading"]!.AsArray().Select(g => new StepGrade(
                (int)g!["student_step"]!.GetValue<double>(), g["label"]?.GetValue<string>())),
        ];
        int steps = z.Whole("steps");
        bool outcome = z.Whole("outcome") == 1;
        return new
        {
            strict = SpareLabels.Of(grades, steps, outcome),
            missed_as_outcome = SpareLabels.Of(grades, steps, outcome, UngradedSteps.AsOutcome),
        };
    }

    private static object Align(ZooInputs z)
    {
        double[][] similarity = z.Rows("similarity");
        int references = similarity.Length == 0 ? 0 : similarity[0].Length;
        StepAlignmentResult found =
            StepAlignment.Align(similarity, references, z.Number("gap"), z.Number("threshold"));
        return new
        {
            cost = found.Cost,
            pairs = found.Columns.Select(c => new[] { c.Student, c.Reference }),
            dp = found.Costs,
        };
    }

    // The steps are called s0, s1, ... and r0, r1, ...; equal are all aligned ones, or those that the case lists.
    private static object Pairs(ZooInputs z)
    {
        AlignedSteps[] columns =
        [
            .. z["pairs"]!.AsArray().Select(p => new AlignedSteps(
                (int?)p![0]?.GetValue<double>(), (int?)p[1]?.GetValue<double>())),
        ];
        HashSet<(int, int)>? equal = z["aligned_steps_equal"] is JsonArray listed
            ? [.. listed.Select(p => ((int)p![0]!.GetValue<double>(), (int)p[1]!.GetValue<double>()))]
            : null;
        IReadOnlyList<StepPair> found = StepPairs.Of(
            columns, Names("s", columns.Select(c => c.Student)), Names("r", columns.Select(c => c.Reference)),
            (i, j) => equal?.Contains((i, j)) ?? true);
        return new { examples = found.Select(p => new object[] { p.Prefix, p.Positive, p.Negative }) };
    }

    private static string[] Names(string side, IEnumerable<int?> steps) =>
        [.. Enumerable.Range(0, (steps.Max() ?? -1) + 1).Select(i => string.Create(CultureInfo.InvariantCulture, $"{side}{i}"))];

    private static Dictionary<string, double> BySize(Func<int, double> value) =>
        Sizes.ToDictionary(n => n.ToString(CultureInfo.InvariantCulture), value, StringComparer.Ordinal);
}
