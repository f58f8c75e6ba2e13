using Innate.Learning.Objectives;
using Innate.Reinforcement;
using Innate.Reinforcement.Methods;
using Innate.Reinforcement.Objectives;
using Innate.Reinforcement.Rewards;

namespace Innate.Recipes;

/// <summary>To be surer of right answers than of wrong ones (CRew-DPO, arXiv 2510.13501).</summary>
internal static class CrewDpo
{
    public static Recipe Recipe { get; } = new()
    {
        Name = "crew-dpo",
        Title = "right against wrong, where the answer's confidence differs most",
        Paper = "arXiv 2510.13501",
        Status = RecipeStatus.Paper,
        Formula = """
            c = mean probability of the final answer's tokens
            pairs = right times wrong responses of a prompt, the ten with the greatest c_right - c_wrong
            loss = mean over pairs of softplus(-0.3 (d_right - d_wrong)), d = sum of log pi - log start
            """,
        Signature = "confidence tells right from wrong better than the whole response's likelihood, and goes on to",
        Failure = "for tasks with one right answer only; a response without an answer has no score",
        Ours =
        [
            "An answer counts however it is given, not in a box alone.",
            "Confidence is asked when rollouts are sampled, and the mean is over a prompt's pairs, then over prompts.",
        ],
        Learns = new RlRecipe
        {
            Name = "crew-dpo",
            Rewards = [new RewardTerm(RewardSource.Verifiable)],
            Kl = 0.3,
            GroupSize = 30,
            RolloutEpochs = 2,
            Method = new MethodParts
            {
                Rollouts = AnswerConfidences.With,
                Choice = (_, groups, rewards) => AnswerConfidences.HavingPairs(groups, rewards),
                Advantage = OwnAdvantage.None with { ComparesGroup = true },
                Objective = new OwnObjective("crew-dpo", Pairs) { NeedsFrozen = true, TakesKl = true },
            },
        },
        Size = new RecipeSize(Responses: 30, Rate: 5e-7),
    };

    private static GroupResult Pairs(ObjectiveScene scene)
    {
        GroupDpoResult result = GroupDpoObjective.OfPairs(
            [.. scene.Now.Select(t => t.LogProbability)],
            [.. scene.Members.Select((_, m) => scene[m].Frozen!.LogProbability.Sum())],
            [.. AnswerConfidences.Pairs(scene.Group, scene.Rewards.Rewards).Select(p => (p.Chosen, p.Rejected))],
            scene.Groups, new DpoOptions { Beta = scene.Recipe.Kl });
        return new GroupResult(result.Loss, result.LogProbGradients, default);
    }
}
