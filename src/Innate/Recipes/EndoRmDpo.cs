using Innate.Reinforcement;

namespace Innate.Recipes;

/// <summary>Preferences by the endogenous reward (arXiv 2506.23235), learned from semi-online (arXiv 2506.21495).</summary>
internal static class EndoRmDpo
{
    public static Recipe Recipe { get; } = new()
    {
        Name = "endorm-dpo",
        Title = "the endogenous reward's best answer against its worst, semi-online DPO",
        Paper = "arXiv 2506.23235, 2506.21495",
        Status = RecipeStatus.Ours,
        Formula = $"""
            {EndoRm.Reward}
            chosen, rejected = the group's best and worst by R = sum of r_t, fresh every ten steps
            loss = softplus(-0.1 (d_chosen - d_rejected)), d = sum of log pi - log frozen
            """,
        Signature = "the likelihood of answers under the frozen model rises; entropy falls less than offline",
        Checks = [SignatureCheck.Rises("log_likelihood")],
        Failure = "without a synchronised reference answers get shorter",
        Ours = ["The endogenous reward as the judge of the pairs; a fixed reference."],
        Learns = RlRecipe.Preset("endorm-dpo"),
    };
}
