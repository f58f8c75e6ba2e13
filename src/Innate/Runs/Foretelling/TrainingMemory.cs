using Innate.Checkpoints;
using Innate.Compute;
using Innate.Layers;
using Innate.Models;

namespace Innate.Runs.Foretelling;

/// <summary>Bytes that training holds beside what the process takes before the weights are loaded. Pure.</summary>
internal static class TrainingMemory
{
    private const long Float = sizeof(float);

    // Rows and entries of the head whose logits exist at a time.
    private const int HeadRows = 2016, HeadEntries = 1024;

    // Where all layers' activations take no more than this, they are kept.
    private const long KeepBytes = 512L << 20;

    /// <summary>The weights, of which every one can be trained: blocks are widened.</summary>
    /// <param name="tensors">The checkpoint's.</param>
    public static long Weights(IEnumerable<TensorInfo> tensors) =>
        tensors.Sum(t => ElementTypes.IsBlocked(t.Type) ? t.Count * Float : t.Length);

    /// <summary>
    /// What a value that learns takes beside the weight: gradient, two moments, and a master where it is rounded.
    /// </summary>
    /// <param name="values">Values that learn.</param>
    /// <param name="isRounded">Whether the model's own copy is narrower than float32.</param>
    public static long Optimizer(long values, bool isRounded) => values * Float * (isRounded ? 4 : 3);

    /// <summary>Whether all layers' activations of a pass are kept for its gradient; else they are computed again.</summary>
    public static bool KeepsActivations(ModelConfig config, int tokens) =>
        tokens * config.LayerCount * Float * ((4L * config.HiddenSize) + (3L * config.HeadCount * config.HeadDimension)
            + (3L * config.KeyValueHeadCount * config.HeadDimension) + (2L * config.IntermediateSize)) <= KeepBytes;

    /// <summary>The passes' scratch and what is kept between forward and gradient: the most that one pass needs.</summary>
    public static long Passes(ModelConfig config, PassSize pass, int threads)
    {
        long tokens = pass.Tokens, hidden = config.HiddenSize, heads = (long)config.HeadCount * config.HeadDimension;
        long keys = (long)config.KeyValueHeadCount * config.HeadDimension, inner = config.IntermediateSize;
        long block = Math.Min(tokens, GatedMlp.RowBlock), headRows = Math.Min(pass.HeadRows, HeadRows);

        // The stream before each layer and after all; one layer's activations, or all layers'.
        long layer = tokens * ((3 * hidden) + (2 * heads) + (2 * keys));
        long floats = ((config.LayerCount + 1) * tokens * hidden)
            + (KeepsActivations(config, pass.Tokens) ? config.LayerCount * (layer + (2 * tokens * inner))
                : layer + (2 * block * inner));

        // Gradients of one layer's activations; its weights transposed.
        floats += (tokens * (hidden + (2 * heads) + (2 * keys))) + (2 * block * (inner + hidden));
        floats += (2 * hidden * (heads + keys)) + (3 * hidden * inner);

        // The head: its rows, their gradients, logits of some entries, these transposed, and a side of a product each.
        floats += (3L * pass.HeadRows * hidden) + (headRows * ((3 * HeadEntries) + hidden)) + (HeadEntries * hidden);
        return (floats * Float) + RunMemory.Reading(config, pass, threads);
    }
}
