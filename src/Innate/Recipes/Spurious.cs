using Innate.Reinforcement;
using Innate.Reinforcement.Methods;
using Innate.Reinforcement.Rewards;
using Innate.Reinforcement.Rollouts;
using Innate.Scoring.Grading;
using Innate.Scoring.Rules;

namespace Innate.Recipes;

/// <summary>Rewards that teach nothing or the wrong thing, beside which others have to show more (arXiv 2506.10947).</summary>
internal static class Spurious
{
    private const string NoMore = "no more accuracy than the random reward brings";

    public static Recipe Random { get; } = Of(
        "random-reward", "a coin for every response", "R_i = 1 with probability 0.5, else 0",
        "accuracy changes by less than the seeds' spread; entropy falls nonetheless", needsAnswers: false,
        g => ControlRewards.Random(g.Key, g.Rollouts.Count).Select(u => u < 0.5 ? 1.0 : 0))
        with { Checks = [SignatureCheck.Falls("entropy")] };

    public static Recipe Format { get; } = Of(
        "spurious-format", "the form of an answer, whatever it says", "R_i = 1 where an answer is boxed or announced, else 0",
        "no more accuracy than the random reward brings, but for answers that had lacked the form", needsAnswers: false,
        g => g.Rollouts.Select(r => IsSaid(VerifiableAnswer.Extract(r.Text)) ? 1.0 : 0))
        with { Ours = ["A phrase such as 'the answer is' counts like the paper's box."] };

    public static Recipe Inverted { get; } = Of(
        "spurious-inverted", "wrong answers for right ones", "R_i = 0 for the gold answer, else 1", NoMore, needsAnswers: true,
        g => Right(g).Select(right => 1 - right));

    public static Recipe MajorityWrong { get; } = Of(
        "spurious-majority-wrong", "the group's majority where it is wrong",
        "R_i = 1 for the majority's answer, else 0; prompts whose majority is right are left out", NoMore, needsAnswers: true,
        g => Vote(g).Rewards,
        (_, groups, _) => [.. Enumerable.Range(0, groups.Count).Where(i => IsWronglyElected(groups[i]))])
        with { Ours = ["The label is the group's own vote, cast anew with each batch."] };

    private static bool IsSaid(ExtractedAnswer? answer) => answer is { Source: not AnswerSource.LastNumber };

    private static IEnumerable<double> Right(RolloutGroup group) =>
        group.Rollouts.Select(r => VerifiableAnswer.Check(r.Text, group.Prompt.Answer!).Reward);

    private static MajorityResult Vote(RolloutGroup group) => MajorityVote.OfResponses(group.Rollouts.Select(r => r.Text));

    private static bool IsWronglyElected(RolloutGroup group) =>
        Vote(group).Rewards.Zip(Right(group)).Any(v => v is { First: 1, Second: 0 });

    private static Recipe Of(
        string name, string title, string reward, string signature, bool needsAnswers,
        Func<RolloutGroup, IEnumerable<double>> compute,
        Func<RolloutScene, IReadOnlyList<RolloutGroup>, IReadOnlyList<GroupRewards>, int[]>? choice = null) => new()
    {
        Name = name,
        Title = title,
        Paper = "arXiv 2506.10947",
        Status = RecipeStatus.Code,
        Formula = $"""
            {reward}
            A_i = (R_i - mean R) / (std R + 1e-6); loss = GRPO's, clip 0.2, no divergence
            """,
        Signature = signature,
        Failure = "one family of models gained from it: what they did before was amplified",
        Learns = new RlRecipe
        {
            Name = name,
            Rewards = [RewardTerm.Of(new OwnReward(name)
            {
                Groups = (_, groups) => [.. groups.Select(g => compute(g).ToArray())],
                NeedsAnswers = needsAnswers,
            })],
            GroupSize = 16,
            Minibatches = 8,
            Method = new MethodParts { Choice = choice },
        },
        Size = new RecipeSize(Prompts: 64, Responses: 16, Tokens: 3072, Rate: 5e-7) { Minibatches = 8 },
    };
}
