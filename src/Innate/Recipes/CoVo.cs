using Innate.Reinforcement;
using Innate.Reinforcement.Advantages;
using Innate.Reinforcement.Methods;
using Innate.Reinforcement.Rewards;
using Innate.Reinforcement.Rollouts;

namespace Innate.Recipes;

/// <summary>Reasoning that heads for its own answer early and does not turn back (CoVo, arXiv 2506.08745).</summary>
internal static class CoVo
{
    public static Recipe Recipe { get; } = new()
    {
        Name = "covo",
        Title = "consistency and volatility of reasoning, without labels",
        Paper = "arXiv 2506.08745",
        Status = RecipeStatus.Code,
        Formula = """
            d[s, k] = perplexity of "The answer is: k" after step s, for each answer k of the group
            Con = share of steps where the own answer is nearest; Vol = 1 - (steps in a row at the end where it is) / T
            RiV = |mean over those who answer alike of Con e^(i Vol)|
            R_i = 1 where RiV >= 0.5, else 0; + 0.4 where the next steps surprise
            A = REINFORCE++ over the batch, 1e-4 KL in the reward; loss = PPO's, clip 0.2
            """,
        Signature = "its reward goes with being right more than the majority's does where the majority is wrong",
        Failure = "as many log-probabilities as steps times answers; a confident wrong answer that stands alone earns 1",
        Ours =
        [
            "A step is a sentence or a line; at most 15, neighbours put together.",
            "A prompt whose responses agree is left out before the batch is whitened.",
        ],
        Learns = new RlRecipe
        {
            Name = "covo",
            Rewards = [RewardTerm.Of(new OwnReward("consistency") { Groups = Rewards, ComparesGroup = true })],
            Advantage = AdvantageKind.ReinforcePlusPlus,
            Objective = PolicyObjectiveKind.Ppo,
            Kl = 1e-4,
            KlInReward = true,
            GroupSize = 16,
            Method = new MethodParts
            {
                Choice = (_, groups, _) => [.. Enumerable.Range(0, groups.Count).Where(g => Disagrees(groups[g]))],
                Advantage = new OwnAdvantage("reinforce-plus-plus-of-those-that-disagree", Advantage)
                {
                    NeedsFrozen = true, ComparesGroup = false,
                },
            },
        },
        Size = new RecipeSize(Responses: 16, Tokens: 2048, Rate: 5e-7),
    };

    private static IReadOnlyList<double[]> Rewards(RolloutScene scene, IReadOnlyList<RolloutGroup> groups) =>
    [
        .. groups.Select(g =>
            ConsistencyReward.Compute(CandidateAnswers.Perplexities(scene, g), CandidateAnswers.Of(g).Own).VectorRewards
                .Select((reward, i) => reward + CandidateAnswers.Curiosity(scene, g.Rollouts[i])).ToArray()),
    ];

    private static TokenLevelBatch Advantage(AdvantageScene scene) => scene.OfSome(
        Disagrees, (groups, rewards) => ReinforcePlusPlusAdvantage.FromTokenRewards(
            [.. TokenRewards.Compute(scene.Recipe, groups, rewards).Responses]));

    private static bool Disagrees(RolloutGroup group) => CandidateAnswers.Of(group).Distinct.Length > 1;
}
