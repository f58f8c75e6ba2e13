namespace Innate.Compute.Simd;

/// <summary>
/// Sixteen float32 lanes: one 512-bit register, two of 256 bits, or four of 128. Kernels are written once over this type, so
/// a reduction has the same sixteen partial sums and the same final tree on every machine, and the paths agree bit for bit.
/// </summary>
/// <typeparam name="T">The implementing struct.</typeparam>
internal unsafe interface ILanes<T>
    where T : struct, ILanes<T>
{
    const int Count = 16;

    static abstract T Broadcast(float value);

    static abstract T Load(float* source);

    static abstract void Store(T value, float* destination);

    static abstract T operator +(T a, T b);

    static abstract T operator -(T a, T b);

    static abstract T operator *(T a, T b);

    static abstract T operator /(T a, T b);

    /// <summary>a * b + c, rounded once.</summary>
    static abstract T FusedMultiplyAdd(T a, T b, T c);

    /// <summary>a &gt; b ? a : b, lane by lane; b where either is NaN.</summary>
    static abstract T Max(T a, T b);

    /// <summary>a &lt; b ? a : b, lane by lane; b where either is NaN.</summary>
    static abstract T Min(T a, T b);

    /// <summary>a &lt; b ? whenLess : otherwise, lane by lane.</summary>
    static abstract T SelectLess(T a, T b, T whenLess, T otherwise);

    /// <summary>Rounds to the nearest integer, ties to even.</summary>
    static abstract T Round(T value);

    /// <summary>The square root, correctly rounded.</summary>
    static abstract T Sqrt(T value);

    /// <summary>2^n for whole n in [-126, 127].</summary>
    static abstract T PowerOfTwo(T n);

    /// <summary>Sum of the lanes: halves added, then quarters, eighths, and the last pair.</summary>
    static abstract float Sum(T value);

    /// <summary>The largest lane.</summary>
    static abstract float Maximum(T value);
}
