using Innate.Reinforcement;
using Innate.Reinforcement.Methods;
using Innate.Reinforcement.Reference;
using Innate.Reinforcement.Rewards;

namespace Innate.Recipes;

/// <summary>What a thought adds to the prediction of the text (RLP, arXiv 2510.01265).</summary>
internal static class Rlp
{
    public static Recipe Recipe { get; } = new()
    {
        Name = "rlp",
        Title = "thoughts by what they add to the next text's likelihood",
        Paper = "arXiv 2510.01265",
        Status = RecipeStatus.Secondary,
        Formula = """
            r_i = log pi(answer | prompt, thought i) - log copy(answer | prompt), copy := 0.999 copy + 0.001 policy each step
            A_i = r_i - mean r of the others; loss = PPO's on the thought's tokens, clip 0.2
            """,
        Signature = "r rises from below 0 to above; with thoughts of other prompts it would fall below 0",
        Checks = [SignatureCheck.Rises("reward")],
        Failure = "a copy that lags behind inflates r: compare with the same model without thoughts as well",
        Ours = ["The response is the thought, and after a few words that lead over the gold answer's tokens are the next text."],
        Learns = new RlRecipe
        {
            Name = "rlp",
            Rewards = [RewardTerm.Of(new OwnReward("thought-gain") { Groups = NextText.Gains, NeedsAnswers = true })],
            Advantage = AdvantageKind.LeaveOneOut,
            Objective = PolicyObjectiveKind.Ppo,
            GroupSize = 16,
            Method = new MethodParts { Reference = ReferenceRule.Average(1 - ThoughtGain.CopyKept) },
        },
        Size = new RecipeSize(Responses: 16, Tokens: 2048),
    };
}
