using Innate.Reinforcement;
using Innate.Reinforcement.Methods;
using Innate.Reinforcement.Objectives;
using Innate.Reinforcement.Rewards;

namespace Innate.Recipes;

/// <summary>Trajectory Bellman residual minimization (TBRM, arXiv 2505.15311): ReVal before it was calibrated.</summary>
internal static class Tbrm
{
    public static Recipe Recipe { get; } = new()
    {
        Name = "tbrm",
        Title = "Bellman residuals of a response, the prompt's value as it is",
        Paper = "arXiv 2505.15311",
        Status = RecipeStatus.Secondary,
        Formula = """
            r = R - mean R of the group; e = r / 0.02 - V - sum of log pi - log start, V at the prompt's end
            loss = mean over responses of e^2
            """,
        Signature = "the first steps push all responses down, for e carries an offset of V",
        Failure = "that offset, until the prompt's value has come down",
        Ours = ["ReVal's beta, centred rewards and eight responses, without its replay."],
        Learns = new RlRecipe
        {
            Name = "tbrm",
            Rewards = [new RewardTerm(RewardSource.Verifiable)],
            Advantage = AdvantageKind.DrGrpo,
            Kl = new ReValOptions().Beta,
            Method = new MethodParts
            {
                Objective = new OwnObjective("tbrm", scene => ReVal.Residuals(scene, _ => 0))
                {
                    NeedsFrozen = true, TakesKl = true,
                },
            },
        },
    };
}
