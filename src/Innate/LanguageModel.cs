using Innate.Checkpoints;
using Innate.Compute;
using Innate.Compute.Simd;
using Innate.Generation;
using Innate.Models;
using Innate.Sessions;
using Innate.Traces;

namespace Innate;

/// <summary>How a model is loaded and run.</summary>
public sealed record LanguageModelOptions
{
    /// <summary>Threads; null: one a logical processor.</summary>
    public int? Threads { get; init; }

    /// <summary>The instruction set; null: <c>INNATE_SIMD</c>, or the fastest that the processor has.</summary>
    public SimdPath? Simd { get; init; }

    /// <summary>What products of activations and weights are formed in.</summary>
    public ComputeMode Compute { get; init; }

    /// <summary>
    /// With <see cref="ComputeMode.Int8"/>: what matrices that are not quantised are rounded to, Q8_0 or Q4_1; null: Q8_0, and a
    /// file's own blocks stay as they are.
    /// </summary>
    public ElementType? Quantize { get; init; }

    /// <summary>
    /// A folder of low-rank adapters in PEFT's format, added to what the weights compute; null: none. The weights themselves
    /// stay.
    /// </summary>
    public string? Adapter { get; init; }

    /// <summary>
    /// Bytes of keys and values to keep of prompts that were traced, for later ones that begin alike; 0: none. No result depends
    /// on it.
    /// </summary>
    public long PrefixCacheBytes { get; init; }

    internal ModelSource ToSource(string? model) => new()
    {
        Model = model, Threads = Threads, Simd = Simd, Compute = Compute, Quantize = Quantize, Adapter = Adapter,
        PrefixCacheBytes = PrefixCacheBytes,
    };
}

/// <summary>
/// A checkpoint folder, ready to be asked: for traces, for samples, for a trained classifier's scores. Calls from several
/// threads take turns.
/// </summary>
public sealed class LanguageModel : ITraceSource, ITextGenerator, IDisposable
{
    private readonly LocalModel _model;

    private LanguageModel(LocalModel model) => _model = model;

    /// <summary>The decoder itself; not for concurrent use.</summary>
    public CausalLanguageModel Decoder => _model.Decoder;

    /// <summary>The shape.</summary>
    public ModelConfig Config => Decoder.Config;

    /// <inheritdoc/>
    public int VocabularySize => _model.VocabularySize;

    /// <inheritdoc/>
    public int MaxPositions => _model.MaxPositions;

    /// <inheritdoc/>
    public bool HoldsLogits => true;

    /// <summary>Prompt tokens that were not read again, as an earlier call's prompt began with them.</summary>
    public long PrefixTokensSaved => _model.PrefixTokensSaved;

    /// <summary>Loads a Hugging Face checkpoint folder.</summary>
    /// <param name="folder">Holds config.json and model.safetensors (or its shards and their index).</param>
    /// <param name="options">Threads, instruction set, adapters.</param>
    /// <exception cref="InputException">
    /// A file that is missing, damaged, or of a kind that is not supported; or adapters that fit another model.
    /// </exception>
    public static LanguageModel Load(string folder, LanguageModelOptions? options = null) =>
        new(LocalModel.Load(folder, (options ?? new LanguageModelOptions()).ToSource(folder)));

    /// <summary>Loads <see cref="EmbeddedModel"/>, the small arithmetic model that ships with the library.</summary>
    /// <param name="options">Threads, instruction set, adapters.</param>
    /// <exception cref="InputException">The application was copied without it; or as for <see cref="Load"/>.</exception>
    public static LanguageModel LoadDefault(LanguageModelOptions? options = null) => Load(EmbeddedModel.Folder, options);

    /// <inheritdoc/>
    public IReadOnlyList<TokenTrace[]> Trace(
        IReadOnlyList<TraceQuery> queries, double alpha = 1, CancellationToken cancellation = default) =>
        _model.Trace(queries, alpha, cancellation);

    /// <summary>Traces with alpha = 1, to the same bits, and the likeliest tokens at each state.</summary>
    /// <param name="queries">Prompts with their responses.</param>
    /// <param name="count">How many likely tokens are wanted at each state; 0: the token's rank alone.</param>
    /// <param name="cancellation">Stops between layers.</param>
    /// <exception cref="InputException">As for traces.</exception>
    public IReadOnlyList<TokenTrace[]> TraceLikeliest(
        IReadOnlyList<TraceQuery> queries, int count, CancellationToken cancellation = default) =>
        _model.TraceLikeliest(queries, count, cancellation);

    /// <summary>
    /// A trained reward model's score of each prompt + response, read at its last token; of a process reward model the chance
    /// that the step that ends there is right.
    /// </summary>
    /// <param name="queries">Prompts with their responses.</param>
    /// <param name="cancellation">Stops between layers.</param>
    /// <returns>For each query, one score a response, in order.</returns>
    /// <exception cref="InputException">As for traces; or the checkpoint has no score head.</exception>
    public IReadOnlyList<double[]> Score(IReadOnlyList<TraceQuery> queries, CancellationToken cancellation = default) =>
        _model.Score(queries, cancellation);

    bool ITextGenerator.KeepsFormats => true;

    /// <inheritdoc/>
    public IReadOnlyList<GeneratedResponse[]> Generate(
        IReadOnlyList<int[]> prompts,
        int responsesPerPrompt,
        SamplingOptions options,
        Action<GeneratedToken>? onToken = null,
        CancellationToken cancellation = default) =>
        Telemetry.Measure("generate", count =>
        {
            (count.Rows, count.TokensRead) = (prompts.Count, prompts.Sum(p => (long)p.Length));
            IReadOnlyList<GeneratedResponse[]> drawn =
                _model.Generate(prompts, responsesPerPrompt, options, onToken, cancellation);
            count.Responses = drawn.Sum(d => (long)d.Length);
            count.TokensSampled = drawn.Sum(d => d.Sum(r => (long)r.TokenIds.Length));
            return drawn;
        });

    /// <summary>Waits for a call under way; later ones are refused.</summary>
    public void Dispose() => _model.Dispose();
}
