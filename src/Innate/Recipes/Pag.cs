using Innate.Reinforcement;
using Innate.Reinforcement.Methods;
using Innate.Reinforcement.Rewards;

namespace Innate.Recipes;

/// <summary>One model that answers, judges its answer and answers again (PAG, arXiv 2506.10406).</summary>
internal static class Pag
{
    public static Recipe Recipe { get; } = new()
    {
        Name = "pag",
        Title = "the policy as generative verifier of its own answers",
        Paper = "arXiv 2506.10406",
        Status = RecipeStatus.Code,
        Formula = """
            answer, verdict, and a second answer where the verdict is no
            R = acc_1; 1 for a verdict that is right; acc_2 + (acc_2 - acc_1)
            A = GAE with a critic within each turn; answers and verdicts whitened apart, by sqrt(var + 1e-8)
            loss = PPO, clip 0.2 and 0.28, no divergence
            """,
        Signature = "verdicts are right more often than not, second answers more often than first ones",
        Failure = "without the shaping or the whitening by roles: no answer is changed, or every verdict is no",
        Ours =
        [
            "The words of the two questions, and that a verdict is the first yes or no; one without either earns 0.",
            "A conversation that the context has no room for ends there.",
        ],
        Learns = new RlRecipe
        {
            Name = "pag",
            Rewards = [RewardTerm.Of(new OwnReward("turns") { Groups = VerifiedTurns.Rewards, NeedsAnswers = true })],
            Advantage = AdvantageKind.Gae,
            Objective = PolicyObjectiveKind.Ppo,
            ClipHigh = 0.28,
            GroupSize = 4,
            Method = new MethodParts { Rollouts = VerifiedTurns.With, Whitening = VerifiedTurns.Whiten },
        },
        Size = new RecipeSize(Responses: 4, Rate: 1e-6),
    };
}
