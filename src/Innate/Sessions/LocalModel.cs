using Innate.Compute;
using Innate.Generation;
using Innate.Models;
using Innate.Traces;

namespace Innate.Sessions;

/// <summary>
/// A checkpoint folder, loaded: for traces, for samples, for a trained classifier's scores. Calls from several threads take
/// turns.
/// </summary>
internal sealed class LocalModel : ITraceSource, ITextGenerator, IDisposable
{
    private readonly Lock _turn = new();
    private readonly ModelTraceSource _traces;
    private readonly ModelGenerator _generator;
    private bool _disposed;

    private LocalModel(CausalLanguageModel decoder, long prefixCacheBytes)
    {
        Decoder = decoder;
        _traces = new ModelTraceSource(decoder, prefixCacheBytes);
        _generator = new ModelGenerator(decoder);
    }

    /// <summary>The decoder itself; not for concurrent use.</summary>
    public CausalLanguageModel Decoder { get; }

    /// <inheritdoc/>
    public int VocabularySize => Decoder.Config.VocabularySize;

    /// <inheritdoc/>
    public int MaxPositions => Decoder.Config.MaxPositions;

    /// <inheritdoc/>
    public bool HoldsLogits => true;

    /// <summary>Prompt tokens that were not read again, as an earlier call's prompt began with them.</summary>
    public long PrefixTokensSaved => _traces.PrefixTokensSaved;

    /// <summary>Loads a folder: of the source its adapter, threads, instruction set and prefix cache count.</summary>
    /// <exception cref="InputException">
    /// A file that is missing, damaged, or of a kind that is not supported; or adapters that fit another model.
    /// </exception>
    public static LocalModel Load(string folder, ModelSource source) => Load(
        folder, source, new WeightForms { Integers = source.Compute == ComputeMode.Int8, Quantized = source.Quantize });

    /// <summary>The same with quantised matrices as float32, so that every weight can be trained and written.</summary>
    /// <param name="folder">The checkpoint.</param>
    /// <param name="source">As for <see cref="Load(string, ModelSource)"/>.</param>
    /// <param name="fresh">The score head that takes the language head's place; null: the model keeps its own.</param>
    public static LocalModel LoadWidened(string folder, ModelSource source, FreshHead? fresh = null) =>
        Load(folder, source, new WeightForms { Widened = true }, fresh);

    /// <summary>
    /// The same with its adapter in the weights, in their own element types, or float32 where those are quantised: what is
    /// written as a whole model.
    /// </summary>
    public static LocalModel LoadMerged(string folder, ModelSource source) =>
        Load(folder, source, new WeightForms { Merged = true, Widened = true });

    /// <summary>The same with a score head in the language head's place, to be trained beside adapters.</summary>
    internal static LocalModel Load(string folder, ModelSource source, FreshHead fresh) =>
        Load(folder, source, new WeightForms(), fresh);

    private static LocalModel Load(string folder, ModelSource source, WeightForms forms, FreshHead? fresh = null)
    {
        if (source.Threads is < 1 or > ThreadTeam.MaxThreads)
        {
            throw new InputException(nameof(source.Threads), $"1 to {ThreadTeam.MaxThreads}", $"{source.Threads}");
        }

        source.RequireCompute();
        if (!forms.Integers) source.RequireExact();

        IKernels kernels = CpuKernels.Create(source.Threads, source.Simd);
        try
        {
            return new LocalModel(
                ModelLoader.Load(folder, kernels, source.Warn, source.Adapter, forms, fresh), source.PrefixCacheBytes);
        }
        catch
        {
            kernels.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<TokenTrace[]> Trace(
        IReadOnlyList<TraceQuery> queries, double alpha = 1, CancellationToken cancellation = default) =>
        TakeTurn(() => _traces.Trace(queries, alpha, cancellation));

    /// <summary>Traces with alpha = 1, to the same bits, and the likeliest tokens at each state.</summary>
    public IReadOnlyList<TokenTrace[]> TraceLikeliest(
        IReadOnlyList<TraceQuery> queries, int count, CancellationToken cancellation) =>
        TakeTurn(() => _traces.TraceLikeliest(queries, count, cancellation));

    /// <summary>A trained reward model's score of each prompt + response, read at its last token.</summary>
    public IReadOnlyList<double[]> Score(IReadOnlyList<TraceQuery> queries, CancellationToken cancellation) =>
        TakeTurn(() => _traces.Score(queries, cancellation));

    bool ITextGenerator.KeepsFormats => true;

    /// <inheritdoc/>
    public IReadOnlyList<GeneratedResponse[]> Generate(
        IReadOnlyList<int[]> prompts,
        int responsesPerPrompt,
        SamplingOptions options,
        Action<GeneratedToken>? onToken = null,
        CancellationToken cancellation = default) =>
        TakeTurn(() => _generator.Generate(prompts, responsesPerPrompt, options, onToken, cancellation));

    /// <summary>Waits for a call under way; later ones are refused.</summary>
    public void Dispose()
    {
        lock (_turn)
        {
            _disposed = true;
            _traces.Dispose();
            Decoder.Dispose();
        }
    }

    private T TakeTurn<T>(Func<T> work)
    {
        lock (_turn)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            return work();
        }
    }
}
