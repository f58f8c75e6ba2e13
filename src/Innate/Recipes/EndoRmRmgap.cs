using Innate.Reinforcement;
using Innate.Reinforcement.Methods;
using Innate.Reinforcement.Rewards;
using Innate.Reinforcement.Rollouts;
using Innate.Rewards;

namespace Innate.Recipes;

/// <summary>
/// The endogenous reward (arXiv 2506.23235) as the RMGAP benchmark's evaluator has it (arXiv 2605.01831).
/// </summary>
internal static class EndoRmRmgap
{
    public const string Signature = "the likelihood of answers under the frozen model rises and they get shorter";

    public static IReadOnlyList<SignatureCheck> Checks { get; } =
        [SignatureCheck.Rises("log_likelihood"), SignatureCheck.Falls("length")];

    public static Recipe Recipe { get; } = new()
    {
        Name = "endorm-rmgap",
        Title = "discounted log-probabilities under the frozen model, PPO with a critic",
        Paper = "arXiv 2506.23235, 2605.01831",
        Status = RecipeStatus.Secondary,
        Formula = """
            r_t = 0.93^(t-1) log frozen(t), - 0.01 (log pi - log frozen)
            A = GAE with a critic, whitened over the batch; loss = PPO, clip 0.2
            """,
        Signature = Signature,
        Checks = Checks,
        Failure = $"it reads an answer's opening alone, all weights being below 14.3 together; {EndoRm.Recipe.Failure}",
        Ours = ["An evaluator's setting as a reward to learn from."],
        Learns = RlRecipe.Preset("endorm") with
        {
            Name = "endorm-rmgap",
            Rewards =
            [
                RewardTerm.Of(new OwnReward("endorm-rmgap")
                {
                    NeedsFrozen = true,
                    Tokens = rollout => Weighted(EndogenousPreset.Rmgap, rollout),
                }),
            ],
        },
        Size = EndoRm.Recipe.Size,
    };

    private static double[] Weighted(EndogenousPreset preset, Rollout rollout) =>
        [.. preset.Compute(rollout.Frozen!).PerToken.Zip(preset.Options.Weights(rollout.Length), (r, w) => w * r)];
}
