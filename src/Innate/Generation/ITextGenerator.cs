using Innate.Generation.Formats;
using Innate.Traces;

namespace Innate.Generation;

/// <summary>How tokens are sampled.</summary>
public sealed record SamplingOptions
{
    /// <summary>Logits are divided by it; 0 takes the most likely token (the lowest id among equals).</summary>
    public double Temperature { get; init; } = 1;

    /// <summary>Keep the k most likely tokens; 0 keeps all.</summary>
    public int TopK { get; init; }

    /// <summary>Keep the smallest set of likeliest tokens whose probability reaches p; 1 keeps all.</summary>
    public double TopP { get; init; } = 1;

    /// <summary>
    /// Keep the tokens whose probability is at least this share of the likeliest one's (arXiv 2407.01082); 0 keeps all.
    /// </summary>
    public double MinP { get; init; }

    /// <summary>
    /// What the logit of a token that prompt or response already has is divided by where positive, multiplied where negative
    /// (CTRL, arXiv 1909.05858); 1: nothing.
    /// </summary>
    public double RepetitionPenalty { get; init; } = 1;

    /// <summary>Taken from a token's logit for each time that the response already has it; 0: nothing.</summary>
    public double FrequencyPenalty { get; init; }

    /// <summary>Taken from a token's logit once where the response already has it; 0: nothing.</summary>
    public double PresencePenalty { get; init; }

    /// <summary>Texts that end a response, which keeps the token that completes one; null: none.</summary>
    public StopTexts? StopTexts { get; init; }

    /// <summary>
    /// What a response's text has to be: a token that would leave it is never sampled, and the response ends within the limit. A
    /// generator that does not keep to it (<see cref="ITextGenerator.KeepsFormats"/>) refuses it. Null: any text.
    /// </summary>
    internal TokenFormat? Format { get; init; }

    /// <summary>The most tokens of one response, the end token included.</summary>
    public int MaxTokens { get; init; } = 256;

    /// <summary>With the prompt's and the response's index, decides every sample, whatever is sampled beside it.</summary>
    public ulong Seed { get; init; }

    /// <summary>
    /// Samples depend on the prompt's tokens in place of its index: what a prompt gets is the same wherever it stands among
    /// others, and equal prompts get equal samples.
    /// </summary>
    public bool SeedsByPrompt { get; init; }

    /// <summary>
    /// One number a prompt, in place of its index: what decides a sample beside seed and response, where the prompts of a call
    /// are turns of episodes that come and go. An engine elsewhere goes by the index. Null: the index.
    /// </summary>
    internal IReadOnlyList<int>? Places { get; init; }

    /// <summary>How many of the likeliest tokens to report at each step; null: none.</summary>
    public int? Likeliest { get; init; }

    /// <summary>Token ids that end a response; the id that ended it is its last.</summary>
    public IReadOnlyCollection<int> StopIds { get; init; } = [];

    /// <summary>
    /// Whether tokens that followed the same words earlier in prompt or response are guessed, and several are read in one pass.
    /// A guess is kept only where it is what the sampler picks, so no result depends on it, to the bit. An engine elsewhere
    /// decides for itself.
    /// </summary>
    public bool Lookup { get; init; } = true;
}

/// <summary>Why a response ended.</summary>
public enum FinishReason
{
    /// <summary>A stop id was sampled, or a stop text was completed.</summary>
    Stop,

    /// <summary><see cref="SamplingOptions.MaxTokens"/> or the model's context was reached.</summary>
    Length,
}

/// <summary>One sampled response.</summary>
/// <param name="TokenIds">The ids sampled, a stop id included.</param>
/// <param name="LogProbabilities">log pi of each id at temperature 1 before any truncation, in nats.</param>
/// <param name="FinishReason">Why it ended.</param>
public sealed record GeneratedResponse(int[] TokenIds, double[] LogProbabilities, FinishReason FinishReason)
{
    /// <summary>
    /// What the model said at each token, temperature 1 and alpha 1, as a trace of the finished response would say; null from a
    /// source that does not know.
    /// </summary>
    public TokenTrace? Trace { get; init; }

    /// <summary>Whether its last token completed a stop text, and so belongs to what it says.</summary>
    public bool EndsInStopText { get; init; }

    /// <summary>The ids of what it says: without the id that ended it.</summary>
    internal int[] SaidIds =>
        FinishReason == FinishReason.Stop && !EndsInStopText && TokenIds.Length > 0 ? TokenIds[..^1] : TokenIds;
}

/// <summary>One token, as soon as it is sampled.</summary>
/// <param name="Prompt">Index of the prompt.</param>
/// <param name="Response">Index of the response within the prompt's group.</param>
/// <param name="TokenId">The id sampled.</param>
public readonly record struct GeneratedToken(int Prompt, int Response, int TokenId)
{
    /// <summary>log pi of the token at temperature 1, in nats; NaN from a source that does not know.</summary>
    public double LogProbability { get; init; } = double.NaN;

    /// <summary>The likeliest tokens at its state; null where they were not asked for.</summary>
    public Traces.LikelyTokens? Likeliest { get; init; }
}

/// <summary>Samples text from a model: the local one, or an engine reached over HTTP.</summary>
public interface ITextGenerator
{
    /// <summary>Whether it samples within a format; others refuse one.</summary>
    internal bool KeepsFormats => false;

    /// <summary>Samples a group of responses to each prompt; the group shares its prompt's computation.</summary>
    /// <param name="prompts">Each prompt's ids; at least one id each.</param>
    /// <param name="responsesPerPrompt">The group's size.</param>
    /// <param name="options">How to sample.</param>
    /// <param name="onToken">Called for each token as it is sampled, on the caller's thread.</param>
    /// <param name="cancellation">Stops between tokens.</param>
    /// <returns>For each prompt, its responses in order.</returns>
    /// <exception cref="InputException">
    /// An empty prompt, an id outside the vocabulary, or no room left in the context.
    /// </exception>
    IReadOnlyList<GeneratedResponse[]> Generate(
        IReadOnlyList<int[]> prompts,
        int responsesPerPrompt,
        SamplingOptions options,
        Action<GeneratedToken>? onToken = null,
        CancellationToken cancellation = default);
}
