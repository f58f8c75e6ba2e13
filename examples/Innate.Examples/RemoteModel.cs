using Innate;
using Innate.Checkpoints;
using Innate.Engines;
using Innate.Rewards;
using Innate.Text;

namespace Examples;

/// <summary>A model that vLLM, SGLang or another Innate serves; its tokenizer's files lie here.</summary>
public static class RemoteModel
{
    public static void Run(TextWriter output, string[] args)
    {
        string folder = EmbeddedModel.Folder; // the served model's tokenizer files
        using RemoteEngine engine = RemoteEngine.Connect(new EngineSettings { Address = new Uri(args[0]) });
        var format = new ChatFormat(Tokenizer.Load(folder), ChatTemplate.Load(folder));
        using var rewards = new RewardModel(engine, format, RewardKind.LogLikelihood);
        foreach (RankedReward r in rewards.Rank("What is 47 + 85?", ["122", "132"]))
        {
            output.WriteLine($"{r.Reward:0.00} {r.Response}");
        }
    }
}
