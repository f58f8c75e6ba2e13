using Innate.Reinforcement;
using Innate.Reinforcement.Methods;
using Innate.Reinforcement.Objectives;
using Innate.Reinforcement.Reference;
using Innate.Reinforcement.Rewards;

namespace Innate.Recipes;

/// <summary>The policy's logits as a soft Q-function, on fresh and older responses (ReVal, arXiv 2603.23355).</summary>
internal static class ReVal
{
    public static Recipe Recipe { get; } = new()
    {
        Name = "reval",
        Title = "Bellman residuals of a response, with replay",
        Paper = "arXiv 2603.23355",
        Status = RecipeStatus.Paper,
        Formula = """
            r = R - mean R of the group; e = r / 0.02 - (V - V_ref) - sum of log pi - log ref, V at the prompt's end
            loss = mean over responses of e^2
            two updates a batch from the last five batches' groups; reference := policy every 200 steps
            """,
        Signature = "the first residual is r / beta; more accuracy a generated token than GRPO",
        Failure = "beta goes with the length of responses; the offset of the prompt's logits is trained with them",
        Ours =
        [
            "Whole groups are kept and drawn, uniformly, and a batch draws as many as it samples for each update.",
            "The 200 steps are the optimizer's.",
        ],
        Learns = new RlRecipe
        {
            Name = "reval",
            Rewards = [new RewardTerm(RewardSource.Verifiable)],
            Advantage = AdvantageKind.DrGrpo,
            Kl = new ReValOptions().Beta,
            Minibatches = 2,
            Method = new MethodParts
            {
                Rollouts = ReplayBuffer.With,
                Choice = (scene, groups, _) => ReplayBuffer.Choice(scene, groups),
                Objective = new OwnObjective("reval", scene => Residuals(scene, m => scene[m].Frozen!.V[0]))
                {
                    NeedsFrozen = true, TakesKl = true,
                },
                Reference = ReferenceRule.Reset(ReValObjective.ReferenceSteps),
            },
        },
        Size = new RecipeSize(Prompts: 128, Responses: 8, Tokens: 600) { Minibatches = 2 },
    };

    /// <summary>The squared residuals of a group.</summary>
    /// <param name="scene">With the reference's traces; its advantages are the centred rewards.</param>
    /// <param name="promptValue">A member's place to what the prompt's value is held against, in nats.</param>
    public static GroupResult Residuals(ObjectiveScene scene, Func<int, double> promptValue)
    {
        BellmanResult[] results =
        [
            .. scene.Members.Select((_, m) => ReValObjective.Compute(
                scene.Now[m].LogProbability, scene[m].Frozen!.LogProbability, scene.Now[m].V[0], promptValue(m),
                scene.Advantages[m][0], scene.Totals, new ReValOptions { Beta = scene.Recipe.Kl })),
        ];
        return scene.PerResponse(m => results[m].Policy) with
        {
            SoftValueGradients =
                [.. results.Select((r, m) => (double[])[r.PromptValueGradient, .. new double[scene.Now[m].Length - 1]])],
        };
    }
}
