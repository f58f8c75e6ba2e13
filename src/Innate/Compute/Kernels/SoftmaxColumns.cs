using System.Runtime.CompilerServices;
using Innate.Compute.Simd;
using Innate.Compute.Simd.Tiles;

namespace Innate.Compute.Kernels;

/// <summary>
/// Softmax down the columns of [keys, 32], and the gradient by its scores: the same operations in the same order, whether a
/// gradient follows or not. Each sweep is a method, so that each is inlined whole.
/// </summary>
/// <param name="weights">The products of queries and keys; become exponentials, then weights.</param>
/// <param name="count">Keys.</param>
internal unsafe struct SoftmaxColumns<T>(float* weights, int count)
    where T : struct, ILanes<T>
{
    private const int W = ITile.Width;

    private T _max0 = T.Broadcast(0);
    private T _max1 = T.Broadcast(0);
    private T _sum0 = T.Broadcast(0);
    private T _sum1 = T.Broadcast(0);

    // One over the sums, and the means of the slopes under the weights.
    private T _inverse0 = T.Broadcast(0);
    private T _inverse1 = T.Broadcast(0);
    private T _dot0 = T.Broadcast(0);
    private T _dot1 = T.Broadcast(0);

    private static int L => ILanes<T>.Count;

    /// <summary>The sum of the exponentials in the first half of the columns; in the second, <see cref="Sum1"/>.</summary>
    public readonly T Sum0 => _sum0;

    /// <summary>See <see cref="Sum0"/>.</summary>
    public readonly T Sum1 => _sum1;

    /// <summary>Room for capped scores, which the gradient needs; null: there is no cap, or no gradient.</summary>
    public float* Capped { get; init; }

    /// <summary>Scales, caps and masks, and finds the largest score.</summary>
    /// <param name="shape">Scale, cap, window.</param>
    /// <param name="sinks">The sinks, which are the first of the scores where the shape has some.</param>
    /// <param name="positions">The queries' positions.</param>
    /// <param name="lowest">The first positions that they see.</param>
    /// <param name="origin">The first key's position.</param>
    /// <param name="firstPosition">The first query's.</param>
    /// <param name="lastPosition">The last query's.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Score(
        AttentionShape shape, float* sinks, float* positions, float* lowest, int origin, int firstPosition, int lastPosition)
    {
        int clearFrom = shape.Window is { } w ? lastPosition - w + 1 : 0;
        T scale = T.Broadcast(shape.Scale), max0 = T.Broadcast(float.NegativeInfinity), max1 = max0;
        if (shape.Sinks is not null) (max0, max1) = (T.Load(sinks), T.Load(sinks + L));
        for (int j = 0; j < count; j++)
        {
            float* s = weights + ((nint)j * W);
            T s0 = T.Load(s) * scale, s1 = T.Load(s + L) * scale;
            if (shape.SoftCap is { } cap)
            {
                s0 = RowKernels.SoftCap(s0, cap);
                s1 = RowKernels.SoftCap(s1, cap);
                if (Capped is not null)
                {
                    T.Store(s0, Capped + ((nint)j * W));
                    T.Store(s1, Capped + ((nint)j * W) + L);
                }
            }

            int position = origin + j;
            if (position > firstPosition || position < clearFrom)
            {
                T p = T.Broadcast(position), hidden = T.Broadcast(float.NegativeInfinity);
                s0 = T.SelectLess(T.Load(positions), p, hidden, T.SelectLess(p, T.Load(lowest), hidden, s0));
                s1 = T.SelectLess(T.Load(positions + L), p, hidden, T.SelectLess(p, T.Load(lowest + L), hidden, s1));
            }

            max0 = T.Max(s0, max0);
            max1 = T.Max(s1, max1);
            T.Store(s0, s);
            T.Store(s1, s + L);
        }

        (_max0, _max1) = (max0, max1);
    }

    /// <summary>Makes exponentials, and sums them.</summary>
    /// <param name="sinks">The sinks; null: there are none.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Exponentiate(float* sinks)
    {
        T max0 = _max0, max1 = _max1, sum0 = T.Broadcast(0), sum1 = sum0;
        if (sinks is not null)
        {
            (sum0, sum1) = (LaneMath.Exp(T.Load(sinks) - max0), LaneMath.Exp(T.Load(sinks + L) - max1));
        }

        for (int j = 0; j < count; j++)
        {
            float* s = weights + ((nint)j * W);
            T p0 = LaneMath.Exp(T.Load(s) - max0), p1 = LaneMath.Exp(T.Load(s + L) - max1);
            sum0 += p0;
            sum1 += p1;
            T.Store(p0, s);
            T.Store(p1, s + L);
        }

        (_sum0, _sum1) = (sum0, sum1);
    }

    /// <summary>The means of the slopes under the weights.</summary>
    /// <param name="slopes">The gradients by the weights.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Average(float* slopes)
    {
        T dot0 = T.Broadcast(0), dot1 = dot0;
        for (int j = 0; j < count; j++)
        {
            float* s = weights + ((nint)j * W);
            float* d = slopes + ((nint)j * W);
            dot0 = T.FusedMultiplyAdd(T.Load(s), T.Load(d), dot0);
            dot1 = T.FusedMultiplyAdd(T.Load(s + L), T.Load(d + L), dot1);
        }

        (_inverse0, _inverse1) = (T.Broadcast(1) / _sum0, T.Broadcast(1) / _sum1);
        (_dot0, _dot1) = (dot0 * _inverse0, dot1 * _inverse1);
    }

    /// <summary>Puts the gradients by the sinks in the sinks' place.</summary>
    public readonly void SinkTerms(float* sinks)
    {
        T.Store(T.Broadcast(0) - (LaneMath.Exp(T.Load(sinks) - _max0) * _inverse0 * _dot0), sinks);
        T.Store(T.Broadcast(0) - (LaneMath.Exp(T.Load(sinks + L) - _max1) * _inverse1 * _dot1), sinks + L);
    }

    /// <summary>Makes weights of exponentials, and the products' gradients of the weights'.</summary>
    /// <param name="shape">Scale and cap.</param>
    /// <param name="slopes">The gradients by the weights; become those by the products.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly void Differentiate(AttentionShape shape, float* slopes)
    {
        T scale = T.Broadcast(shape.Scale), inverse0 = _inverse0, inverse1 = _inverse1, dot0 = _dot0, dot1 = _dot1;
        for (int j = 0; j < count; j++)
        {
            float* s = weights + ((nint)j * W);
            float* d = slopes + ((nint)j * W);
            T p0 = T.Load(s) * inverse0, p1 = T.Load(s + L) * inverse1;
            T d0 = p0 * (T.Load(d) - dot0) * scale, d1 = p1 * (T.Load(d + L) - dot1) * scale;
            if (shape.SoftCap is { } cap)
            {
                // d/dx cap tanh(x / cap) = 1 - (capped / cap)^2
                T t0 = T.Load(Capped + ((nint)j * W)) / T.Broadcast(cap);
                T t1 = T.Load(Capped + ((nint)j * W) + L) / T.Broadcast(cap);
                d0 *= T.Broadcast(1) - (t0 * t0);
                d1 *= T.Broadcast(1) - (t1 * t1);
            }

            T.Store(p0, s);
            T.Store(p1, s + L);
            T.Store(d0, d);
            T.Store(d1, d + L);
        }
    }
}
