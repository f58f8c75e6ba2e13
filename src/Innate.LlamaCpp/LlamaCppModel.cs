using Innate.Compute;
using Innate.Engines;
using Innate.Generation;
using Innate.Models;
using Innate.Text;
using Innate.Traces;
using LLama;
using LLama.Common;
using LLama.Exceptions;
using LLama.Native;

namespace Innate.LlamaCpp;

/// <summary>
/// A GGUF file that llama.cpp runs in this process, as a source of whole traces and of samples: the logits of each response token
/// are summed up by this library's own arithmetic, and tokens are sampled from them by its own sampler. Calls from several
/// threads take turns.
/// </summary>
/// <remarks>
/// The numbers are llama.cpp's: they vary in the last digits with its version, its backend and the processor or card. On one
/// machine a trace depends on its own query alone.
/// </remarks>
public sealed class LlamaCppModel : ITraceSource, ITextGenerator, IDisposable
{
    // Responses that are read or sampled together; the prompt has a sequence of its own.
    private const int Together = 16;

    // More than any model has: all.
    private const int AllLayers = 9999;

    private readonly Lock _turn = new();
    private readonly LLamaWeights _weights;
    private readonly IKernels _kernels;
    private readonly LlamaTracing _tracing;
    private readonly LlamaSampling _sampling;
    private bool _disposed;

    private LlamaCppModel(LLamaWeights weights, IKernels kernels, ModelParams parameters)
    {
        (_weights, _kernels) = (weights, kernels);
        int positions = (int)parameters.ContextSize!;
        Context = new LlamaContext(weights, parameters, kernels);
        MaxPositions = Math.Min(positions, weights.ContextSize);
        _tracing = new LlamaTracing(Context, Together + 1, positions);
        _sampling = new LlamaSampling(Context, Together, positions, MaxPositions);
    }

    /// <inheritdoc/>
    public int VocabularySize => Context.VocabularySize;

    /// <summary>The longest prompt + response: of the model's context and the one that was asked for, the smaller.</summary>
    public int MaxPositions { get; }

    /// <inheritdoc/>
    public string ContextInWords => MaxPositions < _weights.ContextSize
        ? $"llama.cpp's context of {MaxPositions} (--engine-context {MaxPositions})"
        : $"the model's context of {MaxPositions}";

    /// <summary>Tokens that llama.cpp has read so far: a prompt's once for all its responses.</summary>
    public long TokensRead => Context.TokensRead;

    internal LlamaContext Context { get; }

    /// <summary>Loads a GGUF file, of a file in parts the first part's name.</summary>
    /// <param name="file">The file.</param>
    /// <param name="settings">Layers on a graphics card, context, batch; null: the defaults.</param>
    /// <param name="threads">Null: one a logical processor.</param>
    /// <exception cref="InputException">
    /// No native library; no GGUF file, or one of a model that gives no logits from left to right; settings out of range.
    /// </exception>
    /// <exception cref="EngineException">llama.cpp cannot load it.</exception>
    public static LlamaCppModel Load(string file, LlamaCppSettings? settings = null, int? threads = null)
    {
        settings ??= new LlamaCppSettings();
        settings.Check();
        file = Path.GetFullPath(file);
        LlamaFile.RequireDecoder(file);
        NativeBackend.Load();
        if (settings.GpuLayers > 0 && !NativeApi.llama_supports_gpu_offload())
        {
            throw new InputException(
                nameof(settings.GpuLayers), "0, for the native library that was found runs on the processor alone",
                $"{settings.GpuLayers}");
        }

        ModelParams parameters = Parameters(file, settings, threads ?? Environment.ProcessorCount);
        LLamaWeights weights = LoadWeights(parameters);
        IKernels kernels = CpuKernels.Create(threads);
        try
        {
            if (weights.NativeHandle.HasEncoder || !weights.NativeHandle.HasDecoder || weights.NativeHandle.IsDiffusion)
            {
                throw new InputException($"{file}: expected a decoder, which reads from left to right, found another model.");
            }

            return new LlamaCppModel(weights, kernels, parameters);
        }
        catch
        {
            kernels.Dispose();
            weights.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    /// <exception cref="EngineException">llama.cpp gave up.</exception>
    public IReadOnlyList<TokenTrace[]> Trace(
        IReadOnlyList<TraceQuery> queries, double alpha = 1, CancellationToken cancellation = default)
    {
        QueryCheck.CheckAlpha(alpha);
        foreach (TraceQuery query in queries) QueryCheck.Check(query, this);
        return TakeTurn(() => queries.Select(q => _tracing.Trace(q, alpha, cancellation)).ToArray());
    }

    bool ITextGenerator.KeepsFormats => true;

    /// <inheritdoc/>
    /// <exception cref="EngineException">llama.cpp gave up.</exception>
    public IReadOnlyList<GeneratedResponse[]> Generate(
        IReadOnlyList<int[]> prompts,
        int responsesPerPrompt,
        SamplingOptions options,
        Action<GeneratedToken>? onToken = null,
        CancellationToken cancellation = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(responsesPerPrompt, 1);
        var job = new DecodingJob(prompts, responsesPerPrompt, options, onToken);
        ModelGenerator.Check(job, VocabularySize, MaxPositions, ContextInWords);
        return TakeTurn(() =>
        {
            _sampling.Run(job, cancellation);
            return job.Results;
        });
    }

    /// <summary>The file's own tokenizer, as llama.cpp cuts text.</summary>
    internal Tokenizer ReadTokenizer() => LlamaTokens.Read(_weights.NativeHandle);

    /// <summary>Waits for a call under way; later ones are refused.</summary>
    public void Dispose()
    {
        lock (_turn)
        {
            if (_disposed) return;
            _disposed = true;
            Context.Dispose();
            _weights.Dispose();
            _kernels.Dispose();
        }
    }

    private static ModelParams Parameters(string file, LlamaCppSettings settings, int threads) => new(file)
    {
        GpuLayerCount = settings.GpuLayers ?? AllLayers,
        ContextSize = (uint)settings.Context,
        BatchSize = (uint)settings.Batch,
        Threads = threads,
        BatchThreads = threads,
        SeqMax = Together + 1,

        // One pool of positions, in which sequences share what they have in common.
        KVUnified = true,

        // A window's keys and values stay as long as the sequences that begin with them.
        SwaFull = true,
    };

    private static LLamaWeights LoadWeights(ModelParams parameters)
    {
        NativeBackend.TakeReason();
        try
        {
            return LLamaWeights.LoadFromFile(parameters);
        }
        catch (Exception e) when (e is LoadWeightsFailedException or RuntimeError or InvalidOperationException)
        {
            throw new EngineException(
                $"llama.cpp: {parameters.ModelPath}: expected a model that it loads, found an error{NativeBackend.TakeReason()}.",
                e);
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
