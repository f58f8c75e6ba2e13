using System.Runtime.CompilerServices;
using System.Text;
using System.Threading.Channels;
using Innate.Engines;
using Innate.Generation;
using Innate.Text;
using Microsoft.Extensions.AI;

namespace Innate.Extensions.AI;

/// <summary>
/// An <see cref="IChatClient"/> over a language model in this process, or over a remote engine. One seed, one answer: without
/// <see cref="ChatOptions.Seed"/> the same conversation gets the same answer again. May be called from many threads; calls on one
/// local model take turns.
/// </summary>
/// <remarks>
/// Honoured: Instructions, Temperature, TopP, TopK, MaxOutputTokens, Seed, StopSequences, FrequencyPenalty, PresencePenalty,
/// ModelId (the model's own), and of AdditionalProperties <c>min_p</c> and <c>repetition_penalty</c>. What the model cannot do
/// (tools, JSON formats, images) is an <see cref="InputException"/> that names it. A response's AdditionalProperties have
/// <see cref="TokenIds"/> and <see cref="LogProbabilities"/>.
/// </remarks>
public sealed class InnateChatClient : IChatClient
{
    /// <summary>AdditionalProperties: the drawn token ids, an <c>int[]</c>, the end token included.</summary>
    public const string TokenIds = "innate.token_ids";

    /// <summary>AdditionalProperties: log pi of each drawn token at temperature 1, a <c>double[]</c> in nats.</summary>
    public const string LogProbabilities = "innate.logprobs";

    private readonly ITextGenerator _generator;
    private readonly Tokenizer _tokenizer;
    private readonly ChatFormat _format;
    private readonly SamplingOptions _defaults;
    private readonly ChatClientMetadata _metadata;

    /// <summary>A client over what is loaded already, and stays its owner's.</summary>
    /// <param name="generator">The model: a <see cref="LanguageModel"/> or a <see cref="RemoteEngine"/>.</param>
    /// <param name="tokenizer">Its tokenizer.</param>
    /// <param name="format">How a conversation becomes token ids; with a chat template.</param>
    /// <param name="modelId">What the model is called.</param>
    /// <param name="defaults">
    /// How to draw where <see cref="ChatOptions"/> says nothing; null: temperature 1, at most 256 tokens.
    /// </param>
    /// <exception cref="InputException">The format is raw: it knows no messages.</exception>
    public InnateChatClient(
        ITextGenerator generator, Tokenizer tokenizer, ChatFormat format, string modelId, SamplingOptions? defaults = null)
    {
        if (format.IsRaw) throw new InputException("A chat client needs a chat template, which a raw format bypasses.");
        _generator = generator;
        _tokenizer = tokenizer;
        _format = format;
        _defaults = (defaults ?? new SamplingOptions()) with { };
        if (_defaults.StopIds.Count == 0)
        {
            IEnumerable<int> ends = generator is LanguageModel model ? model.Config.EndOfSequenceIds : [];
            _defaults = _defaults with { StopIds = format.StopIds(ends) };
        }

        _metadata = new ChatClientMetadata("innate", (generator as RemoteEngine)?.Uri, modelId);
    }

