using Innate.Judges;
using Innate.Reinforcement;
using Innate.Reinforcement.Methods;
using Innate.Reinforcement.Rewards;
using Innate.Reinforcement.Rollouts;

namespace Innate.Recipes;

/// <summary>A judge learns to rank by principles in words (RewardAnything, arXiv 2506.03637).</summary>
internal static class RewardAnything
{
    public static Recipe Recipe { get; } = new()
    {
        Name = "rewardanything",
        Title = "a judge that ranks by any principle, rewarded for its ranking and its format",
        Paper = "arXiv 2506.03637",
        Status = RecipeStatus.Code,
        Formula = """
            the policy is shown a principle and n responses, writes thoughts, then scores from 1 to 5 and a ranking as JSON
            rank = max(0, 1 - penalties / weights); a pair weighs 1 + |difference of the known scores|, reversed it costs that,
            tied the half; format = 0.2 thoughts + 0.2 JSON + 0.2 its keys + 0.2 coverage + 0.2 scores agree with the ranking
            R = 0.8 rank + 0.2 format; A and loss = GRPO's
            """,
        Signature = "opposite principles turn the ranking of the same responses round",
        Failure = "a judge that passes over the principle scores one half on opposite ones",
        Ours = ["The weights 0.8 and 0.2; the consistency of scores and ranking; GRPO's other numbers; the words of the prompt."],
        Learns = new RlRecipe
        {
            Name = "rewardanything",
            Rewards =
            [
                RewardTerm.Of(new OwnReward("rank") { Groups = (_, groups) => Spct.Each(groups, Rank) },
                    PrincipleRankReward.OwnShare),
                RewardTerm.Of(new OwnReward("judge-format") { Groups = (_, groups) => Spct.Each(groups, Form) },
                    PrincipleRankReward.OwnFormatShare),
            ],
            Method = new MethodParts { Fields = PromptFields.Judged },
        },
    };

    // A reply without scores ranks nothing: all pairs that are known not to be tied are lost.
    private static double Rank(string text, IReadOnlyDictionary<string, double> known) =>
        PrincipleRankReward.Compute(Read(text, known).Scores ?? new Dictionary<string, double>(), known);

    private static double Form(string text, IReadOnlyDictionary<string, double> known) =>
        PrincipleFormatReward.Compute(Read(text, known));

    private static PrincipleReply Read(string text, IReadOnlyDictionary<string, double> known) =>
        PrincipleReply.Read(text, [.. known.Keys]);
}
