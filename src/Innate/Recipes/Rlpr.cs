using Innate.Reinforcement;
using Innate.Reinforcement.Advantages;
using Innate.Reinforcement.Methods;
using Innate.Reinforcement.Rewards;
using Innate.Reinforcement.Rollouts;
using Innate.Reinforcement.Schedules;

namespace Innate.Recipes;

/// <summary>How likely the reasoning makes the gold answer, without a verifier (RLPR, arXiv 2506.18254).</summary>
internal static class Rlpr
{
    private const string Filter = "std_filter";

    public static Recipe Recipe { get; } = new()
    {
        Name = "rlpr",
        Title = "the gold answer's probability as the reward",
        Paper = "arXiv 2506.18254",
        Status = RecipeStatus.Code,
        Formula = """
            p = mean probability of the gold answer's tokens in the place of the response's own; p0 = right after the prompt
            R = 0.9 max(0, p - p0) + 0.1 form
            A = GRPO's; loss = GRPO's, clip 0.2 and 0.27, no divergence
            a prompt is kept where std R >= 0.5 E; E = running mean of the batches' mean std, 0.99, from the 6th batch on
            """,
        Signature = "accuracy rises, by at least 80 percent of what the verifier's run gains",
        Checks = [SignatureCheck.Rises("accuracy")],
        Failure = "an answer that can be guessed leaves no signal; a mark of form decides on a long one",
        Ours = ["The form is kept by a response that ends and has an answer; without one p is 0."],
        Learns = new RlRecipe
        {
            Name = "rlpr",
            Rewards = [RewardTerm.Of(new OwnReward("reference-probability") { Groups = Rewards, NeedsAnswers = true })],
            ClipHigh = 0.27,
            Minibatches = 4,
            Method = new MethodParts { Choice = Choose },
        },
        Size = new RecipeSize(Prompts: 768, Responses: 8, Tokens: 3072, Rate: 1e-6) { Minibatches = 4 },
    };

    private static IReadOnlyList<double[]> Rewards(RolloutScene scene, IReadOnlyList<RolloutGroup> groups) =>
    [
        .. ReferenceAnswers.Of(scene, groups).Select((gold, g) => groups[g].Rollouts.Select((r, i) =>
        {
            bool answers = gold.Spans[i] is not null;
            return ReferenceProbabilityReward.Compute(
                answers ? gold.InPlace[i] ?? [] : [], gold.Alone, answers && r.Ended ? 1 : 0).Reward;
        }).ToArray()),
    ];

    private static int[] Choose(
        RolloutScene scene, IReadOnlyList<RolloutGroup> groups, IReadOnlyList<GroupRewards> rewards)
    {
        StdFilter filter = scene.Memory[Filter] switch
        {
            [var steps, var sum] => new StdFilter((int)steps, sum),
            [var steps, var sum, var mean] => new StdFilter((int)steps, sum, mean),
            _ => new StdFilter(),
        };
        double[] deviations =
            [.. rewards.Select(r => RewardGroup.StandardDeviation(r.Rewards, RewardGroup.Mean(r.Rewards)))];
        bool[] keep = filter.Keep(deviations);
        StdFilter next = filter.After(deviations.Average());
        scene.Memory[Filter] = next.Mean is { } e ? [next.Steps, next.Sum, e] : [next.Steps, next.Sum];
        return [.. Enumerable.Range(0, groups.Count).Where(g => keep[g])];
    }
}
