using Innate.Compute;

namespace Innate.Checkpoints.Gguf;

/// <summary>The numbers under which ggml knows the types of tensors.</summary>
internal static class GgufTensorTypes
{
    /// <summary>The element type of a number; null: Innate computes with none such.</summary>
    public static ElementType? Supported(uint number) => number switch
    {
        0 => ElementType.Float32,
        1 => ElementType.Float16,
        2 => ElementType.Q4_0,
        3 => ElementType.Q4_1,
        6 => ElementType.Q5_0,
        7 => ElementType.Q5_1,
        8 => ElementType.Q8_0,
        10 => ElementType.Q2_K,
        11 => ElementType.Q3_K,
        12 => ElementType.Q4_K,
        13 => ElementType.Q5_K,
        14 => ElementType.Q6_K,
        20 => ElementType.IQ4_NL,
        23 => ElementType.IQ4_XS,
        30 => ElementType.BFloat16,
        34 => ElementType.TQ1_0,
        35 => ElementType.TQ2_0,
        39 => ElementType.MXFP4,
        _ => null,
    };

    /// <summary>The number of an element type.</summary>
    public static uint Number(ElementType type)
    {
        for (uint number = 0; number < 64; number++)
        {
            if (Supported(number) == type) return number;
        }

        throw new ArgumentOutOfRangeException(nameof(type), type, "not an element type");
    }

    /// <summary>What ggml calls a type that is not supported here, with its number.</summary>
    public static string Name(uint number)
    {
        string? name = number switch
        {
            4 => "Q4_2",
            5 => "Q4_3",
            9 => "Q8_1",
            15 => "Q8_K",
            16 => "IQ2_XXS",
            17 => "IQ2_XS",
            18 => "IQ3_XXS",
            19 => "IQ1_S",
            21 => "IQ3_S",
            22 => "IQ2_S",
            24 => "I8",
            25 => "I16",
            26 => "I32",
            27 => "I64",
            28 => "F64",
            29 => "IQ1_M",
            31 => "Q4_0_4_4",
            32 => "Q4_0_4_8",
            33 => "Q4_0_8_8",
            36 => "IQ4_NL_4_4",
            37 => "IQ4_NL_4_8",
            38 => "IQ4_NL_8_8",
            40 => "NVFP4",
            _ => null,
        };
        return name is null ? $"number {number}" : $"{name} (number {number})";
    }
}
