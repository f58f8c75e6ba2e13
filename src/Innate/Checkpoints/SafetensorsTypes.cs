using Innate.Compute;

namespace Innate.Checkpoints;

/// <summary>The format's names for element types: <c>F32</c>, <c>BF16</c>, ...</summary>
internal static class SafetensorsTypes
{
    /// <summary>The element type of a dtype name, or null where Innate does not compute with it.</summary>
    public static ElementType? Supported(string dtype) => dtype switch
    {
        "F32" => ElementType.Float32,
        "F16" => ElementType.Float16,
        "BF16" => ElementType.BFloat16,
        _ => null,
    };

    /// <summary>Bits an element takes, for every dtype of the format; null for a name that is not the format's.</summary>
    public static int? Bits(string dtype) => dtype switch
    {
        "F4" => 4,
        "F6_E2M3" or "F6_E3M2" => 6,
        "BOOL" or "U8" or "I8" or "F8_E5M2" or "F8_E4M3" or "F8_E8M0" or "F8_E4M3FNUZ" or "F8_E5M2FNUZ" => 8,
        "U16" or "I16" or "F16" or "BF16" => 16,
        "U32" or "I32" or "F32" => 32,
        "U64" or "I64" or "F64" or "C64" => 64,
        _ => null,
    };

    /// <summary>The dtype name of an element type.</summary>
    public static string Name(ElementType type) => type switch
    {
        ElementType.Float32 => "F32",
        ElementType.Float16 => "F16",
        ElementType.BFloat16 => "BF16",
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "not an element type"),
    };

    /// <summary>Bytes an element takes.</summary>
    public static int Bytes(ElementType type) => Bits(Name(type))!.Value / 8;

    /// <summary>A shape as text: <c>[288, 64]</c>.</summary>
    public static string Text(IEnumerable<long> shape) => $"[{string.Join(", ", shape)}]";
}
