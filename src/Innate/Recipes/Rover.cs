using Innate.Reinforcement;
using Innate.Reinforcement.Methods;
using Innate.Reinforcement.Objectives;
using Innate.Reinforcement.Rewards;
using Innate.Traces;

namespace Innate.Recipes;

/// <summary>The values of a policy that chooses at random (ROVER, arXiv 2509.24981).</summary>
internal static class Rover
{
    public static Recipe Recipe { get; } = new()
    {
        Name = "rover",
        Title = "the random policy's values, learned as log-ratios",
        Paper = "arXiv 2509.24981",
        Status = RecipeStatus.Paper,
        Formula = """
            Q_t(v) = log pi(v) - log old(v); r = R - mean R of the group, on every token
            target_t = r + mean over the vocabulary of Q_{t+1}, 0 after the end, not differentiated
            loss = mean over responses of mean over tokens of (Q_t - target_t)^2; no clip, no divergence
            """,
        Signature = "at equal accuracy more different right workings than GRPO's",
        Failure = "at equal steps it is further along and looks less diverse; it needs the whole vocabulary's log-probabilities",
        Ours = ["Each batch is gone through four times, for in the first pass Q is 0 everywhere."],
        Learns = new RlRecipe
        {
            Name = "rover",
            Rewards = [new RewardTerm(RewardSource.Verifiable)],
            Advantage = AdvantageKind.DrGrpo,
            RolloutEpochs = 4,
            Method = new MethodParts
            {
                Objective = new OwnObjective("rover", scene => scene.PerResponse(m => RoverObjective.Compute(
                    scene.Now[m].LogProbability, scene[m].Policy.LogProbability, Means(scene.Now[m]), Means(scene[m].Policy),
                    scene.Advantages[m][0], scene.Totals).Policy)),
            },
        },
    };

    // The mean over the vocabulary of log pi: minus the self-certainty.
    private static double[] Means(TokenTrace trace) =>
        [.. Enumerable.Range(0, trace.Length).Select(t => -trace.SelfCertainty(t))];
}
