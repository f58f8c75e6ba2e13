using Innate.Checkpoints;
using Innate.Extensions.AI;
using Innate.Generation;
using Innate.Text;
using Microsoft.Extensions.AI;

namespace Innate.Tests.Extensions;

/// <summary>The model inside with what a chat client needs, loaded once.</summary>
internal static class TinyChat
{
    public static readonly LanguageModel Model = LanguageModel.LoadDefault(new LanguageModelOptions { Threads = 1 });

    public static readonly Tokenizer Tokenizer = Tokenizer.Load(EmbeddedModel.Folder);

    public static readonly ChatFormat Format = new(Tokenizer, ChatTemplate.Load(EmbeddedModel.Folder));

    public static readonly ChatMessage[] Question = [new(ChatRole.User, "What is 47 + 85?")];

    public static InnateChatClient Client(ITextGenerator? generator = null) => new(generator ?? Model, Tokenizer, Format, "tiny");
}

/// <summary>A generator that remembers how it was asked, and can wait.</summary>
internal sealed class RecordingGenerator : ITextGenerator
{
    public List<SamplingOptions> Asked { get; } = [];

    public List<int[]> Prompts { get; } = [];

    /// <summary>Draws for ever, until it is cancelled.</summary>
    public bool Endless { get; init; }

    public bool WasCancelled { get; private set; }

    public IReadOnlyList<GeneratedResponse[]> Generate(
        IReadOnlyList<int[]> prompts, int responsesPerPrompt, SamplingOptions options, Action<GeneratedToken>? onToken = null,
        CancellationToken cancellation = default)
    {
        lock (Asked)
        {
            Asked.Add(options);
            Prompts.AddRange(prompts);
        }

        int[] ids = TinyChat.Tokenizer.Encode("yes");
        do
        {
            foreach (int id in ids) onToken?.Invoke(new GeneratedToken(0, 0, id));
            if (!Endless) continue;
            Thread.Sleep(1);
            if (!cancellation.IsCancellationRequested) continue;
            WasCancelled = true;
            throw new OperationCanceledException(cancellation);
        }
        while (Endless);

        return [[new GeneratedResponse(ids, [.. ids.Select(_ => -1.0)], FinishReason.Length)]];
    }
}
