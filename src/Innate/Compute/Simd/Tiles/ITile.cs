namespace Innate.Compute.Simd.Tiles;

/// <summary>
/// The inner product of everything: C[r, 0..32) (+)= sum over k of A[k, r] * B[k, 0..32), for 12, 4 or 1 rows r. Each element
/// of C is one chain of fused multiply-adds over k in order, so its bits depend on its own row of A and column of B alone:
/// not on the rows beside it, the blocking, the thread, or the width of the registers.
/// </summary>
/// <remarks>
/// A is read as a[(k * strideA) + r]; B as 32 consecutive values of its own storage type for each k; C has rows of strideC
/// floats. With <c>add</c> the chain goes on from what C holds; without, it starts at zero.
/// </remarks>
internal unsafe interface ITile
{
    /// <summary>Columns of a panel.</summary>
    const int Width = 32;

    /// <summary>Rows of a full tile.</summary>
    const int Height = 12;

    static abstract void Multiply12<TB>(float* a, nint strideA, byte* b, int k, float* c, nint strideC, bool add)
        where TB : struct, IPanelType;

    static abstract void Multiply4<TB>(float* a, nint strideA, byte* b, int k, float* c, nint strideC, bool add)
        where TB : struct, IPanelType;

    static abstract void Multiply1<TB>(float* a, nint strideA, byte* b, int k, float* c, nint strideC, bool add)
        where TB : struct, IPanelType;
}
