using Innate.Reinforcement;
using Innate.Reinforcement.Methods;
using Innate.Reinforcement.Rewards;

namespace Innate.Recipes;

/// <summary>Thinking before the text goes on (reinforcement pre-training, RPT, arXiv 2506.08007).</summary>
internal static class Rpt
{
    public static Recipe Recipe { get; } = new()
    {
        Name = "rpt",
        Title = "reinforcement pre-training: how does the text go on?",
        Paper = "arXiv 2506.08007",
        Status = RecipeStatus.Paper,
        Formula = """
            R = 1 where the prediction is the continuation's first bytes, up to the end of one of its tokens, else 0
            A_i = (R_i - mean R) / (std R + 1e-6); loss = GRPO's, one step a batch, no divergence, no entropy
            """,
        Signature = "where a number must be worked out, thinking first predicts it better than predicting at once",
        Failure = "easy places give groups without a difference; an empty prediction must not count",
        Ours =
        [
            "The row's answer is the continuation, and the prediction what is read as an answer elsewhere: the last box first.",
            "Places are not filtered by a small model's entropy; no further sampling from step 500 on.",
        ],
        Learns = new RlRecipe
        {
            Name = "rpt",
            Rewards = [RewardTerm.Of(new OwnReward("next-text") { Groups = PredictedText.Rewards, NeedsAnswers = true })],
            Temperature = 0.8,
        },
        Size = new RecipeSize(Prompts: 256, Responses: 8, Tokens: 8192, Rate: 1e-6)
        {
            Minibatches = 1, WeightDecay = 0.01, Clip = 0.2,
        },
    };
}
