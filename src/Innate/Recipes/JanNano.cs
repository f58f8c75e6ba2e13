using Innate.Reinforcement;
using Innate.Reinforcement.Rewards;

namespace Innate.Recipes;

/// <summary>Questions answered with the tools of a server (Jan-nano, arXiv 2506.22760).</summary>
internal static class JanNano
{
    public static Recipe Recipe { get; } = new()
    {
        Name = "jan-nano",
        Title = "questions answered with tools, rewarded by the answer",
        Paper = "arXiv 2506.22760",
        Status = RecipeStatus.Secondary,
        Formula = """
            R_i = F1 of the final answer of episode i with the best known one
            loss = DAPO's over the policy's own tokens; what tools say counts nowhere; groups that are all alike are drawn anew
            """,
        Signature = "answers get right more often with the tools than without them",
        Failure = "a policy that never finds the form of a call never sees an answer of a tool",
        Ours =
        [
            "The world is `--world tools,data=FILE:RUN`, a server that speaks the Model Context Protocol.",
            "The paper's other parts of the reward (calls that succeed, form, efficiency) and its three stages' lengths are not "
                + "known: the answer alone is paid, in one stage.",
            "DAPO's own numbers, groups of eight, and temperature 1: 0.7, top-p 0.8 and top-k 20 are its evaluation's.",
        ],
        Learns = new RlRecipe
        {
            Name = "jan-nano",
            Rewards = [RewardTerm.Of(WorldReward.Own)],
            Objective = PolicyObjectiveKind.Dapo,
        },
    };
}
