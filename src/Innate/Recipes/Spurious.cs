using Innate.Reinforcement;
using Innate.Reinforcement.Methods;
using Innate.Reinforcement.Rewards;
using Innate.Reinforcement.Rollouts;
using Innate.Scoring.Grading;
using Innate.Scoring.Rules;

namespace Innate.Recipes;

/// <summary>
/// Rewards that teach nothing or the wrong thing (spurious rewards, arXiv 2506.10947): controls, beside which a reward has to
/// show that it is better.
/// </summary>
internal static class Spurious
{
    private const double Rate = 0.5;

    public static Recipe Random { get; } = Of(
        "random-reward", "a coin for every response", "R_i = 1 with probability 0.5, else 0",
        "accuracy changes by less than the seeds' spread; entropy falls nonetheless", RecipeNeeds.None,
        (_, groups) => [.. groups.Select(g => ControlRewards.Random(g.Key, g.Rollouts.Count).Select(u => One(u < Rate)))])
        with { Checks = [SignatureCheck.Falls("entropy")] };

    public static Recipe Format { get; } = Of(
        "spurious-format", "the form of an answer, whatever it says", "R_i = 1 where an answer is boxed or announced, else 0",
        "no more accuracy than the random reward brings, but for answers that had lacked the form", RecipeNeeds.None,
        (_, groups) => [.. groups.Select(g => g.Rollouts.Select(r => One(IsSaid(VerifiableAnswer.Extract(r.Text)))))])
        with { Ours = ["A phrase such as 'the answer is' counts like the paper's box."] };

    public static Recipe Inverted { get; } = Of(
        "spurious-inverted", "wrong answers for right ones", "R_i = 0 for the gold answer, else 1",
        "no more accuracy than the random reward brings", RecipeNeeds.Answers,
        (_, groups) => [.. groups.Select(g => Right(g).Select(right => 1 - right))]);

    public static Recipe MajorityWrong { get; } = Of(
        "spurious-majority-wrong", "the group's majority where it is wrong",
        "R_i = 1 for the majority's answer, else 0; prompts whose majority is right are left out",
        "no more accuracy than the random reward brings", RecipeNeeds.Answers,
        (_, groups) => [.. groups.Select(g => MajorityVote.OfResponses(g.Rollouts.Select(r => r.Text)).Rewards)],
        (_, groups, _) => [.. Enumerable.Range(0, groups.Count).Where(i => IsWronglyElected(groups[i]))])
        with { Ours = ["The label is the group's own vote, where the paper took that of the start model once."] };

    private static bool IsSaid(ExtractedAnswer? answer) => answer is { Source: not AnswerSource.LastNumber };

    private static double One(bool holds) => holds ? 1 : 0;

    private static IEnumerable<double> Right(RolloutGroup group) =>
        group.Rollouts.Select(r => VerifiableAnswer.Check(r.Text, group.Prompt.Answer!).Reward);

    private static bool IsWronglyElected(RolloutGroup group) =>
        MajorityVote.OfResponses(group.Rollouts.Select(r => r.Text)) is { Label: not null } vote
        && vote.Rewards.Zip(Right(group)).Any(v => v is { First: 1, Second: 0 });

    private static Recipe Of(
        string name, string title, string reward, string signature, RecipeNeeds needs,
        Func<RolloutScene, IReadOnlyList<RolloutGroup>, IEnumerable<IEnumerable<double>>> compute,
        Func<RolloutScene, IReadOnlyList<RolloutGroup>, IReadOnlyList<GroupRewards>, int[]>? choice = null) => new()
    {
        Name = name,
        Title = title,
        Paper = "arXiv 2506.10947",
        Status = RecipeStatus.Code,
        Needs = needs,
        Formula = $"""
            {reward}
            A_i = (R_i - mean R) / (std R + 1e-6); loss = GRPO's, clip 0.2, no divergence
            """,
        Signature = signature,
        Failure = "one family of models gained from it: what they did before was amplified",
        Learns = new RlRecipe
        {
            Name = name,
            Rewards =
            [
                RewardTerm.Of(new OwnReward(name)
                {
                    Groups = (scene, groups) => [.. compute(scene, groups).Select(r => r.ToArray())],
                    NeedsAnswers = needs == RecipeNeeds.Answers,
                }),
            ],
            GroupSize = 16,
            Minibatches = 8,
            Method = new MethodParts { Choice = choice },
        },
        Size = new RecipeSize(Prompts: 64, Responses: 16, Tokens: 3072, Rate: 5e-7) { Minibatches = 8 },
    };
}
