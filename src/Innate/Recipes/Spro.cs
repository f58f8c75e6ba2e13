using Innate.Reinforcement;
using Innate.Reinforcement.Advantages;
using Innate.Reinforcement.Methods;
using Innate.Reinforcement.Rewards;

namespace Innate.Recipes;

/// <summary>Outcomes, and the policy's own log-ratios as a reward of the process (SPRO, arXiv 2507.01551).</summary>
internal static class Spro
{
    public static Recipe Recipe { get; } = new()
    {
        Name = "spro",
        Title = "self-guided process rewards, compared step by step",
        Paper = "arXiv 2507.01551",
        Status = RecipeStatus.Secondary,
        Formula = """
            C_it = 0.05 sum over j up to t of (log pi - log start); M_it = C_it - mean of C_t over members still alive at t
            A_it = (R_i - mean R) / (std R + 1e-6) + M_it
            loss = mean over responses of mean over tokens of -min(rho A, clip(rho, 0.8, 1.2) A)
            """,
        Signature = "answers get about a third shorter than GRPO's where a step is redundant, and are right as often",
        Checks = [SignatureCheck.Below("length", "grpo")],
        Failure = "a lone survivor gets no process signal; with a large beta late tokens drown the outcome; 0 at the start",
        Ours = ["beta = 0.05, what the PRIME family uses for the same log-ratio: reviewers miss the paper's."],
        Learns = new RlRecipe
        {
            Name = "spro",
            Rewards = [new RewardTerm(RewardSource.Verifiable)],
            Method = new MethodParts { Advantage = Advantage },
        },
    };

    private static OwnAdvantage Advantage => new("masked-step-0.05", scene => scene.PerGroup((group, rewards) =>
        MaskedStepAdvantage.Compute(
            rewards, [.. group.Rollouts.Select(r => r.Policy.LogProbability)],
            [.. group.Rollouts.Select(r => r.Frozen!.LogProbability)])))
    {
        NeedsFrozen = true,
    };
}