    /// <inheritdoc/>
    public async Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(messages);
        Conversation asked = Prepare(messages, options);
        GeneratedResponse drawn = await Task.Run(() => Draw(asked, null, cancellationToken), cancellationToken)
            .ConfigureAwait(false);
        var text = new StringBuilder();
        TextOfTokens reader = Reader(asked);
        foreach (int id in drawn.TokenIds) text.Append(reader.Push(id));
        text.Append(reader.Flush());
        return new ChatResponse(new ChatMessage(ChatRole.Assistant, text.ToString()) { MessageId = asked.Id })
        {
            ResponseId = asked.Id,
            ModelId = _metadata.DefaultModelId,
            FinishReason = Finish(drawn),
            Usage = Usage(asked, drawn),
            AdditionalProperties = Properties(drawn),
            RawRepresentation = drawn,
        };
    }

    /// <inheritdoc/>
    /// <remarks>The last update has the finish reason, the usage and the AdditionalProperties.</remarks>
    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(messages);
        Conversation asked = Prepare(messages, options);
        TextOfTokens reader = Reader(asked);

        // The model draws on a thread of its own, and this one listens; who stops listening stops the drawing.
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Channel<int> tokens = Channel.CreateUnbounded<int>(
            new UnboundedChannelOptions { SingleReader = true, SingleWriter = true });
        Task<GeneratedResponse> drawing = Task.Run(
            () =>
            {
                try
                {
                    return Draw(asked, token => tokens.Writer.TryWrite(token.TokenId), stop.Token);
                }
                finally
                {
                    tokens.Writer.Complete();
                }
            },
            CancellationToken.None);
        try
        {
            await foreach (int id in tokens.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
            {
                string text = reader.Push(id);
                if (text.Length > 0) yield return Update(asked, new TextContent(text));
            }

            GeneratedResponse drawn = await drawing.ConfigureAwait(false);
            string rest = reader.Flush();
            if (rest.Length > 0) yield return Update(asked, new TextContent(rest));
            ChatResponseUpdate last = Update(asked, new UsageContent(Usage(asked, drawn)));
            last.FinishReason = Finish(drawn);
            last.AdditionalProperties = Properties(drawn);
            yield return last;
        }
        finally
        {
            await stop.CancelAsync().ConfigureAwait(false);
            await ((Task)drawing).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing); // Told above, or nobody listens.
        }
    }

    /// <inheritdoc/>
    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        if (serviceKey is not null) return null;
        foreach (object service in (object[])[this, _metadata, _generator, _tokenizer, _format])
        {
            if (serviceType.IsInstanceOfType(service)) return service;
        }

        return null;
    }

    /// <summary>Does nothing: the model is its owner's.</summary>
    public void Dispose()
    {
    }

    private Conversation Prepare(IEnumerable<ChatMessage> messages, ChatOptions? options)
    {
        SamplingOptions sampling = ChatRequest.Sampling(options, _defaults, _metadata.DefaultModelId!, _tokenizer);
        return new Conversation(
            _format.EncodePrompt(ChatRequest.Messages(messages, options)).Ids, sampling, $"innate-{Guid.NewGuid():N}",
            DateTimeOffset.UtcNow);
    }

    private GeneratedResponse Draw(Conversation asked, Action<GeneratedToken>? onToken, CancellationToken cancellation) =>
        _generator.Generate([asked.Prompt], 1, asked.Sampling, onToken, cancellation)[0][0];

    private TextOfTokens Reader(Conversation asked) => new(_tokenizer, asked.Prompt, asked.Sampling);

    private ChatResponseUpdate Update(Conversation asked, AIContent content) => new(ChatRole.Assistant, [content])
    {
        ResponseId = asked.Id, MessageId = asked.Id, ModelId = _metadata.DefaultModelId, CreatedAt = asked.Started,
    };

    private static ChatFinishReason Finish(GeneratedResponse drawn) =>
        drawn.FinishReason == FinishReason.Stop ? ChatFinishReason.Stop : ChatFinishReason.Length;

    private static UsageDetails Usage(Conversation asked, GeneratedResponse drawn) => new()
    {
        InputTokenCount = asked.Prompt.Length,
        OutputTokenCount = drawn.TokenIds.Length,
        TotalTokenCount = asked.Prompt.Length + drawn.TokenIds.Length,
    };

    private static AdditionalPropertiesDictionary Properties(GeneratedResponse drawn) => new()
    {
        [TokenIds] = drawn.TokenIds,
        [LogProbabilities] = drawn.LogProbabilities,
    };

    /// <summary>One question, encoded.</summary>
    private sealed record Conversation(int[] Prompt, SamplingOptions Sampling, string Id, DateTimeOffset Started);

    /// <summary>Tokens into text: no special or end tokens, nothing from a stop sequence on.</summary>
    private sealed class TextOfTokens
    {
        private readonly Tokenizer _tokenizer;
        private readonly SamplingOptions _sampling;
        private readonly StreamingDecoder _decoder;
        private readonly StopTrim _trim;

        public TextOfTokens(Tokenizer tokenizer, int[] prompt, SamplingOptions sampling)
        {
            (_tokenizer, _sampling, _decoder) = (tokenizer, sampling, tokenizer.CreateStreamingDecoder());
            _trim = new StopTrim(sampling.StopTexts?.Texts ?? []);

            // The prompt goes first, unseen: a decoder may treat the first token's leading space otherwise than a later one's.
            foreach (int id in prompt.Where(id => !tokenizer.IsSpecial(id))) _decoder.Push(id);
        }

        public string Push(int id) =>
            _tokenizer.IsSpecial(id) || _sampling.StopIds.Contains(id) ? "" : _trim.Push(_decoder.Push(id));

        public string Flush() => _trim.Push(_decoder.Flush()) + _trim.Flush();
    }
}
