using Innate.Compute.Simd.Tiles;
using Innate.Layers;
using Innate.Models;

namespace Innate.Runs.Foretelling;

/// <summary>Bytes that a run holds beside what the process and the model's weights take. Pure.</summary>
internal static class RunMemory
{
    private const long Float = sizeof(float);

    // Rows that the head takes at a time, and what it notes of each for 256 entries of the vocabulary.
    private const int HeadRows = 504, HeadBlock = 256, HeadNote = 5;

    // Positions that a response's keys and values grow by.
    private const int Span = 96;

    /// <summary>The scratch of reading: the most that one of the passes needs.</summary>
    public static long Reading(ModelConfig config, PassSize pass, int threads)
    {
        long tokens = pass.Tokens, hidden = config.HiddenSize, heads = (long)config.HeadCount * config.HeadDimension;
        long keys = (long)config.KeyValueHeadCount * config.HeadDimension, inner = Inner(config);
        long block = Math.Min(tokens, GatedMlp.RowBlock), headRows = Math.Min(pass.HeadRows, HeadRows);
        long floats = (2 * tokens * (hidden + heads)) + (4 * tokens * keys) + (2 * block * inner) + (pass.HeadRows * hidden);

        // One product's rows, as the kernels take them.
        floats += Math.Max(Math.Max(tokens * Math.Max(hidden, heads), block * inner), headRows * hidden);
        if (!config.IsClassifier) floats += headRows * HeadNote * config.VocabularySize / HeadBlock;
        floats += threads * Math.Max((long)(pass.Longest + (2 * config.HeadDimension)) * ITile.Width, HeadBlock * hidden);
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
        long grown = (tokens + Span - 1) / Span * Span;
        return ((promptTokens + (branches * grown)) * position) + (branches * config.VocabularySize * Float);
    }

    private static long Inner(ModelConfig config) => config.Experts is { } experts && experts.Layers.All(has => has)
        ? experts.IntermediateSize
        : config.IntermediateSize;
}
