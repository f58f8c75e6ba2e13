using System.Runtime.CompilerServices;
using Innate.Compute.Simd;

namespace Innate.Compute.Kernels;

/// <summary>What the row-wise kernels' gradients are.</summary>
internal static unsafe partial class RowKernels
{
    /// <summary>
    /// Of one row of y = x s w with s = 1/sqrt(mean(x^2) + epsilon): s, and sum over columns of dy w x.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static (float Scale, float Dot) RmsNormSums<T>(float* x, float* weight, int columns, float epsilon, float* dy)
        where T : struct, ILanes<T>
    {
        const int L = ILanes<T>.Count;
        float* tail = stackalloc float[L];
        int whole = columns & ~(L - 1);
        T squares = T.Broadcast(0), dot = squares;
        for (int c = 0; c < whole; c += L)
        {
            T v = T.Load(x + c);
            squares = T.FusedMultiplyAdd(v, v, squares);
            dot = T.FusedMultiplyAdd(v * T.Load(weight + c), T.Load(dy + c), dot);
        }

        if (whole < columns)
        {
            T v = LoadTail<T>(x + whole, columns - whole, tail);
            squares = T.FusedMultiplyAdd(v, v, squares);
            T w = LoadTail<T>(weight + whole, columns - whole, tail);
            dot = T.FusedMultiplyAdd(v * w, LoadTail<T>(dy + whole, columns - whole, tail), dot);
        }

        return (1 / MathF.Sqrt((T.Sum(squares) / columns) + epsilon), T.Sum(dot));
    }

    /// <summary>dx (+)= s w dy - x s^3 dot / columns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void RmsNormBackward<T>(
        float* x, float* weight, int columns, float scale, float dot, float* dy, float* dx, bool add)
        where T : struct, ILanes<T>
    {
        const int L = ILanes<T>.Count;
        float pull = -(scale * scale * scale * dot / columns);
        int whole = columns & ~(L - 1);
        for (int c = 0; c < whole; c += L)
        {
            T d = T.Load(dy + c) * T.Load(weight + c) * T.Broadcast(scale);
            d = T.FusedMultiplyAdd(T.Load(x + c), T.Broadcast(pull), d);
            T.Store(add ? T.Load(dx + c) + d : d, dx + c);
        }

        for (int c = whole; c < columns; c++)
        {
            float d = MathF.FusedMultiplyAdd(x[c], pull, dy[c] * weight[c] * scale);
            dx[c] = add ? dx[c] + d : d;
        }
    }

    /// <summary>
    /// Of one row of h = activation(gate) up: h takes the place of dh, and the gradients those of gate and up.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void GateBackward<T>(Activation activation, float* gate, float* up, float* dh, int columns)
        where T : struct, ILanes<T>
    {
        const int L = ILanes<T>.Count;
        int whole = columns & ~(L - 1), rest = columns - whole;
        GateBackwardWhole<T>(activation, gate, up, dh, whole);
        if (rest == 0) return;
        float* tail = stackalloc float[3 * L];
        new Span<float>(tail, 3 * L).Clear();
        Copy(gate + whole, tail, rest);
        Copy(up + whole, tail + L, rest);
        Copy(dh + whole, tail + (2 * L), rest);
        GateBackwardWhole<T>(activation, tail, tail + L, tail + (2 * L), L);
        Copy(tail, gate + whole, rest);
        Copy(tail + L, up + whole, rest);
        Copy(tail + (2 * L), dh + whole, rest);
    }

    // By itself, so that all of it is inlined: a larger method is beyond what the compiler takes in.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void GateBackwardWhole<T>(Activation activation, float* gate, float* up, float* dh, int columns)
        where T : struct, ILanes<T>
    {
        for (int c = 0; c < columns; c += ILanes<T>.Count)
        {
            T g = T.Load(gate + c), u = T.Load(up + c), d = T.Load(dh + c);
            (T a, T slope) = ActivateWithSlope(activation, g);
            T.Store(a * u, dh + c);
            T.Store(d * u * slope, gate + c);
            T.Store(d * a, up + c);
        }
    }

    private static void Copy(float* from, float* to, int count) =>
        new ReadOnlySpan<float>(from, count).CopyTo(new Span<float>(to, count));

    /// <summary>The activation, with the bits of the forward pass, and its derivative.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (T Value, T Slope) ActivateWithSlope<T>(Activation activation, T x)
        where T : struct, ILanes<T>
    {
        T one = T.Broadcast(1);
        if (activation == Activation.Silu)
        {
            T s = LaneMath.Sigmoid(x);
            return (x * s, s * T.FusedMultiplyAdd(x, one - s, one));
        }

        T half = T.Broadcast(0.5f), k = T.Broadcast(0.7978845608028654f), cubic = T.Broadcast(0.044715f);
        T t = LaneMath.Tanh(T.FusedMultiplyAdd(x * x * x, cubic, x) * k);
        T inner = k * T.FusedMultiplyAdd(x * x, T.Broadcast(3 * 0.044715f), one);
        T slope = T.FusedMultiplyAdd(half * x * (one - (t * t)), inner, half * (one + t));
        return (half * x * (one + t), slope);
    }

    /// <summary>sum x y, in sixteen partial sums.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static float Dot<T>(float* x, float* y, int columns)
        where T : struct, ILanes<T>
    {
        const int L = ILanes<T>.Count;
        float* tail = stackalloc float[L];
        int whole = columns & ~(L - 1);
        T sum = T.Broadcast(0);
        for (int c = 0; c < whole; c += L) sum = T.FusedMultiplyAdd(T.Load(x + c), T.Load(y + c), sum);
        if (whole < columns)
        {
            T v = LoadTail<T>(x + whole, columns - whole, tail);
            sum = T.FusedMultiplyAdd(v, LoadTail<T>(y + whole, columns - whole, tail), sum);
        }

        return T.Sum(sum);
    }

    /// <summary>
    /// Of up to 16 columns, the sums over rows of dy x s (or of dy alone where x is null), added to
    /// <paramref name="sums"/> row after row.
    /// </summary>
    /// <param name="dy">[rows, columns], at the first of the columns.</param>
    /// <param name="x">As <paramref name="dy"/>; null for the sums of dy alone.</param>
    /// <param name="scales">s, one a row.</param>
    /// <param name="rows">Rows.</param>
    /// <param name="strideDy">Floats from a row of dy to the next.</param>
    /// <param name="strideX">Floats from a row of x to the next.</param>
    /// <param name="columns">1 to 16.</param>
    /// <param name="sums">One a column.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void ColumnSums<T>(
        float* dy, float* x, float* scales, int rows, nint strideDy, nint strideX, int columns, float* sums)
        where T : struct, ILanes<T>
    {
        const int L = ILanes<T>.Count;
        if (columns < L)
        {
            for (int t = 0; t < rows; t++)
            {
                for (int c = 0; c < columns; c++)
                {
                    float d = dy[(t * strideDy) + c];
                    sums[c] = x is null ? sums[c] + d : MathF.FusedMultiplyAdd(d, x[(t * strideX) + c] * scales[t], sums[c]);
                }
            }

            return;
        }

        T sum = T.Load(sums);
        for (int t = 0; t < rows; t++)
        {
            T d = T.Load(dy + (t * strideDy));
            sum = x is null ? sum + d : T.FusedMultiplyAdd(d, T.Load(x + (t * strideX)) * T.Broadcast(scales[t]), sum);
        }

        T.Store(sum, sums);
    }
}
