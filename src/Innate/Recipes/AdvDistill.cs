using Innate.Learning.Objectives;
using Innate.Reinforcement;
using Innate.Reinforcement.Methods;
using Innate.Reinforcement.Rewards;

namespace Innate.Recipes;

/// <summary>A teacher's answers, weighed by how right they are among themselves (AdvDistill, arXiv 2507.00054).</summary>
internal static class AdvDistill
{
    public static Recipe Recipe { get; } = new()
    {
        Name = "adv-distill",
        Title = "distillation weighed by advantages",
        Paper = "arXiv 2507.00054",
        Status = RecipeStatus.Ours,
        Formula = """
            the second model answers each prompt eight times; R_i = 1 for the gold answer, else 0
            A_i = (R_i - mean R) / (std R + 1e-8); w = softmax(A), 1/8 each where all are equal
            loss = mean over prompts of sum of w_i (-mean log pi of response i)
            """,
        Signature = "above plain training on all of the teacher's answers, no worse than on the right ones alone",
        Failure = "with rewards of 0 and 1 it is a soft rejection sampler",
        Ours =
        [
            "The loss: that advantages within a group weigh the student's loss is all that is known.",
            "The softmax's temperature of 1; wrong answers are not unlearned.",
        ],
        Learns = new RlRecipe
        {
            Name = "adv-distill",
            Rewards = [new RewardTerm(RewardSource.Verifiable)],
            Method = new MethodParts
            {
                SamplesNothing = true,
                Rollouts = TeacherAnswers.Fill,
                Advantage = OwnAdvantage.None with { ComparesGroup = true },
                Objective = new OwnObjective("adv-distill", scene =>
                {
                    AdvDistillResult result = AdvDistillObjective.Compute(
                        [.. scene.Members.Select(i => scene.Rewards.Rewards[i])],
                        [.. scene.Now.Select(t => t.LogProbability)], scene.Groups);
                    return new GroupResult(result.Loss, result.LogProbGradients, default);
                }),
                NeedsSecondModel = true,
            },
        },
        Size = new RecipeSize(Responses: 8),
    };
}
