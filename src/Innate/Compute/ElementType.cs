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
}
