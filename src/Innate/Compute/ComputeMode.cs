namespace Innate.Compute;

/// <summary>What products of activations and weights are formed in.</summary>
public enum ComputeMode
{
    /// <summary>float32, whatever weights are stored in.</summary>
    Exact,

    /// <summary>
    /// Integers, in the layers' maps and the head: weights as blocks, activations rounded to 8 bits in blocks of 32. Attention,
    /// norms and routers stay in float32.
    /// </summary>
    Int8,
}
