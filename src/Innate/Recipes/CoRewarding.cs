using Innate.Learning;
using Innate.Reinforcement;
using Innate.Reinforcement.Methods;
using Innate.Reinforcement.Reference;
using Innate.Reinforcement.Rewards;
using Innate.Reinforcement.Rollouts;
using Innate.Reinforcement.Schedules;

namespace Innate.Recipes;

/// <summary>Votes of others: of the rephrased question, or of a slow teacher (Co-rewarding, arXiv 2508.00410).</summary>
internal static class CoRewarding
{
    public static Recipe One { get; } = Of(
        "co-rewarding-1", "a question and its rephrasing held to each other's majority",
        "R_i = 1 for the majority's answer to the same question in other words, else 0; and the other way round",
        "a rephrasing that changes the answer; ties", [],
        new OwnReward("other-words") { Groups = RephrasedGroups.Rewards },
        new MethodParts { Rollouts = RephrasedGroups.With, Fields = PromptFields.Rephrased });

    public static Recipe Two { get; } = Of(
        "co-rewarding-2", "the majority of a teacher that follows slowly",
        """
        R_i = 1 for the majority's answer of the teacher's responses, else 0
        teacher := (1 - a) teacher + a policy each step, a from 0.01 to 1e-5 along half a cosine
        """,
        "ties; a teacher as wrong as the start", ["The divergence is from the teacher, for a run has one reference."],
        new OwnReward("teacher-majority")
        {
            Groups = (scene, groups) =>
            [
                .. ReferenceRollouts.Sample(scene, groups).Select((teacher, i) => ExchangedLabels.OfTeacher(
                    FinalAnswers.Of(groups[i]), FinalAnswers.Of(teacher))),
            ],
        },
        new MethodParts
        {
            Reference = ReferenceRule.Average((move, steps) => new TeacherBlend().At(move - 1, steps)),
            NeedsReferenceHere = true,
        });

    private static Recipe Of(
        string name, string title, string reward, string failure, string[] ours, OwnReward own,
        MethodParts method) => new()
    {
        Name = name,
        Title = title,
        Paper = "arXiv 2508.00410",
        Status = RecipeStatus.Code,
        Formula = $"""
            {reward}
            A_i = (R_i - mean R) / (std R + 1e-6); loss = GRPO's, clip 0.2, 0.001 k3
            """,
        Signature = "beside TTRL with as many votes the reward and accuracy part later, or never",
        Failure = failure,
        Ours = ours,
        Learns = new RlRecipe { Name = name, Rewards = [RewardTerm.Of(own)], Kl = 0.001, Method = method },
        Size = new RecipeSize(Prompts: 128, Responses: 8, Rate: 3e-6),
    };
}
