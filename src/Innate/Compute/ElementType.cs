namespace Innate.Compute;

/// <summary>How a weight is stored in a checkpoint and in memory. Arithmetic is always float32.</summary>
public enum ElementType
{
    /// <summary>IEEE binary32.</summary>
    Float32,

    /// <summary>IEEE binary16.</summary>
    Float16,

    /// <summary>The upper half of a binary32: 8 exponent bits, 7 fraction bits.</summary>
    BFloat16,

    /// <summary>GGUF's Q4_0: 32 values of 4 bits, one scale.</summary>
    Q4_0,

    /// <summary>GGUF's Q4_1: 32 values of 4 bits, a scale and a minimum.</summary>
    Q4_1,

    /// <summary>GGUF's Q5_0: 32 values of 5 bits, one scale.</summary>
    Q5_0,

    /// <summary>GGUF's Q5_1: 32 values of 5 bits, a scale and a minimum.</summary>
    Q5_1,

    /// <summary>GGUF's Q8_0: 32 values of 8 bits, one scale.</summary>
    Q8_0,

    /// <summary>GGUF's Q2_K: 256 values of 2 bits, 16 scales and minima of 4 bits.</summary>
    Q2_K,

    /// <summary>GGUF's Q3_K: 256 values of 3 bits, 16 scales of 6 bits.</summary>
    Q3_K,

    /// <summary>GGUF's Q4_K: 256 values of 4 bits, 8 scales and minima of 6 bits.</summary>
    Q4_K,

    /// <summary>GGUF's Q5_K: 256 values of 5 bits, 8 scales and minima of 6 bits.</summary>
    Q5_K,

    /// <summary>GGUF's Q6_K: 256 values of 6 bits, 16 scales of 8 bits.</summary>
    Q6_K,

    /// <summary>GGUF's IQ4_NL: 32 places of 4 bits in a table of 16 values, one scale.</summary>
    IQ4_NL,

    /// <summary>GGUF's IQ4_XS: 256 places of 4 bits in the table of IQ4_NL, 8 scales of 6 bits.</summary>
    IQ4_XS,

    /// <summary>OCP's MXFP4 as GGUF lays it out: 32 E2M1 values, one exponent.</summary>
    MXFP4,

    /// <summary>GGUF's TQ1_0: 256 values of -1, 0 and 1, five in a byte, one scale.</summary>
    TQ1_0,

    /// <summary>GGUF's TQ2_0: 256 values of -1, 0 and 1, four in a byte, one scale.</summary>
    TQ2_0,
}
