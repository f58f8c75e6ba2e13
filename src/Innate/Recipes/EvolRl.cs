using Innate.Reinforcement;
using Innate.Reinforcement.Methods;
using Innate.Reinforcement.Rewards;
using Innate.Reinforcement.Rollouts;
using Innate.Scoring.Rules;

namespace Innate.Recipes;

/// <summary>The majority's answer, best where it is reached in a new way (EVOL-RL, arXiv 2509.15194).</summary>
internal static class EvolRl
{
    private const ulong VotesSalt = 0xe701;

    public static Recipe Recipe { get; } = new()
    {
        Name = "evol-rl",
        Title = "majority for selection, novelty for variation",
        Paper = "arXiv 2509.15194",
        Status = RecipeStatus.Code,
        Formula = """
            the majority is that of the group and of as many further responses, which only vote
            novelty_i = 1 - mean similarity to i's side / 2 - greatest similarity to anyone / 2; z = min-max within the side
            R_i = 0.5 + 0.5 z with the majority, -1 + 0.5 z against it, -1 without a number in the answer
            A_i = (R_i - mean R) / (std R + 1e-6); loss = GRPO's, clip 0.2, 0.001 k3
            """,
        Signature = "accuracy rises and pass@16 does not fall, where TTRL's does",
        Checks =
        [
            SignatureCheck.Rises("accuracy"), SignatureCheck.Keeps("pass@16", 0), SignatureCheck.Above("pass@16", "ttrl"),
        ],
        Failure = "novelty by nonsense within the majority",
        Ours =
        [
            "Similarity is that of runs of three characters, in place of an embedding model's.",
            "Neither the higher clip of 0.28 nor the entropy bonus, which the code has as options.",
        ],
        Learns = new RlRecipe
        {
            Name = "evol-rl",
            Rewards = [RewardTerm.Of(new OwnReward("novelty") { Groups = Rewards, ComparesGroup = true })],
            Kl = 0.001,
            GroupSize = 32,
        },
        Size = new RecipeSize(Responses: 32, Rate: 5e-7),
    };

    private static IReadOnlyList<double[]?> Rewards(RolloutScene scene, IReadOnlyList<RolloutGroup> groups)
    {
        IReadOnlyList<Rollout[]> voters = scene.Models.Sample(
            scene.Models.Generator, [.. groups.Select(g => g.Prompt.Ids)], scene.Recipe.GroupSize, scene.Key(VotesSalt),
            scene.Cancellation);
        return [.. groups.Select((g, i) => Of(g, FinalAnswers.Of(voters[i])))];
    }

    private static double[] Of(RolloutGroup group, string?[] votes)
    {
        string?[] answers = FinalAnswers.Of(group);
        double[] elected = MajorityVote.Against(MajorityVote.Compute([.. answers, .. votes]).Label, answers);
        return NoveltyReward.Compute(
            CharacterSimilarity.Matrix([.. group.Rollouts.Select(r => r.Text)]), [.. elected.Select(e => e == 1)],
            [.. answers.Select(a => a?.Any(char.IsAsciiDigit) == true)]).Rewards;
    }
}
