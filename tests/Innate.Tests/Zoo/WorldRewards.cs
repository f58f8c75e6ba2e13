using Innate.Environments.RiskyChoice;
using Innate.Reinforcement.Advantages;
using Innate.Reinforcement.Objectives;
using Innate.Environments.Retrieval;
using Innate.Reinforcement.Rewards;
using Innate.Scoring.Grading;
using Innate.Theory;

namespace Innate.Tests.Zoo;

/// <summary>Rewards, advantages and occupancies of agents, as calls of the library.</summary>
internal static class WorldRewards
{
    public static IReadOnlyDictionary<string, Func<ZooCase, object>> All { get; } =
        new Dictionary<string, Func<ZooCase, object>>(StringComparer.Ordinal)
        {
            ["embodied.group_advantage"] = c =>
            {
                double[] rewards = c.Inputs.Numbers("rewards");
                return new
                {
                    advantages = GroupNormalizedAdvantage.Compute(rewards, 1e-6),
                    all_same = GroupNormalizedAdvantage.Compute([.. rewards.Select(_ => 1.0)], 1e-6),
                };
            },
            ["embodied.masked_loss"] = MaskedLoss,
            ["rsearch.f1"] = c =>
            {
                string prediction = c.Inputs.Text("prediction"), gold = c.Inputs.Text("gold");
                return new { f1 = SquadF1.Of(prediction, gold), rounded = SquadF1.Best(prediction, [gold]) };
            },
            ["rsearch.total"] = c => new
            {
                reward = SearchEvidenceReward.Compute(
                    Flag(c, "answer_format_ok"), Flag(c, "evidence_format_ok"),
                    c.Inputs.Number("answer_f1"), c.Inputs.Number("evidence_reader_f1")),
            },
            ["gotr1.total"] = c => new
            {
                total = PlannedImageReward.Compute(
                    c.Inputs.Number("R_PI"), c.Inputs.Number("R_sem"), c.Inputs.Number("R_spa"), c.Inputs.Number("R_RI")),
            },
            ["mmeureka.reward"] = c => new
            {
                reward = AccuracyFormatReward.Compute(c.Inputs.Number("accuracy") == 1, Flag(c, "format_ok")),
                with_format = AccuracyFormatReward.Compute(c.Inputs.Number("accuracy") == 1, true),
            },
            ["risky_choice.reward_ours"] = c =>
            {
                double human = c.Inputs.Number("p_human_B"), model = c.Inputs.Number("p_model_B");
                RiskyProblem problem = RiskyProblem.Certainty;
                return new
                {
                    neg_squared_error = ShareReward.Squared(model, human),
                    one_minus_abs = ShareReward.Absolute(model, human),
                    expected_values = new { A = problem.A.ExpectedValue, B = problem.B.ExpectedValue },
                };
            },
            ["risky_choice.proper"] = c =>
            {
                double truth = c.Inputs.Number("true_p");
                double[] stated = c.Inputs.Numbers("stated");
                return new
                {
                    expected_brier_reward = stated.Select(s => ShareReward.ExpectedSquared(s, truth)),
                    expected_abs_reward = stated.Select(s => ShareReward.ExpectedAbsolute(s, truth)),
                };
            },
            ["infom.successor_measure"] = c =>
            {
                double[][] transitions = c.Inputs.Rows("P");
                double gamma = c.Inputs.Number("gamma");
                double[] reward = c.Inputs.Numbers("reward");
                double[][] occupancy = SuccessorMeasure.Of(transitions, gamma);
                return new
                {
                    occupancy,
                    row_sums = occupancy.Select(row => row.Sum()),
                    value_from_occupancy = SuccessorMeasure.Mean(occupancy, gamma, reward),
                    bellman_value = SuccessorMeasure.Value(transitions, gamma, reward),
                };
            },
            ["infom.flow_gaussian"] = c =>
            {
                GaussianFlow flow = new(c.Inputs.Number("target_mean"), c.Inputs.Number("target_std"));
                double[] starts = c.Inputs.Numbers("x0");
                return new Dictionary<string, object>(StringComparer.Ordinal)
                {
                    ["velocity_at_x_0.3_t_0.4"] = flow.Velocity(0.3, 0.4),
                    ["exact_end"] = starts.Select(flow.Exact),
                    ["euler_10"] = starts.Select(x => flow.Euler(x, 10)),
                    ["euler_1000"] = starts.Select(x => flow.Euler(x, 1000)),
                };
            },
            ["infom.sarsa_mixture"] = c => new
            {
                loss = OccupancyFlowLoss.Compute(
                    c.Inputs.Number("current_fm_loss"), c.Inputs.Number("future_fm_loss"), c.Inputs.Number("kl"),
                    c.Inputs.Number("gamma"), c.Inputs.Number("kl_weight")),
            },
        };

    // What the environment wrote is in the context, but is no token of the response.
    private static object MaskedLoss(ZooCase c)
    {
        bool[] isOwn = c.Inputs.Flags("action_mask");
        double[] logs = [.. c.Inputs.Numbers("ratio").Where((_, t) => isOwn[t]).Select(r => Math.Log(r))];
        double clip = c.Inputs.Number("clip"), advantage = c.Inputs.Number("advantage");
        PolicyResult found = GrpoObjective.Compute(
            logs, new double[logs.Length], [], [.. Enumerable.Repeat(advantage, logs.Length)],
            BatchTotals.Of([logs.Length]),
            new GrpoOptions { ClipLow = clip, ClipHigh = clip, KlCoefficient = 0, Aggregation = Aggregation.TokenMean });
        return new { loss = found.Loss };
    }

    private static bool Flag(ZooCase c, string name) => c.Inputs[name]!.GetValue<bool>();
}
