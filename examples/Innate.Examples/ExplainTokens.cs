using Innate;
using Innate.Checkpoints;
using Innate.Models;
using Innate.Rewards;
using Innate.Text;
using Innate.Traces;

namespace Examples;

/// <summary>What each token gives to the reward.</summary>
public static class ExplainTokens
{
    public static void Run(TextWriter output)
    {
        string folder = EmbeddedModel.Folder; // or any checkpoint's
        Tokenizer tokenizer = Tokenizer.Load(folder);
        var format = new ChatFormat(tokenizer, ChatTemplate.Load(folder));
        using LanguageModel model = LanguageModel.Load(folder);

        TraceQuery query = TraceQuery.Of(
            format, "What is 47 + 85?", ["Ones: 7 + 5 = 12. Tens: 4 + 8 = 12. The answer is 122."]);
        TokenTrace trace = model.Trace([query])[0][0];
        RewardResult reward = EndogenousReward.Compute(trace, new RewardOptions());
        string[] texts = tokenizer.TokenTexts(trace.Tokens);
        for (int h = 0; h < trace.Length; h++) output.WriteLine($"{reward.PerToken[h],7:0.00} {texts[h]}");
    }
}
