using System.Runtime.CompilerServices;
using Innate.Compute.Kernels;
using Innate.Compute.Simd.Tiles;
using Innate.Generation;
using Innate.Layers;
using Innate.Models;

namespace Innate.Runs.Foretelling;

/// <summary>Bytes that a run holds beside what the process and the model's weights take. Pure.</summary>
internal static class RunMemory
{
    private const long Float = sizeof(float);

    // A row of the head notes so many floats of each block of the vocabulary.
    private static readonly int HeadNote = Unsafe.SizeOf<TraceHeadKernel.Partial>() / sizeof(float);

    /// <summary>The scratch of reading: the most that one of the passes needs.</summary>
    public static long Reading(ModelConfig config, PassSize pass, int threads)
    {
        long tokens = pass.Tokens, hidden = config.HiddenSize, heads = (long)config.HeadCount * config.HeadDimension;
        long keys = (long)config.KeyValueHeadCount * config.HeadDimension, inner = Inner(config);
        long block = Math.Min(tokens, GatedMlp.RowBlock), headRows = Math.Min(pass.HeadRows, TraceHeadKernel.Rows);
        long floats = (2 * tokens * (hidden + heads)) + (4 * tokens * keys) + (2 * block * inner) + (pass.HeadRows * hidden);

        // One product's rows, as the kernels take them.
        floats += Math.Max(Math.Max(tokens * Math.Max(hidden, heads), block * inner), headRows * hidden);
        if (!config.IsClassifier) floats += headRows * HeadNote * config.VocabularySize / TraceHeadKernel.Block;
        floats += threads * Math.Max(
            (long)(pass.Longest + (2 * config.HeadDimension)) * ITile.Width, TraceHeadKernel.Block * hidden);
        return floats * Float;
    }

    /// <summary>Keys and values of prompts and responses that are sampled together, and the logits of a step.</summary>
    /// <param name="config">The shape.</param>
    /// <param name="promptTokens">Tokens of the prompts, each once.</param>
    /// <param name="branches">Responses that are sampled at the same time.</param>
    /// <param name="tokens">The most tokens of each.</param>
    public static long Sampling(ModelConfig config, long promptTokens, long branches, long tokens)
    {
        long position = 2L * config.KeyValueHeadCount * config.HeadDimension * config.LayerCount * Float;
        const int span = ContinuousDecoding.SpanSize;
        long grown = (tokens + span - 1) / span * span;
        return ((promptTokens + (branches * grown)) * position) + (branches * config.VocabularySize * Float);
    }

    private static long Inner(ModelConfig config) => config.Experts is { } experts && experts.Layers.All(has => has)
        ? experts.IntermediateSize
        : config.IntermediateSize;
}
