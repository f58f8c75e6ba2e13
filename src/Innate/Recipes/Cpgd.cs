using Innate.Reinforcement;
using Innate.Reinforcement.Advantages;
using Innate.Reinforcement.Methods;
using Innate.Reinforcement.Rewards;

namespace Innate.Recipes;

/// <summary>The log-probability in the ratio's place, and a pull back (CPGD, arXiv 2505.12504).</summary>
internal static class Cpgd
{
    public static Recipe Recipe { get; } = new()
    {
        Name = "cpgd",
        Title = "clipped policy gradient with policy drift",
        Paper = "arXiv 2505.12504",
        Status = RecipeStatus.Code,
        Formula = """
            A_i = (R_i - mean R) / (std R + 1e-9), as the authors' script has it
            u = min(log pi, log old + ln 1.2) where A > 0, else max(log pi, log old + ln 0.8)
            loss = mean over all tokens of -A u + 0.01 sg(min(rho - 1, 2)) log pi
            """,
        Signature = "several epochs over a batch do not collapse it where a ratio without a clip does",
        Failure = "the pull back is weaker on tokens that fell than on those that rose; the loss's value cannot be compared",
        Learns = new RlRecipe
        {
            Name = "cpgd",
            Rewards = [new RewardTerm(RewardSource.Verifiable)],
            Objective = PolicyObjectiveKind.Cpgd,
            Method = new MethodParts
            {
                Advantage = new OwnAdvantage("cpgd-deviation", scene => scene.Repeat(
                    CpgdAdvantage.Compute([.. scene.Rewards.Select(g => g.Rewards)], CpgdWeight.Deviation)))
                {
                    IsOneAResponse = true,
                },
            },
        },
        Size = new RecipeSize(Prompts: 128, Responses: 8, Rate: 1e-6) { Minibatches = 1, WeightDecay = 1e-2 },
    };
}
