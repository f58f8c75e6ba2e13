using Innate;

namespace Examples;

/// <summary>Text in, rewards out.</summary>
public static class ScoreResponses
{
    public static void Run(TextWriter output)
    {
        using RewardModel rewards = RewardModel.LoadDefault(); // or RewardModel.Load("path/to/a/checkpoint")
        foreach (RankedReward r in rewards.Rank("What is 47 + 85?", ["122", "132"]))
        {
            output.WriteLine($"{r.Reward:0.00} {r.Response}");
        }
    }
}
