using Innate;
using Innate.Checkpoints;
using Innate.Extensions.AI;
using Innate.Text;
using Microsoft.Extensions.AI;

namespace Examples;

/// <summary>An IChatClient over a model in this process, streamed.</summary>
public static class ChatClient
{
    public static async Task RunAsync(TextWriter output)
    {
        string folder = EmbeddedModel.Folder; // or any checkpoint's, with a chat template
        using LanguageModel model = LanguageModel.Load(folder);
        Tokenizer tokenizer = Tokenizer.Load(folder);
        var format = new ChatFormat(tokenizer, ChatTemplate.Load(folder));
        using var client = new InnateChatClient(model, tokenizer, format, modelId: "innate-tiny");

        var question = new ChatMessage(ChatRole.User, "What is 47 + 85?");
        await foreach (ChatResponseUpdate update in client.GetStreamingResponseAsync([question], new() { Temperature = 0 }))
        {
            await output.WriteAsync(update.Text);
            if (update.AdditionalProperties?[InnateChatClient.LogProbabilities] is double[] logProbs)
            {
                await output.WriteLineAsync();
                await output.WriteLineAsync($"log-probability {logProbs.Sum():0.00}");
            }
        }
    }
}
