using Innate.Compute;

namespace Innate.Checkpoints;

/// <summary>Where one tensor of a checkpoint lies. Row-major, little endian, without gaps.</summary>
/// <param name="Name">The tensor's name, such as <c>model.norm.weight</c>.</param>
/// <param name="Type">How its elements are stored.</param>
/// <param name="Shape">Its sizes, outermost first; empty for a scalar.</param>
/// <param name="File">The full path of the file that holds it.</param>
/// <param name="Offset">Where its first byte lies, in bytes from the start of <paramref name="File"/>.</param>
/// <param name="Length">Its size in bytes.</param>
public sealed record TensorInfo(
    string Name, ElementType Type, IReadOnlyList<long> Shape, string File, long Offset, long Length)
{
    /// <summary>How many values it has.</summary>
    internal long Count => Shape.Aggregate(1L, (a, b) => a * b);

    /// <summary>
    /// Where a file keeps the rows of a rotary head pair by pair (GGUF's llama), the head's dimension; else 0. What is read is in
    /// the order of Hugging Face.
    /// </summary>
    internal int PairedHead { get; init; }

    /// <summary>What a file has added to every value (1 to the norms of GGUF's gemmas); else 0.</summary>
    internal float Added { get; init; }
}
