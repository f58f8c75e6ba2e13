using Innate.Learning;
using Innate.Reinforcement;
using Innate.Reinforcement.Methods;
using Innate.Reinforcement.Rewards;
using Innate.Reinforcement.Rollouts;

namespace Innate.Recipes;

/// <summary>Answers from documents, with citations, and refusals where they hold none (Ground-GRPO, arXiv 2506.15522).</summary>
internal static class GroundGrpo
{
    public static Recipe One { get; } = Of(
        1, "answers from documents that hold them, with citations",
        """
        share = tags that occur exactly once / tags; wrong form: R = share
        R = share + 1 + S; S = sum over statements with a gold answer of 0.5, + 0.5 where its citation holds, else - 0.5
        """,
        "answers and citations get right more often; nothing teaches to refuse",
        new RecipeSize(Prompts: 300, Responses: 8, Rate: 1e-5));

    public static Recipe Two { get; } = Of(
        2, "answers from documents, and refusals where they hold none",
        """
        share, S as in ground-grpo-1; rs = likeness to a refusal; refused: rs >= 0.85; wrong form: R = share
        R = share + 1 + { 0.5 + S: answerable, not refused | rs: not answerable, refused | 0: else }
        """,
        "refusals rise where the answer is missing, and answers where it is not fall by at most two points",
        new RecipeSize(Prompts: 384, Responses: 8, Rate: 1e-5));

    private static Recipe Of(int stage, string title, string formula, string signature, RecipeSize size) => new()
    {
        Name = stage == 1 ? "ground-grpo-1" : "ground-grpo-2",
        Title = title,
        Paper = "arXiv 2506.15522",
        Status = RecipeStatus.Paper,
        Formula = formula,
        Signature = signature,
        Failure = "as printed, repeating an answer is paid each time; a policy that never finds the form learns nothing",
        Ours =
        [
            "S is at most the number of gold answers; a likeness of 0.85 refuses.",
            "A citation holds where the cited document contains the gold answer; the paper asks a model.",
            "The likeness is the cosine of word counts; the tags' names, the words of a refusal, and no divergence.",
            "A row may bring tags of its own: four, or one after which the answer stands.",
        ],
        Learns = new RlRecipe
        {
            Name = stage == 1 ? "ground-grpo-1" : "ground-grpo-2",
            Rewards =
            [
                RewardTerm.Of(new OwnReward("grounded-answer")
                {
                    Groups = (_, groups) => [.. groups.Select(g => Rewards(g, stage))],
                }),
            ],
            GroupSize = 8,
            Method = new MethodParts { Fields = PromptFields.Documents },
        },
        Size = size,
        Schedule = LearningRateDecay.Cosine,
        Rate = new RecipeRate(Warmup: 0.1),
    };

    private static double[] Rewards(RolloutGroup group, int stage)
    {
        GroundedPrompt prompt = group.Prompt.Grounding!;
        return
        [
            .. group.Rollouts.Select(r => GroundedAnswerReward.Compute(
                GroundedReading.Of(r.Text, prompt), stage, prompt.Answers.Count)),
        ];
    }
}
