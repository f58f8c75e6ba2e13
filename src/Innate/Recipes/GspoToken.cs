using Innate.Reinforcement;
using Innate.Reinforcement.Methods;
using Innate.Reinforcement.Objectives;

namespace Innate.Recipes;

/// <summary>GSPO with an advantage a token (arXiv 2507.18071).</summary>
internal static class GspoToken
{
    public static Recipe Recipe { get; } = Gspo.Recipe with
    {
        Name = "gspo-token",
        Title = "GSPO with an advantage a token",
        Formula = """
            s = exp(mean over tokens of log rho); s_t = s in value, with the gradient of its own token
            loss = mean over responses of mean over tokens of -min(s_t A_t, clip(s_t, 1 - 3e-4, 1 + 4e-4) A_t)
            A_t = (R_i - mean R) / (std R + 1e-6): with one number a response it is GSPO, in value and gradient
            """,
        Learns = Gspo.Recipe.Learns with
        {
            Name = "gspo-token",
            Objective = PolicyObjectiveKind.Grpo,
            Method = new MethodParts
            {
                Objective = new OwnObjective("gspo-token", scene => scene.PerResponse(m => GspoTokenObjective.Compute(
                    scene.Now[m].LogProbability, scene[m].Policy.LogProbability, scene.Advantages[m], scene.Totals,
                    new GspoOptions { ClipLow = scene.Clips.Low, ClipHigh = scene.Clips.High })))
                {
                    Clips = (3e-4, 4e-4),
                },
            },
        },
    };
}
