using Innate.Generation;
using Innate.Reinforcement;
using Innate.Reinforcement.Advantages;
using Innate.Reinforcement.Objectives;
using Innate.Reinforcement.Rewards;
using Innate.Reinforcement.Rollouts;
using Innate.Traces;

namespace Innate.Tests.Reinforcement;

/// <summary>A recipe's numbers reach what is computed, and its choices have names.</summary>
public class RecipeTests
{
    public static TheoryData<string> Presets => [.. RlRecipe.Presets];

    [Theory]
    [MemberData(nameof(Presets))]
    public void A_preset_is_free_of_conflicts(string preset) => Assert.Equal([], RecipeConflicts.Of(RlRecipe.Preset(preset)));

    [Fact]
    public void Choices_have_the_names_of_the_field()
    {
        Assert.Equal(
            ["group-normalized", "dr-grpo", "leave-one-out", "reinforce-plus-plus", "reinforce-plus-plus-baseline", "gae",
                "token-returns", "masked-step", "remax"],
            RecipeNames.Advantages);
        Assert.Equal(["reinforce", "ppo", "grpo", "dr-grpo", "dapo", "gspo", "cpgd", "dpo"], RecipeNames.Objectives);
        Assert.Equal(["k1", "k2", "k3"], RecipeNames.KlEstimates);
    }

    [Fact]
    public void Remax_takes_the_greedy_answers_reward_off_and_pays_divergence_token_by_token()
    {
        RlRecipe recipe = Recipe("verifiable:2", "format,tags=a") with { Advantage = AdvantageKind.Remax, Kl = 0.5,
            KlInReward = true };
        RolloutGroup group = Group([[-1, -1], [-2, -3, -1]], [[-1, -2], [-2, -2, -2]]);
        GroupRewards rewards = GroupRewards.Of(recipe, [[1, 0], [0, 1]]) with { Greedy = 0.75 };
        Assert.Equal([2, 1], rewards.Rewards);
        BatchAdvantages advantages = AdvantageEstimator.Compute(recipe, [group], [rewards], null);

        // Log-ratios 0, 1 and 0, -1, 1: each costs half of itself from its token on back.
        Assert.Equal([2 - 0.5 - 0.75, 2 - 0.5 - 0.75], advantages.Advantages[0][0]);
        Assert.Equal([1 - 0.75, 1 - 0.75, 1 - 0.5 - 0.75], advantages.Advantages[0][1]);
    }

    [Fact]
    public void The_masked_step_pays_for_divergence_too()
    {
        RlRecipe free = Recipe("verifiable") with { Advantage = AdvantageKind.MaskedStep, KlInReward = true };
        RolloutGroup group = Group([[-1, -1], [-2, -3]], [[-1, -2], [-2, -2]]);
        GroupRewards rewards = GroupRewards.Of(free, [[0, 0]]);
        TokenLevelGroup without = AdvantageEstimator.Compute(free, [group], [rewards], null).Advantages[0];
        TokenLevelGroup with = AdvantageEstimator.Compute(free with { Kl = 1 }, [group], [rewards], null).Advantages[0];

        // Outcomes -1 and 1 instead of 0 and 0: less and more than the mean by 1 / sqrt 2.
        Assert.Equal(without[0][0] - Math.Sqrt(0.5), with[0][0], 1e-5);
        Assert.Equal(without[1][0] + Math.Sqrt(0.5), with[1][0], 1e-5);
    }

    [Fact]
    public void Parts_of_one_name_are_told_apart()
    {
        RlRecipe recipe = Recipe("format,tags=a", "format:3,tags=b", "self-certainty");
        BatchAdvantages advantages = AdvantageEstimator.Compute(
            recipe, [Group([[-1], [-1]], [[-1], [-1]])], [GroupRewards.Of(recipe, [[1, 0], [0, 0], [2, 4]])], null);
        Assert.Equal<RewardMean>([new("reward_format", 0.5), new("reward_format_2", 0), new("reward_self_certainty", 3)],
            advantages.Means);
        Assert.Equal([3, 4], advantages.Rewards[0].Rewards);
    }

    [Theory]
    [InlineData(PolicyObjectiveKind.Ppo, 0.2, 0.2)]
    [InlineData(PolicyObjectiveKind.Grpo, 0.2, 0.2)]
    [InlineData(PolicyObjectiveKind.DrGrpo, 0.2, 0.2)]
    [InlineData(PolicyObjectiveKind.Dapo, 0.2, 0.28)]
    [InlineData(PolicyObjectiveKind.Gspo, 3e-4, 4e-4)]
    public void Clips_are_the_objectives_own_or_the_recipes(PolicyObjectiveKind objective, double low, double high)
    {
        RlRecipe recipe = Recipe("verifiable") with { Objective = objective };
        Assert.Equal((low, high), RecipeObjective.Clips(recipe));
        recipe = recipe with { ClipLow = 0.1, ClipHigh = 0.5 };
        Assert.Equal((0.1, 0.5), RecipeObjective.Clips(recipe));

        // A ratio of 1.4 with a positive advantage: within 1.5, beyond what any objective has of its own.
        Rollout rollout = Group([[-2]], [[-2]]).Rollouts[0];
        double now = -2 + Math.Log(1.4);
        Assert.NotEqual(0, RecipeObjective.Compute(recipe, [now], rollout, [1], new BatchTotals(1, 1), 8).LogProbGradient[0]);
        Assert.Equal(0, RecipeObjective.Compute(
            recipe with { ClipHigh = null }, [now], rollout, [1], new BatchTotals(1, 1), 8).LogProbGradient[0]);
    }

    private static RlRecipe Recipe(params string[] rewards) =>
        new() { Name = "r", Rewards = [.. rewards.Select(r => RewardText.Parse(r, [])!)] };

    private static RolloutGroup Group(double[][] policy, double[][] frozen) => new(
        new PolicyPrompt([1], "7", 1),
        [.. policy.Select((p, i) =>
            new Rollout(new GeneratedResponse(new int[p.Length], p, FinishReason.Stop) { Trace = Trace(p) },
                "") { Frozen = Trace(frozen[i]) })]);

    private static TokenTrace Trace(double[] logProbs) => new()
    {
        Tokens = new int[logProbs.Length],
        Q = logProbs,
        V = new double[logProbs.Length],
        LogProbability = logProbs,
        Entropy = new double[logProbs.Length],
        MeanLogit = new double[logProbs.Length],
    };
}
