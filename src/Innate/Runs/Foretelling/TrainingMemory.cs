using Innate.Checkpoints;
using Innate.Compute;
using Innate.Compute.Kernels;
using Innate.Layers;
using Innate.Models;

namespace Innate.Runs.Foretelling;

/// <summary>Bytes that training holds beside what the process takes before the weights are loaded. Pure.</summary>
internal static class TrainingMemory
{
    private const long Float = sizeof(float);

    /// <summary>The weights, of which every one can be trained: blocks are widened.</summary>
    /// <param name="tensors">The checkpoint's.</param>
    public static long Weights(IEnumerable<TensorInfo> tensors) =>
        tensors.Sum(t => ElementTypes.IsBlocked(t.Type) ? t.Count * Float : t.Length);

    /// <summary>
    /// What a value that learns takes beside the weight: gradient, two moments, and of its master what the weight does not hold.
    /// </summary>
    /// <param name="values">Values that learn.</param>
    /// <param name="type">The model's own copy: a bfloat16 one is the upper half of its master.</param>
    /// <param name="narrowMoments">Whether the moments are bfloat16.</param>
    public static long Optimizer(long values, ElementType type, bool narrowMoments) => values * (Float + (narrowMoments ? 4 : 8)
        + type switch { ElementType.BFloat16 => 2, ElementType.Float16 => 4, _ => 0 });

    /// <summary>The layers whose activations are kept; those of the others are computed again.</summary>
    /// <param name="config">The shape.</param>
    /// <param name="tokens">Tokens that are read.</param>
    /// <param name="room">Where they may lie.</param>
    public static KeptLayers Kept(ModelConfig config, int tokens, ActivationRoom room) => KeptLayers.Of(
        config.LayerCount, _ => LayerActivations.Bytes(tokens, AttentionFloats(config) + InnerFloats(config)),
        layer => layer * room.LayerGradients, room.Apart);

    /// <summary>Bytes of the gradients of a layer's matrices, where all of them learn.</summary>
    public static long LayerGradients(ModelConfig config) =>
        ModelTensors.LayerMatrices(config).Sum(t => t.Count) / config.LayerCount * Float;

    /// <summary>Floats a token that a layer's attention keeps, with the stream behind it.</summary>
    public static long AttentionFloats(ModelConfig config)
    {
        long streams = config.NormPlacement == NormPlacement.Before ? 1 : 2;
        long maps = config.QueryKeyNorm == QueryKeyNorm.None ? 2 : 3;
        return (streams * config.HiddenSize)
            + (maps * (config.HeadCount + config.KeyValueHeadCount) * config.HeadDimension);
    }

    /// <summary>Floats a token that a layer's MLP keeps, or the chosen of its experts.</summary>
    public static long InnerFloats(ModelConfig config) => config.Experts is { } experts && experts.Layers.All(has => has)
        ? 2L * experts.PerToken * experts.IntermediateSize
        : 2L * config.IntermediateSize;

    /// <summary>The passes' scratch and what is kept between forward and gradient: the most that one pass needs.</summary>
    /// <param name="config">The shape.</param>
    /// <param name="pass">What is read.</param>
    /// <param name="threads">Threads.</param>
    /// <param name="room">Where activations may lie.</param>
    public static long Passes(ModelConfig config, PassSize pass, int threads, ActivationRoom room)
    {
        long tokens = pass.Tokens, hidden = config.HiddenSize, heads = (long)config.HeadCount * config.HeadDimension;
        long keys = (long)config.KeyValueHeadCount * config.HeadDimension, inner = config.IntermediateSize;
        long block = Math.Min(tokens, GatedMlp.RowBlock), headRows = Math.Min(pass.HeadRows, LogitGradientKernel.Rows);
        KeptLayers kept = Kept(config, pass.Tokens, room);

        // The stream before each layer and after all; some layers' activations, and room for those of one that has none.
        long layer = tokens * AttentionFloats(config);
        long floats = ((config.LayerCount + 1) * tokens * hidden)
            + (kept.Apart * (layer + (tokens * InnerFloats(config))))
            + (kept.Count < config.LayerCount ? layer + (2 * block * inner) : 0);

        // Gradients of one layer's activations.
        floats += (tokens * (hidden + (2 * heads) + (2 * keys))) + (2 * block * (inner + hidden));

        // The head: its rows, their gradients, logits of some entries, and a side of a product each.
        floats += (3L * pass.HeadRows * hidden) + (headRows * ((3 * LogitGradientKernel.Entries) + hidden))
            + (LogitGradientKernel.Entries * hidden);
        return (floats * Float) + RunMemory.Reading(config, pass, threads);
    }
}
