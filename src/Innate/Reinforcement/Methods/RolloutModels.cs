using Innate.Generation;
using Innate.Models;
using Innate.Reinforcement.Rollouts;
using Innate.Text;
using Innate.Traces;

namespace Innate.Reinforcement.Methods;

/// <summary>
/// The models of a run, as far as a method asks them while a batch is made: the policy is as it is at that
/// moment.
/// </summary>
internal sealed class RolloutModels
{
    /// <summary>Decodes, and encodes answers that are put into a model's mouth.</summary>
    public required Tokenizer Tokenizer { get; init; }

    /// <summary>How conversations become ids.</summary>
    public required Func<ChatFormat> Format { get; init; }

    /// <summary>The models' context, in tokens.</summary>
    public int MaxPositions { get; init; } = int.MaxValue;

    /// <summary>How the run samples; the seed is the run's.</summary>
    public required SamplingOptions Sampling { get; init; }

    /// <summary>The policy's traces of any continuation.</summary>
    public required FrozenTraces Policy { get; init; }

    /// <summary>The policy's samples.</summary>
    public required ITextGenerator Generator { get; init; }

    /// <summary>The reference's traces: frozen, or following the policy; null: the recipe has none.</summary>
    public FrozenTraces? Reference { get; init; }

    /// <summary>The reference's samples; null: the recipe has none, or it runs elsewhere.</summary>
    public ITextGenerator? ReferenceGenerator { get; init; }

    /// <summary>Traces of a second frozen model; null: the recipe has none.</summary>
    public FrozenTraces? Second { get; init; }

    /// <summary>Samples of a second frozen model; null: the recipe has none.</summary>
    public ITextGenerator? SecondGenerator { get; init; }

    /// <summary>
    /// The reference's last hidden states h at the tokens of a group's responses, after the final norm: one [tokens, hidden] a
    /// response; null: the recipe has no reference here.
    /// </summary>
    public Func<RolloutGroup, CancellationToken, IReadOnlyList<double[][]>>? HiddenStates { get; init; }

    private long _sampled;

    /// <summary>Tokens of further samples since it was asked last.</summary>
    public long TakeSampled() => Interlocked.Exchange(ref _sampled, 0);

    /// <summary>The ids of a prompt whose last message has more text after it.</summary>
    /// <exception cref="InputException">The prompt is known by its ids alone.</exception>
    public int[] PromptWith(PolicyPrompt prompt, string addition)
    {
        ConversationMessage[] messages = Conversation(prompt);
        ConversationMessage last = messages[^1];
        return Format().EncodePrompt(
            [.. messages[..^1], new ConversationMessage(last.Role, $"{last.Content}\n{addition}")]).Ids;
    }

    /// <summary>The ids of a prompt whose conversation goes on: what was answered, and what is asked next.</summary>
    /// <exception cref="InputException">The prompt is known by its ids alone.</exception>
    public int[] PromptAfter(PolicyPrompt prompt, params string[] turns) => Format().EncodePrompt(
    [
        .. Conversation(prompt), .. turns.Select((t, i) => new ConversationMessage(i % 2 == 0 ? "assistant" : "user", t)),
    ]).Ids;

    /// <summary>Whether the context has room for a prompt that a method made longer, and the longest response to it.</summary>
    public bool HasRoom(int[] prompt) => prompt.Length + Sampling.MaxTokens <= MaxPositions;

    /// <summary>Whether it has room for a prompt and these tokens after it.</summary>
    public bool HasRoom(int[] prompt, int[] response) => prompt.Length + response.Length <= MaxPositions;

    /// <summary>Samples of a further kind, apart from the batch's own.</summary>
    /// <param name="generator">Who samples.</param>
    /// <param name="prompts">Ids.</param>
    /// <param name="count">Responses to each.</param>
    /// <param name="key">Decides the draws, with the prompt's place and the response's index.</param>
    /// <param name="cancellation">Stops between tokens.</param>
    /// <param name="maxTokens">The longest response; null: as the run's.</param>
    /// <param name="temperature">0: the likeliest response; null: as the run's.</param>
    public IReadOnlyList<Rollout[]> Sample(
        ITextGenerator generator, IReadOnlyList<int[]> prompts, int count, ulong key, CancellationToken cancellation,
        int? maxTokens = null, double? temperature = null)
    {
        if (prompts.Count == 0) return [];
        SamplingOptions options = Sampling with
        {
            Seed = key, MaxTokens = maxTokens ?? Sampling.MaxTokens, Temperature = temperature ?? Sampling.Temperature,
        };
        IReadOnlyList<GeneratedResponse[]> generated = generator.Generate(prompts, count, options, null, cancellation);
        _sampled += generated.Sum(group => group.Sum(r => (long)r.TokenIds.Length));
        return
        [
            .. generated.Select(group => group.Select(r => new Rollout(r, TextOf(r.TokenIds))).ToArray()),
        ];
    }

    /// <summary>Groups as they are asked about.</summary>
    public static TraceQuery[] Queries(IReadOnlyList<RolloutGroup> groups) =>
        [.. groups.Select(g => new TraceQuery(g.Prompt.Ids, [.. g.Rollouts.Select(r => r.Response.TokenIds)]))];

    /// <summary>A response's text, without special tokens.</summary>
    public string TextOf(int[] ids) => Tokenizer.Decode(ids, skipSpecialTokens: true);

    private static ConversationMessage[] Conversation(PolicyPrompt prompt) => prompt.Conversation is { Count: > 0 } messages
        ? [.. messages]
        : throw new InputException(
            $"line {prompt.Line}: expected a prompt as text or messages, which the recipe adds to, found ids.");
}
