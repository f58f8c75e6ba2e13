using Innate.Judges;
using Innate.Reinforcement;
using Innate.Reinforcement.Methods;
using Innate.Reinforcement.Rewards;
using Innate.Reinforcement.Rollouts;

namespace Innate.Recipes;

/// <summary>A judge learns principles and critiques from whether its scores are right (SPCT, arXiv 2504.02495).</summary>
internal static class Spct
{
    public static Recipe Recipe { get; } = new()
    {
        Name = "spct",
        Title = "self-principled critique tuning: a judge is rewarded where its scores put the best response on top",
        Paper = "arXiv 2504.02495",
        Status = RecipeStatus.Secondary,
        Formula = """
            the policy is shown n responses, writes principles and critiques, then n scores from 1 to 10 in a box
            R = +1 where the known best response has strictly the highest score, else -1; also where no box can be read
            A and loss = GRPO's, with 0.08 k3
            """,
        Signature = "judgements of held-out questions are right more often, and more votes help",
        Failure = "-1 for ties teaches to spread scores; a judge that learned one best place says it everywhere",
        Ours =
        [
            "The words of the prompt; that the last box counts; the share of readable replies is told beside the reward.",
            "0.08 is the divergence of their 27 billion weights; of 16 billion they took 0.002.",
        ],
        Learns = new RlRecipe
        {
            Name = "spct",
            Rewards =
            [
                RewardTerm.Of(new OwnReward("judgement") { Groups = (_, groups) => Each(groups, Judgement) }),
                RewardTerm.Of(new OwnReward("readable")
                {
                    Groups = (_, groups) => Each(groups, (text, known) => Scores(text, known) is null ? 0 : 1),
                }, weight: 0),
            ],
            Kl = 0.08,
            GroupSize = 4,
            Method = new MethodParts { Fields = PromptFields.Judged },
        },
        Size = new RecipeSize(Responses: 4),
    };

    /// <summary>A number a response of each group, from its text and what is known.</summary>
    internal static IReadOnlyList<double[]> Each(
        IReadOnlyList<RolloutGroup> groups, Func<string, IReadOnlyDictionary<string, double>, double> reward) =>
        [.. groups.Select(g => g.Rollouts.Select(r => reward(r.Text, g.Prompt.Judged!)).ToArray())];

    private static double Judgement(string text, IReadOnlyDictionary<string, double> known)
    {
        double[] worth = [.. Names(known).Select(n => known[n])];
        return Scores(text, known) is { } scores ? SpctVote.Reward(scores, Array.IndexOf(worth, worth.Max())) : -1;
    }

    private static int[]? Scores(string text, IReadOnlyDictionary<string, double> known) => BoxedScores.Read(text, known.Count);

    // The prompt shows responses by number.
    private static IEnumerable<string> Names(IReadOnlyDictionary<string, double> known) =>
        Enumerable.Range(0, known.Count).Select(SpctJudge.NameOf).Where(known.ContainsKey);
}
