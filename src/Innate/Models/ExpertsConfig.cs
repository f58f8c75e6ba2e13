using Innate.Compute;

namespace Innate.Models;

/// <summary>The experts that take the MLP's place in some layers.</summary>
public sealed record ExpertsConfig
{
    /// <summary>Experts of a layer.</summary>
    public required int Count { get; init; }

    /// <summary>Experts that each token chooses.</summary>
    public required int PerToken { get; init; }

    /// <summary>Width of one expert.</summary>
    public required int IntermediateSize { get; init; }

    /// <summary>How the router's logits become weights.</summary>
    public required ExpertWeighting Weighting { get; init; }

    /// <summary>Whether each layer has experts, or else one MLP.</summary>
    public required IReadOnlyList<bool> Layers { get; init; }

    /// <summary>Whether router and experts have biases (gpt_oss).</summary>
    public bool HasBias { get; init; }

    /// <summary>What takes the place of activation(gate) * up (gpt_oss); null: nothing does.</summary>
    public ClampedSwiGlu? Clamped { get; init; }

    /// <summary>Whether a checkpoint holds all experts of a layer in one tensor (gpt_oss).</summary>
    public bool AreFused { get; init; }

    /// <summary>What a checkpoint calls their tensors.</summary>
    internal ExpertNames Names { get; init; } = new("mlp", "gate", "gate_proj", "up_proj", "down_proj");
}

/// <summary>What a family's checkpoints call the parts of a layer of experts.</summary>
/// <param name="Block">The module of the layer that holds router and experts.</param>
/// <param name="Router">The router in it.</param>
/// <param name="Gate">An expert's gate, in <c>experts.N</c>.</param>
/// <param name="Up">An expert's up projection.</param>
/// <param name="Down">An expert's down projection.</param>
internal sealed record ExpertNames(string Block, string Router, string Gate, string Up, string Down);
