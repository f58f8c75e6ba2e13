using Innate;
using Innate.Checkpoints;
using Innate.Extensions.AI;
using Innate.Text;
using Microsoft.Extensions.AI;

namespace Examples;

/// <summary>Eight answers, the best by the model's own reward; any other IChatClient may answer in the model's place.</summary>
public static class BestOfN
{
    public static async Task RunAsync(TextWriter output)
    {
        string folder = EmbeddedModel.Folder;
        using LanguageModel model = LanguageModel.Load(folder);
        Tokenizer tokenizer = Tokenizer.Load(folder);
        var format = new ChatFormat(tokenizer, ChatTemplate.Load(folder));
        using var answers = new InnateChatClient(model, tokenizer, format, modelId: "innate-tiny");
        using var rewards = new RewardModel(model, format);

        using var best = new BestOfNChatClient(answers, n: 8, rewards);
        ChatResponse response = await best.GetResponseAsync(
            [new ChatMessage(ChatRole.User, "What is 47 + 85?")], new() { Temperature = 1, Seed = 1 });
        await output.WriteLineAsync(response.Text);

        var all = (IReadOnlyList<BestOfNCandidate>)response.AdditionalProperties![BestOfNChatClient.Candidates]!;
        foreach (BestOfNCandidate c in all) await output.WriteLineAsync($"{c.Reward:0.00} {c.Response.Text}");
    }
}
