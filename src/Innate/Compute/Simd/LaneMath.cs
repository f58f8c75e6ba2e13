using System.Runtime.CompilerServices;

namespace Innate.Compute.Simd;

/// <summary>
/// Elementary functions of sixteen lanes, ours so that every path and every machine gives the same bits. Range reduction and
/// minimax polynomials are the classic single-precision ones (Cephes); errors are within two units in the last place.
/// </summary>
internal static class LaneMath
{
    /// <summary>e^x; exactly 0 below -87.33, e^88 above 88, and not a number where x is none or infinite.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Exp<T>(T x)
        where T : struct, ILanes<T>
    {
        T lowest = T.Broadcast(-87.33f);
        T clamped = T.Min(T.Max(x, lowest), T.Broadcast(88f));
        T n = T.Round(clamped * T.Broadcast(1.44269504088896341f));
        T r = T.FusedMultiplyAdd(n, T.Broadcast(-0.693359375f), clamped);
        r = T.FusedMultiplyAdd(n, T.Broadcast(2.12194440e-4f), r);
        T p = T.Broadcast(1.9875691500e-4f);
        p = T.FusedMultiplyAdd(p, r, T.Broadcast(1.3981999507e-3f));
        p = T.FusedMultiplyAdd(p, r, T.Broadcast(8.3334519073e-3f));
        p = T.FusedMultiplyAdd(p, r, T.Broadcast(4.1665795894e-2f));
        p = T.FusedMultiplyAdd(p, r, T.Broadcast(1.6666665459e-1f));
        p = T.FusedMultiplyAdd(p, r, T.Broadcast(5.0000001201e-1f));
        p = T.FusedMultiplyAdd(p, r * r, r) + T.Broadcast(1);
        // x - x is 0, or not a number: a clamp must not hide what went wrong before.
        return T.SelectLess(x, lowest, T.Broadcast(0), (p * T.PowerOfTwo(n)) + (x - x));
    }

    /// <summary>tanh x: a polynomial near 0, where 1 - 2/(e^2x + 1) would cancel.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Tanh<T>(T x)
        where T : struct, ILanes<T>
    {
        T z = x * x;
        T p = T.Broadcast(-5.70498872745e-3f);
        p = T.FusedMultiplyAdd(p, z, T.Broadcast(2.06390887954e-2f));
        p = T.FusedMultiplyAdd(p, z, T.Broadcast(-5.37397155531e-2f));
        p = T.FusedMultiplyAdd(p, z, T.Broadcast(1.33314422036e-1f));
        p = T.FusedMultiplyAdd(p, z, T.Broadcast(-3.33332819422e-1f));
        T near = T.FusedMultiplyAdd(p * z, x, x);
        T far = T.Broadcast(1) - (T.Broadcast(2) / (Exp(x + x) + T.Broadcast(1)));
        return T.SelectLess(z, T.Broadcast(0.625f * 0.625f), near, far);
    }

    /// <summary>1 / (1 + e^-x).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Sigmoid<T>(T x)
        where T : struct, ILanes<T> => T.Broadcast(1) / (T.Broadcast(1) + Exp(T.Broadcast(0) - x));
}
