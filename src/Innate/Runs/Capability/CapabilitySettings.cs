using Innate.Runs.Evaluation;
using Innate.Sessions;

namespace Innate.Runs.Capability;

/// <summary>Several models on one benchmark, beside how well each foretells a text.</summary>
public sealed record CapabilitySettings
{
    /// <summary>What is measured of each; its model is left alone.</summary>
    public required EvaluationSettings Evaluation { get; init; }

    /// <summary>
    /// The models, two at least; a training run's folder stands for its checkpoints and its result.
    /// </summary>
    public required IReadOnlyList<ModelSource> Models { get; init; }

    /// <summary>
    /// The text that each foretells, a file; null: the arithmetic world's own, with its benchmarks.
    /// </summary>
    public string? Text { get; init; }

    /// <summary>At most so many bytes of it, cut at a character's end.</summary>
    public int TextBytes { get; init; } = 1 << 16;
}
