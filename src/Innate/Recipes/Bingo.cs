using Innate.Reinforcement;
using Innate.Reinforcement.Methods;
using Innate.Reinforcement.Rewards;
using Innate.Reinforcement.Rollouts;
using Innate.Scoring.Grading;

namespace Innate.Recipes;

/// <summary>Fewer tokens that say nothing, more that do while it helps (Bingo, arXiv 2506.08125).</summary>
internal static class Bingo
{
    public static Recipe Recipe { get; } = new()
    {
        Name = "bingo",
        Title = "rewards for the length of what matters",
        Paper = "arXiv 2506.08125",
        Status = RecipeStatus.Code,
        Formula = """
            a, b = insignificant and significant tokens, by those of the start model's answer to the prompt
            right: R = 1 + 5 cos(clip(a, 0, pi/2)); wrong: R = min(0, 2 (cos(clip(a, 0, pi/2)) - 1) + k b - 5)
            k = 10/pi for 50 batches, then by the slope of the accuracy: positive while it rises, ever more negative after
            A = GAE with a critic, whitened, 0.001 KL in the reward; loss = PPO, clip 0.2
            """,
        Signature = "right answers lose filler and nothing else; wrong ones first get longer, and shorter once k is negative",
        Failure = "the cosine takes a ratio for an angle; a reference without filler gives the whole bonus; slopes near 0",
        Ours =
        [
            "Insignificant is a fixed list of words, white space and marks, in place of an outside compressor.",
            "The reference is the start model's likeliest answer.",
            "The training score is the batch's share of right answers; eight responses to a prompt.",
        ],
        Learns = new RlRecipe
        {
            Name = "bingo",
            Rewards = [RewardTerm.Of(new OwnReward("significant-length") { Groups = Rewards, NeedsAnswers = true })],
            Advantage = AdvantageKind.Gae,
            Objective = PolicyObjectiveKind.Ppo,
            Kl = 0.001,
            KlInReward = true,
            Minibatches = 4,
            Method = new MethodParts
            {
                NeedsReferenceHere = true, Rollouts = FillerTokens.WithReference, Choice = FillerTokens.Remember,
            },
        },
        Size = new RecipeSize(Prompts: 1024, Tokens: 4096, Rate: 1e-6) { Minibatches = 4 },
    };

    private static IReadOnlyList<double[]> Rewards(RolloutScene scene, IReadOnlyList<RolloutGroup> groups)
    {
        double k = FillerTokens.Worth(scene);
        return
        [
            .. groups.Select(g => g.Rollouts.Select(r => SignificantLengthReward.Compute(
                VerifiableAnswer.Check(r.Text, g.Prompt.Answer!).Reward > 0,
                FillerTokens.Count(scene.Models.Tokenizer, r.Response.TokenIds), FillerTokens.ReferenceOf(g), k)
                .Reward).ToArray()),
        ];
    }
}
