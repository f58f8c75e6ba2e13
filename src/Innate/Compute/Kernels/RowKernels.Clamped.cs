using System.Runtime.CompilerServices;
using Innate.Compute.Simd;

namespace Innate.Compute.Kernels;

/// <summary>The clamped SwiGLU and its gradient.</summary>
internal static unsafe partial class RowKernels
{
    /// <summary>gate = g sigmoid(alpha g) (u + 1), g and u being gate and up within their limits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void GateClamped<T>(ClampedSwiGlu form, float* gate, float* up, int columns)
        where T : struct, ILanes<T>
    {
        const int L = ILanes<T>.Count;
        float* tail = stackalloc float[L];
        int whole = columns & ~(L - 1);
        T alpha = T.Broadcast(form.Alpha), limit = T.Broadcast(form.Limit);
        for (int c = 0; c < whole; c += L) T.Store(Clamped(alpha, limit, T.Load(gate + c), T.Load(up + c)), gate + c);
        if (whole < columns)
        {
            T g = LoadTail<T>(gate + whole, columns - whole, tail);
            T u = LoadTail<T>(up + whole, columns - whole, tail);
            StoreTail(Clamped(alpha, limit, g, u), gate + whole, columns - whole, tail);
        }
    }

    /// <summary>
    /// Of one row of <see cref="GateClamped"/>: h takes the place of dh, and the gradients those of gate and up. What was cut off
    /// has none.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void GateClampedBackward<T>(ClampedSwiGlu form, float* gate, float* up, float* dh, int columns)
        where T : struct, ILanes<T>
    {
        const int L = ILanes<T>.Count;
        float* tail = stackalloc float[L];
        T alpha = T.Broadcast(form.Alpha), limit = T.Broadcast(form.Limit), zero = T.Broadcast(0), one = T.Broadcast(1);
        for (int c = 0; c < columns; c += L)
        {
            int count = Math.Min(columns - c, L);
            T g = LoadTail<T>(gate + c, count, tail), u = LoadTail<T>(up + c, count, tail);
            T d = LoadTail<T>(dh + c, count, tail);
            T h = Clamped(alpha, limit, g, u), cut = T.Min(limit, g), s = LaneMath.Sigmoid(alpha * cut);
            T slope = s * T.FusedMultiplyAdd(alpha * cut, one - s, one);
            T dGate = d * (Within(limit, u) + one) * slope, dUp = d * (cut * s);
            StoreTail(h, dh + c, count, tail);
            StoreTail(T.SelectLess(limit, g, zero, dGate), gate + c, count, tail);
            StoreTail(T.SelectLess(limit, u, zero, T.SelectLess(u, zero - limit, zero, dUp)), up + c, count, tail);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Clamped<T>(T alpha, T limit, T gate, T up)
        where T : struct, ILanes<T>
    {
        T g = T.Min(limit, gate);
        return g * LaneMath.Sigmoid(alpha * g) * (Within(limit, up) + T.Broadcast(1));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Within<T>(T limit, T value)
        where T : struct, ILanes<T> => T.Max(T.Broadcast(0) - limit, T.Min(limit, value));
}
