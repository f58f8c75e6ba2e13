using Innate.Compute;

namespace Innate.Checkpoints.Gguf;

/// <summary>Where one tensor of a GGUF file lies. Row-major, little-endian, without gaps.</summary>
/// <param name="Name">The tensor's name in the file, such as <c>blk.0.attn_q.weight</c>.</param>
/// <param name="Dimensions">Its sizes, innermost first, as the file has them: one to four.</param>
/// <param name="Type">How its elements are stored.</param>
/// <param name="File">The full path of the file that holds it.</param>
/// <param name="Offset">Where its first byte lies, in bytes from the start of <paramref name="File"/>.</param>
/// <param name="Length">Its size in bytes.</param>
internal sealed record GgufTensor(
    string Name, IReadOnlyList<long> Dimensions, ElementType Type, string File, long Offset, long Length);
