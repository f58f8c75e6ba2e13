using Innate.Reinforcement;
using Innate.Reinforcement.Methods;
using Innate.Reinforcement.Objectives;
using Innate.Reinforcement.Reference;
using Innate.Reinforcement.Rewards;

namespace Innate.Recipes;

/// <summary>The model that was told what is right as its own teacher (SDPO, arXiv 2601.20802).</summary>
internal static class Sdpo
{
    public static Recipe Recipe { get; } = new()
    {
        Name = "sdpo",
        Title = "self-distillation from a teacher that reads feedback",
        Paper = "arXiv 2601.20802",
        Status = RecipeStatus.Code,
        Formula = """
            teacher := 0.95 teacher + 0.05 policy after every step; it reads, before the same response, another right response
            of the group, or else the gold answer
            loss = mean over all tokens of min(rho, 2) (log pi - log teacher) log pi, the factors not differentiated
            """,
        Signature = "where feedback changes nothing the loss is 0; with one right answer a group it beats GRPO at equal rollouts",
        Failure = "the style of the feedback is copied; without the average the teacher drifts",
        Ours = ["The gold answer where no other response is right, and the words around both."],
        Learns = new RlRecipe
        {
            Name = "sdpo",
            Rewards = [new RewardTerm(RewardSource.Verifiable)],
            Method = new MethodParts
            {
                Rollouts = SelfTeacher.With,
                Advantage = OwnAdvantage.None,
                Objective = new OwnObjective("sdpo", scene => scene.PerResponse(m => SdpoObjective.Sampled(
                    scene.Now[m].LogProbability, scene[m].Teacher!, scene[m].Policy.LogProbability, scene.Totals))),
                Reference = ReferenceRule.Average(SdpoObjective.TeacherRate),
            },
        },
    };
}
