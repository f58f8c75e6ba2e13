using Innate.Reinforcement;
using Innate.Reinforcement.Advantages;
using Innate.Reinforcement.Methods;
using Innate.Reinforcement.Objectives;
using Innate.Reinforcement.Rewards;
using Innate.Reinforcement.Rollouts;
using Innate.Scoring.Grading;

namespace Innate.Recipes;

/// <summary>ProRL's second form: whitening over the batch, a bounded divergence, a mask for mismatches (NeMo RL).</summary>
internal static class ProRlV2
{
    public static Recipe Recipe { get; } = new()
    {
        Name = "prorl-v2",
        Title = "ProRL's second form",
        Paper = "arXiv 2505.24864, NeMo RL prorlv2",
        Status = RecipeStatus.Code,
        Formula = """
            R_i = 1 for the gold answer, else 0; 0 where the response was cut off
            c_i = R_i - mean R; A_i = (c_i - mean of c over tokens) / sqrt(max(var of c over tokens, 1e-8))
            loss = mean over all tokens of -i min(rho A, clip(rho, 0.8, 1.27) A) + 1e-4 min(clip(d, -20, 20)^2 / 2, 10)
            i = trainer / generator, 0 outside [0.5, 5]; d = log pi - log start; prompts without a difference replaced
            """,
        Signature = "none of its own beside ProRL's",
        Failure = "whitening after the group's mean moves the zero by length: long responses weigh more in it",
        Ours = ["Trainer and generator are one here: i is computed, and is 1."],
        Learns = new RlRecipe
        {
            Name = "prorl-v2",
            Rewards = [RewardTerm.Of(new OwnReward("stopped-properly") { Groups = Rewards, NeedsAnswers = true })],
            Kl = 1e-4,
            GroupSize = 16,
            DynamicSamplingRounds = 10,
            Method = new MethodParts
            {
                Advantage = new OwnAdvantage("prorl", scene => scene.Repeat(ProRlAdvantage.Compute(
                    [.. scene.Rewards.Select(g => g.Rewards)],
                    [.. scene.Groups.Select(g => g.Rollouts.Select(r => r.Length).ToArray())]).Advantages))
                {
                    IsOneAResponse = true,
                },
                Objective = new OwnObjective("prorl", Objective)
                {
                    Clips = (0.2, 0.27), NeedsFrozen = true, TakesKl = true, SamplesFurther = true, LeavesOutDeadGroups = true,
                },
            },
        },
        Size = new RecipeSize(Responses: 16),
    };

    private static IReadOnlyList<double[]> Rewards(RolloutScene scene, IReadOnlyList<RolloutGroup> groups) =>
    [
        .. groups.Select(g => g.Rollouts.Select(r => ProRlAdvantage.StopProperly(
            VerifiableAnswer.Check(r.Text, g.Prompt.Answer!).Reward, truncated: !r.Ended)).ToArray()),
    ];

    private static GroupResult Objective(ObjectiveScene scene) => scene.PerResponse(m => ProRlObjective.Compute(
        scene.Now[m].LogProbability, scene[m].Policy.LogProbability, scene[m].Frozen!.LogProbability, scene.Advantages[m],
        IcePop.Weights(scene[m].Policy.LogProbability, scene[m].Response.LogProbabilities), scene.Totals,
        new ProRlOptions
        {
            ClipLow = scene.Clips.Low, ClipHigh = scene.Clips.High, KlCoefficient = scene.Recipe.Kl,
        }));
}
