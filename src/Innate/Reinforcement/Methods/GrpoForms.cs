using Innate.Reinforcement.Objectives;

namespace Innate.Reinforcement.Methods;

/// <summary>GRPO's loss, divergence included, with other denominators than its own: <see cref="GrpoObjective"/>.</summary>
internal static class GrpoForms
{
    /// <summary>The mean over all tokens of the batch: DAPO's.</summary>
    public static OwnObjective TokenMean { get; } = Of("grpo-token-mean", _ => Aggregation.TokenMean);

    /// <summary>The sum over tokens by the longest response allowed: Dr. GRPO's.</summary>
    public static OwnObjective TokenBudget { get; } =
        Of("grpo-token-budget", scene => Aggregation.TokenBudget(scene.MaxTokens));

    private static OwnObjective Of(string name, Func<ObjectiveScene, Aggregation> aggregation) => new(name, scene =>
        scene.PerResponse(m => GrpoObjective.Compute(
            scene.Now[m].LogProbability, scene[m].Policy.LogProbability, scene[m].Frozen?.LogProbability ?? [],
            scene.Advantages[m], scene.Totals,
            new GrpoOptions
            {
                ClipLow = scene.Clips.Low, ClipHigh = scene.Clips.High, KlCoefficient = scene.Recipe.Kl,
                Kl = scene.Recipe.KlKind, Aggregation = aggregation(scene),
            })))
    {
        Clips = (0.2, 0.2), NeedsFrozen = true, TakesKl = true,
    };
}
