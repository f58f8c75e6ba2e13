using Innate.Reinforcement;
using Innate.Reinforcement.Rewards;

namespace Innate.Recipes;

/// <summary>Answers that are searched for, with their evidence (R-Search, arXiv 2506.04185).</summary>
internal static class RSearch
{
    public static Recipe Recipe { get; } = new()
    {
        Name = "r-search",
        Title = "searching a corpus, rewarded by answer and evidence",
        Paper = "arXiv 2506.04185",
        Status = RecipeStatus.Code,
        Formula = """
            R = 0.2 [answer has its form] + 0.2 [evidence has its form] + F1(answer) + F1(reader of the evidence alone)
            loss = GRPO's with 0.001 k3 over the policy's own tokens; what is observed counts nowhere
            """,
        Signature = "right answers with wrong evidence get fewer with the evidence's reward, and only with it",
        Failure = "an answer that is copied into the evidence earns the last part whole, unless the evidence has to stand in "
            + "what was observed",
        Ours =
        [
            "The world is `--world search,data=FILE,corpus=FILE`: BM25 in the place of the paper's retriever; three texts, four "
                + "turns.",
            "In the place of the frozen reader a known answer is looked for in the evidence, which has to stand in what was "
                + "observed.",
            "Observations are messages of their own; the paper writes them into the turn.",
        ],
        Learns = new RlRecipe
        {
            Name = "r-search",
            Rewards = [RewardTerm.Of(WorldReward.Own)],
            Kl = 0.001,
            GroupSize = 5,
        },
        Size = new RecipeSize(Responses: 5, Rate: 1e-6),
    };
}
