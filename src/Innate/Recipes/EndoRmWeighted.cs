using Innate.Reinforcement;
using Innate.Reinforcement.Rewards;
using Innate.Rewards;

namespace Innate.Recipes;

/// <summary>The endogenous reward (arXiv 2506.23235) with weights that fall to a floor.</summary>
internal static class EndoRmWeighted
{
    public static Recipe Recipe { get; } = new()
    {
        Name = "endorm-weighted",
        Title = "the endogenous reward, weights falling to a floor, PPO with a critic",
        Paper = "arXiv 2506.23235",
        Status = RecipeStatus.Ours,
        Formula = $"""
            {EndoRm.Reward}
            token reward = max(0.93^(t-1), 0.03) r_t - 0.01 (log pi - log frozen)
            A = GAE with a critic, whitened over the batch; loss = PPO, clip 0.2
            """,
        Signature = EndoRmRmgap.Signature,
        Checks = EndoRmRmgap.Checks,
        Failure = $"from the 50th token on all count 0.03, so long answers are mostly tail; {EndoRm.Recipe.Failure}",
        Ours = ["0.93 and 0.03: borrowed from a sibling setting of RMGAP's evaluator (arXiv 2605.01831)."],
        Learns = RlRecipe.Preset("endorm") with
        {
            Name = "endorm-weighted",
            Rewards = [new RewardTerm(RewardSource.Endogenous) { Endogenous = EndogenousPreset.Weighted.Options }],
        },
        Size = EndoRm.Recipe.Size,
    };
}
