using Innate.Compute;
using Innate.Compute.Memory;
using Innate.Engines;
using LLama;
using LLama.Common;
using LLama.Exceptions;
using LLama.Native;

namespace Innate.LlamaCpp;

/// <summary>
/// llama.cpp's keys and values, with sequences that share those of a common beginning: tokens in, logits out. Not for concurrent
/// use.
/// </summary>
internal sealed unsafe class LlamaContext : IDisposable
{
    // Logits of one pass, which the library holds: 128 MB of them.
    private const int LogitsATime = 1 << 25;

    private readonly string _file;
    private readonly LLamaContext _context;
    private readonly IKernels _kernels;
    private readonly LLamaBatch _batch = new();

    /// <param name="weights">The model.</param>
    /// <param name="parameters">How it is run.</param>
    /// <param name="kernels">What logits are summed up with.</param>
    /// <exception cref="EngineException">The library cannot make it, mostly for want of memory.</exception>
    public LlamaContext(LLamaWeights weights, ModelParams parameters, IKernels kernels)
    {
        (_file, _kernels, VocabularySize) = (parameters.ModelPath, kernels, weights.Vocab.Count);
        int positions = (int)parameters.ContextSize!, most = Math.Min(positions, (int)parameters.BatchSize);
        Rows = Math.Clamp(LogitsATime / VocabularySize, 1, most);

        // The library wants room for a row of each sequence, however few positions or tokens a pass there are.
        parameters.ContextSize = Math.Max((uint)positions, parameters.SeqMax);
        parameters.BatchSize = parameters.UBatchSize = Math.Max((uint)Rows, parameters.SeqMax);
        try
        {
            _context = weights.CreateContext(parameters);
        }
        catch (Exception e) when (e is RuntimeError or LoadWeightsFailedException)
        {
            throw new EngineException(
                $"llama.cpp: {_file}: expected room for a context of {parameters.ContextSize} positions, found an error"
                + $"{NativeBackend.TakeReason()}.",
                e);
        }

        Decode = _context.NativeHandle.Decode;
    }

    /// <summary>The width of a row of logits.</summary>
    public int VocabularySize { get; }

    /// <summary>Tokens that one pass takes.</summary>
    public int Rows { get; }

    /// <summary>Tokens in the next pass.</summary>
    public int Count => _batch.TokenCount;

    /// <summary>Tokens that were read so far.</summary>
    public long TokensRead { get; private set; }

    /// <summary>The pass itself; a test stands in for one that fails.</summary>
    internal Func<LLamaBatch, DecodeResult> Decode { get; set; }

    /// <summary>Adds a token to the next pass.</summary>
    /// <param name="token">Its id.</param>
    /// <param name="position">Its place in its sequence, from 0.</param>
    /// <param name="sequence">The sequence.</param>
    /// <param name="logits">Whether the logits after it are asked for.</param>
    public void Add(int token, int position, int sequence, bool logits) =>
        _batch.Add(token, position, (LLamaSeqId)sequence, logits);

    /// <summary>Reads what was added.</summary>
    /// <exception cref="EngineException">The library gave up.</exception>
    public void Read()
    {
        NativeBackend.TakeReason();
        DecodeResult result = Decode(_batch);
        TokensRead += _batch.TokenCount;
        _batch.Clear();
        if (result == DecodeResult.Ok) return;
        throw new EngineException(
            $"llama.cpp: {_file}: expected a pass over tokens to end well, found {result}{NativeBackend.TakeReason()}.");
    }

    /// <summary>The logits after a token of the last pass, which asked for them; valid until the next one.</summary>
    /// <param name="row">The token's place in the pass.</param>
    /// <exception cref="EngineException">The library has none.</exception>
    public Span<float> Logits(int row)
    {
        try
        {
            return _context.NativeHandle.GetLogitsIth(row);
        }
        catch (RuntimeError e)
        {
            throw new EngineException($"llama.cpp: {_file}: expected the logits of token {row} of a pass, found none.", e);
        }
    }

    /// <summary>What the logits of neighbouring tokens of the last pass say, by this library's own arithmetic.</summary>
    /// <param name="first">The first token's place in the pass.</param>
    /// <param name="targets">The tokens that came after each, one a row.</param>
    /// <param name="alpha">The temperature of V.</param>
    public HeadTrace Trace(int first, int[] targets, double alpha)
    {
        HeadTrace all = HeadTrace.Of(targets.Length);
        for (int start = 0, end; start < targets.Length; start = end)
        {
            // Rows lie one after another wherever the library has no reason to order them otherwise.
            fixed (float* begin = Logits(first + start))
            {
                for (end = start + 1; end < targets.Length; end++)
                {
                    fixed (float* next = Logits(first + end))
                    {
                        if (next != begin + ((nint)(end - start) * VocabularySize)) break;
                    }
                }

                Matrix rows = new(begin, end - start, VocabularySize, VocabularySize);
                _kernels.TraceLogits(rows, targets[start..end], alpha).CopyTo(all, start);
            }
        }

        return all;
    }

    /// <summary>What stored logits say of one token.</summary>
    /// <param name="logits">One a vocabulary entry.</param>
    /// <param name="target">The token that came.</param>
    /// <param name="alpha">The temperature of V.</param>
    public HeadTrace Trace(ReadOnlySpan<float> logits, int target, double alpha)
    {
        fixed (float* row = logits)
        {
            return _kernels.TraceLogits(new Matrix(row, 1, VocabularySize, VocabularySize), [target], alpha);
        }
    }

    /// <summary>Another sequence begins with all of this one: keys and values are shared.</summary>
    public void Share(int sequence, int with) =>
        _context.NativeHandle.MemorySequenceCopy((LLamaSeqId)sequence, (LLamaSeqId)with, -1, -1);

    /// <summary>Forgets a sequence.</summary>
    public void Forget(int sequence) => _context.NativeHandle.MemorySequenceRemove((LLamaSeqId)sequence, -1, -1);

    /// <summary>Forgets all, and what a pass that failed left behind.</summary>
    public void Clear()
    {
        _batch.Clear();
        _context.NativeHandle.MemoryClear();
    }

    public void Dispose() => _context.Dispose();
}
