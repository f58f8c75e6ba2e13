using Innate.Learning.Objectives;
using Innate.Reinforcement;
using Innate.Reinforcement.Methods;
using Innate.Reinforcement.Rewards;
using Innate.Reinforcement.Rollouts;
using Innate.Rewards;

namespace Innate.Recipes;

/// <summary>Supervised training as learning an implicit reward, four divergences of it (arXiv 2507.00018).</summary>
internal static class ImplicitSft
{
    // u itself, so that a run shows how far it has come.
    private static readonly RewardTerm Reward = RewardTerm.Of(new OwnReward("implicit")
    {
        NeedsFrozen = true,
        Groups = (scene, groups) => [.. groups.Select(g => g.Rollouts
            .Select(r => scene.Recipe.Kl * ImplicitReward.Compute(r.Policy, r.Frozen!).Value).ToArray())],
    });

    public static Recipe TotalVariation { get; } = Of(
        "sft-tv", "plain supervised training", FDivergence.TotalVariation, "phi = u",
        "of the four it goes furthest from the start at equal epochs", []);

    public static Recipe ChiSquared { get; } = Of(
        "sft-chi2", "supervised training that turns back, Pearson's chi squared", FDivergence.ChiSquared, "phi = u - u^2 / 4");

    public static Recipe Hellinger { get; } = Of(
        "sft-hellinger", "supervised training that tires, squared Hellinger", FDivergence.Hellinger, "phi = u / (1 + u)");

    public static Recipe JensenShannon { get; } = Of(
        "sft-js", "supervised training that tires, Jensen and Shannon's", FDivergence.JensenShannon, "phi = ln(2 - e^-u)");

    private static Recipe Of(
        string name, string title, FDivergence divergence, string phi,
        string signature = "it stays nearer to the start than plain supervised training at equal epochs",
        SignatureCheck[]? checks = null) => new()
    {
        Name = name,
        Title = title,
        Paper = "arXiv 2507.00018",
        Status = RecipeStatus.Ours,
        Formula = $"""
            u = 0.1 sum over the demonstration's tokens of log pi - log start
            loss = -mean of phi(u), {phi}
            """,
        Signature = signature,
        Checks = checks ?? [SignatureCheck.Below("kl", "sft-tv")],
        Failure = "of a mean over tokens u would be too small for the divergence to matter; the prompt's value is left out",
        Ours = ["The formulas, derived; beta = 0.1; the tangent below u = -1/2 of those that have a pole."],
        Learns = new RlRecipe
        {
            Name = name,
            Rewards = [Reward],
            Kl = FDivergenceObjective.DefaultBeta,
            GroupSize = 1,
            Method = new MethodParts
            {
                SamplesNothing = true,
                Rollouts = GivenResponses.Demonstrations,
                Advantage = OwnAdvantage.None,
                Objective = new OwnObjective(name, scene => scene.PerResponse(m =>
                {
                    ObjectiveResult result = FDivergenceObjective.Compute(
                        divergence, scene.Now[m].LogProbability, scene[m].Frozen!.LogProbability.Sum(),
                        scene.Totals.Sequences, scene.Recipe.Kl);
                    return new(result.Loss, result.LogProbGradient, default);
                }))
                {
                    NeedsFrozen = true, TakesKl = true,
                },
                Fields = PromptFields.Demonstration,
            },
        },
    };
}
