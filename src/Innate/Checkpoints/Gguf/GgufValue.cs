namespace Innate.Checkpoints.Gguf;

/// <summary>A key's value: a number itself, of a text or an array the place in the file.</summary>
/// <param name="Type">Its kind.</param>
/// <param name="Bits">A number's bytes, the lowest first.</param>
/// <param name="ElementType">Of an array: its elements' kind.</param>
/// <param name="Count">Of an array: how many there are.</param>
/// <param name="Offset">Where a text's or an array's first byte lies, behind its length, from the start of the file.</param>
/// <param name="Length">The bytes of a text, or of an array's elements.</param>
internal readonly record struct GgufValue(
    GgufValueType Type, ulong Bits, GgufValueType ElementType = default, long Count = 0, long Offset = 0, long Length = 0);
