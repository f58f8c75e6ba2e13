using Innate.Learning.Objectives;
using Innate.Reinforcement;
using Innate.Reinforcement.Methods;
using Innate.Reinforcement.Objectives;
using Innate.Reinforcement.Reference;
using Innate.Reinforcement.Rewards;

namespace Innate.Recipes;

/// <summary>Every right answer of a group against every wrong one (group DPO, arXiv 2506.21495).</summary>
internal static class GroupDpo
{
    public static Recipe Recipe { get; } = new()
    {
        Name = "group-dpo",
        Title = "all right against all wrong responses of a group",
        Paper = "arXiv 2506.21495",
        Status = RecipeStatus.Paper,
        Formula = """
            loss = mean over a group's pairs of softplus(-0.1 (d_right - d_wrong)), d = sum of log pi - log ref
            every 10 steps: generator := policy, reference := generator
            """,
        Signature = "accuracy as semi-online DPO's with one pair",
        Failure = SemiOnlineDpo.Failure,
        Ours = [SemiOnlineDpo.Ours],
        Learns = new RlRecipe
        {
            Name = "group-dpo",
            Rewards = [new RewardTerm(RewardSource.Verifiable)],
            Kl = 0.1,
            Minibatches = 10,
            Method = new MethodParts
            {
                Advantage = OwnAdvantage.None with { ComparesGroup = true },
                Objective = new OwnObjective("group-dpo", Pairs)
                {
                    NeedsFrozen = true, TakesKl = true, LeavesOutDeadGroups = true,
                },
                Reference = ReferenceRule.ResetAtSync,
            },
        },
        Size = SemiOnlineDpo.Recipe.Size,
    };

    private static GroupResult Pairs(ObjectiveScene scene)
    {
        GroupDpoResult result = GroupDpoObjective.Compute(
            [.. scene.Now.Select(t => t.LogProbability)],
            [.. scene.Members.Select((_, m) => scene[m].Frozen!.LogProbability.Sum())],
            [.. scene.Members.Select(i => scene.Rewards.Rewards[i] >= 1)], scene.Groups,
            new DpoOptions { Beta = scene.Recipe.Kl });
        return new GroupResult(result.Loss, result.LogProbGradients, default);
    }
}
