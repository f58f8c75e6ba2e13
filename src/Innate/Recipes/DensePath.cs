using Innate.Reinforcement;
using Innate.Reinforcement.Advantages;
using Innate.Reinforcement.Methods;
using Innate.Reinforcement.Rewards;
using Innate.Rewards;

namespace Innate.Recipes;

/// <summary>What the second half of supervised training taught, as a reward (Dense-Path REINFORCE, arXiv 2510.02493).</summary>
internal static class DensePath
{
    public static Recipe Recipe { get; } = new()
    {
        Name = "dpr",
        Title = "the start model against its half-way checkpoint, token by token",
        Paper = "arXiv 2510.02493",
        Status = RecipeStatus.Secondary,
        Formula = """
            r_t = log start - log half-way, both frozen, - 0.05 (log pi - log start)
            A_t = sum of r from t on - mean over the group of the whole sums
            loss = -mean over tokens of A_t log pi
            """,
        Signature = "above the start and above a random reward; with the base or a late checkpoint as second model it is worse",
        Checks = [SignatureCheck.Rises("accuracy"), SignatureCheck.Above("accuracy", "random-reward")],
        Failure = "style is gamed; far from what both models know the log-ratio has no bound; gamma below 1 makes it worse",
        Ours = ["The group's mean as baseline.", "0.05 for the divergence from the start, and the rate."],
        Learns = new RlRecipe
        {
            Name = "dpr",
            Rewards = [PathReward("dense-path")],
            Objective = PolicyObjectiveKind.Reinforce,
            Kl = 0.05,
            KlInReward = true,
            Method = new MethodParts
            {
                Rollouts = GivenResponses.WithSecond,
                Advantage = new OwnAdvantage("returns-less-group-mean", Returns),
                NeedsSecondModel = true,
            },
        },
        Size = new RecipeSize(Rate: 1e-6),
    };

    /// <summary>The frozen start model's log-ratio to the second model, one number a token.</summary>
    public static RewardTerm PathReward(string name) => RewardTerm.Of(new OwnReward(name)
    {
        NeedsFrozen = true,
        Tokens = rollout => ImplicitReward.Compute(rollout.Frozen!, rollout.TeacherTrace).PerToken,
    });

    private static TokenLevelBatch Returns(AdvantageScene scene) => new(
    [
        .. TokenRewards.Compute(scene.Recipe, scene.Groups, scene.Rewards).Groups.Select(group =>
        {
            double mean = RewardGroup.Mean([.. group.Responses.Select(r => r.Sum())]);
            return new TokenLevelGroup([.. group.Responses.Select(r => ReMaxAdvantage.Compute(r, mean))]);
        }),
    ]);
}
