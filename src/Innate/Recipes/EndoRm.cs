using Innate.Reinforcement;

namespace Innate.Recipes;

/// <summary>Reinforcement learning on the reward found inside the frozen model (arXiv 2506.23235).</summary>
internal static class EndoRm
{
    public const string Reward = "r_t = Q(s_t, a_t) - V(s_{t+1}), V = logsumexp of the frozen model's logits, 0 after the end";

    public static Recipe Recipe { get; } = new()
    {
        Name = "endorm",
        Title = "the endogenous reward, PPO with a critic",
        Paper = "arXiv 2506.23235",
        Status = RecipeStatus.Paper,
        Formula = $"""
            {Reward}
            token reward = r_t - 0.01 (log pi - log frozen)
            A = GAE with a critic, whitened over the batch; loss = PPO, clip 0.2
            """,
        Signature = "the likelihood of answers under the frozen model rises",
        Checks = [SignatureCheck.Rises("log_likelihood")],
        Failure = "at gamma = 1 the outcome is the log-likelihood: text becomes shorter and likelier, right or wrong",
        Ours = ["gamma = 1 and beta = 0: the authors' own values were not found."],
        Learns = RlRecipe.Preset("endorm"),
        Size = new RecipeSize(Tokens: 1024),
    };
}
