using System.Runtime.CompilerServices;
using Innate.Compute.Simd;

namespace Innate.Compute.Kernels;

/// <summary>The optimizer's element-wise work over flat memory of any size.</summary>
internal static unsafe class OptimizerKernel
{
    /// <summary>Sum of squares, 16 partial sums and then one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static double SumOfSquares<T>(float* x, int count)
        where T : struct, ILanes<T>
    {
        const int L = ILanes<T>.Count;
        T sum = T.Broadcast(0);
        int whole = count & ~(L - 1);
        for (int i = 0; i < whole; i += L)
        {
            T v = T.Load(x + i);
            sum = T.FusedMultiplyAdd(v, v, sum);
        }

        double total = T.Sum(sum);
        for (int i = whole; i < count; i++) total += (double)x[i] * x[i];
        return total;
    }

    /// <summary>One step of AdamW; the gradient is zeroed for the next.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void AdamW<T>(in AdamWStep step, float* w, float* g, float* m, float* v, int count)
        where T : struct, ILanes<T>
    {
        const int L = ILanes<T>.Count;
        T keep = T.Broadcast(step.Keep), rate = T.Broadcast(step.Rate), scale = T.Broadcast(step.GradientScale);
        T beta1 = T.Broadcast(step.Beta1), rest1 = T.Broadcast(1 - step.Beta1);
        T beta2 = T.Broadcast(step.Beta2), rest2 = T.Broadcast(1 - step.Beta2);
        T root = T.Broadcast(step.InverseRootCorrection), epsilon = T.Broadcast(step.Epsilon), zero = T.Broadcast(0);
        int whole = count & ~(L - 1);
        for (int i = 0; i < whole; i += L)
        {
            T d = T.Load(g + i) * scale;
            T first = T.FusedMultiplyAdd(beta1, T.Load(m + i), rest1 * d);
            T second = T.FusedMultiplyAdd(beta2, T.Load(v + i), rest2 * d * d);
            T.Store(first, m + i);
            T.Store(second, v + i);
            T.Store((T.Load(w + i) * keep) - (rate * first / T.FusedMultiplyAdd(T.Sqrt(second), root, epsilon)), w + i);
            T.Store(zero, g + i);
        }

        if (whole == count) return;
        float* tail = stackalloc float[4 * L];
        new Span<float>(tail, 4 * L).Clear();
        int rest = count - whole;
        for (int i = 0; i < rest; i++)
        {
            (tail[i], tail[L + i]) = (w[whole + i], g[whole + i]);
            (tail[(2 * L) + i], tail[(3 * L) + i]) = (m[whole + i], v[whole + i]);
        }

        AdamW<T>(step, tail, tail + L, tail + (2 * L), tail + (3 * L), L);
        for (int i = 0; i < rest; i++)
        {
            (w[whole + i], g[whole + i], m[whole + i], v[whole + i]) = (tail[i], 0, tail[(2 * L) + i], tail[(3 * L) + i]);
        }
    }
}
