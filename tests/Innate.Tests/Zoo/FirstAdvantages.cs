using Innate.Reinforcement.Advantages;
using Innate.Reinforcement.Rewards;

namespace Innate.Tests.Zoo;

/// <summary>The advantages of sections 1 to 17.</summary>
internal static class FirstAdvantages
{
    public static IReadOnlyDictionary<string, Func<ZooInputs, object>> All { get; } =
        new Dictionary<string, Func<ZooInputs, object>>(StringComparer.Ordinal)
        {
            ["SPRO"] = MaskedSteps,
            ["CPGD.weights"] = x =>
            {
                double[][] groups = x.Rows("rewards");
                return new
                {
                    clip_filter_like = CpgdAdvantage.ClipFilterWeights(groups, x.Number("cap")),
                    std_weighted = CpgdAdvantage.Compute(groups, CpgdWeight.Deviation),
                    naive = CpgdAdvantage.Compute(groups, CpgdWeight.Naive),
                };
            },
            ["FR3E"] = Branches,
            ["PAG"] = Roles,
            ["TRePO"] = x =>
            {
                int[] lengths = x.Wholes("prefix_length");
                double[] weights = PrefixValueAdvantage.Compute(lengths, x.Numbers("value"));
                return new
                {
                    value_all = PrefixValueAdvantage.Values(lengths, x.Numbers("value")),
                    token_weight = weights,
                    sum_of_weights = weights.Sum(),
                };
            },
            ["ProRLv2.advantage"] = x =>
            {
                int[][] lengths = [.. x.Rows("length").Select(r => r.Select(n => (int)n).ToArray())];
                ProRlAdvantages found = ProRlAdvantage.Compute(x.Rows("reward"), lengths);
                return new
                {
                    centred = found.Centred,
                    token_mean = found.TokenMean,
                    token_var = found.TokenVariance,
                    advantage = found.Advantages,
                };
            },
        };

    private static object MaskedSteps(ZooInputs x)
    {
        double[][] logProbs = x.Rows("logp"), references = x.Rows("logp_ref");
        double[] rewards = x.Numbers("reward");
        double beta = x.Number("beta"), epsilon = x.Number("eps");
        double[][] cumulative = MaskedStepAdvantage.Cumulative(logProbs, references, beta);
        return new
        {
            cumulative,
            baseline_per_step = MaskedStepAdvantage.Baseline(cumulative),
            msa = MaskedStepAdvantage.Steps(logProbs, references, beta),
            outcome_adv = GroupNormalizedAdvantage.Compute(rewards, epsilon),
            advantage = MaskedStepAdvantage.Compute(rewards, logProbs, references, beta, epsilon),
        };
    }

    private static object Branches(ZooInputs x)
    {
        double[][] states = x.Rows("reward");
        BranchAdvantages plain = BranchAdvantage.Compute([states]);
        double? sharpening = x.Has("sharpen_alpha") ? x.Number("sharpen_alpha") : null;
        BranchTrajectory sharp = BranchAdvantage.Compute([states], sharpening).Trajectories[0];
        return new
        {
            prompt_mean = plain.PromptMean,
            V = plain.Trajectories[0].Values,
            delta = plain.Trajectories[0].Deltas,
            advantage = plain.Trajectories[0].Advantages,
            delta_sharp = sharp.Deltas,
            advantage_sharp = sharp.Advantages,
        };
    }

    private static object Roles(ZooInputs x)
    {
        TurnReward[] turns = [.. x["trajectories"]!.AsArray().SelectMany(node =>
        {
            ZooInputs trajectory = new(node!.AsObject());
            return TurnRewards.Compute(
                trajectory.Numbers("acc"), trajectory.Numbers("verdict_right"), x.Number("rs_coef"));
        })];

        // One token a turn, and a critic that says 0.
        double[][] advantages = [.. RoleAdvantage.Compute([.. turns.Select(t => new RoleTurn(t.Role, [t.Reward], [0]))])
            .Select(a => a.Advantages)];
        TurnRole[] one = [.. turns.Select(_ => TurnRole.Answer)];
        return new
        {
            turn_reward = turns.Select(t => t.Reward),
            roles = turns.Select(t => t.Role == TurnRole.Answer ? "answer" : "verify"),
            role_normalised = RoleAdvantage.Normalize([.. turns.Select(t => t.Role)], advantages).Select(a => a[0]),
            joint_normalised_for_contrast = RoleAdvantage.Normalize(one, advantages).Select(a => a[0]),
        };
    }
}
