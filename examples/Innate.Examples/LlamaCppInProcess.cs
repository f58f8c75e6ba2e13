using Innate;
using Innate.Engines;
using Innate.LlamaCpp;
using Innate.Rewards;
using Innate.Text;

namespace Examples;

/// <summary>A GGUF file that llama.cpp runs in this process, on a graphics card where its native library is for one.</summary>
public static class LlamaCppInProcess
{
    public static void Run(TextWriter output, string[] args)
    {
        string file = args[0];
        using LlamaCppModel model = LlamaCppModel.Load(file, new LlamaCppSettings { Context = 8192 });
        var format = new ChatFormat(Tokenizer.Load(file), ChatTemplate.Load(file));
        using var rewards = new RewardModel(model, format, RewardKind.Endogenous);
        foreach (RankedReward r in rewards.Rank("What is 47 + 85?", ["122", "132"]))
        {
            output.WriteLine($"{r.Reward:0.00} {r.Response}");
        }
    }
}
