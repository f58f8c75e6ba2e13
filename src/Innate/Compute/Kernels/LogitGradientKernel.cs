using System.Runtime.CompilerServices;
using Innate.Compute.Simd;

namespace Innate.Compute.Kernels;

/// <summary>
/// From a token's logits z to the loss's gradient by them. With p = softmax(z): d logprob / d z = onehot - p and
/// d entropy / d z = -p (log p + entropy), d V / d z = p.
/// </summary>
internal static unsafe class LogitGradientKernel
{
    /// <summary>Entries of the vocabulary whose gradients exist at a time, for <see cref="Rows"/> rows.</summary>
    public const int Entries = 1024;

    /// <summary>Rows of hidden states whose logits exist at a time: with the entries above, 8 MB.</summary>
    public const int Rows = 2016;

    /// <summary>Replaces part of a row of logits (before the cap) by gradients.</summary>
    /// <param name="z">The logits; replaced.</param>
    /// <param name="count">How many.</param>
    /// <param name="target">The target's place among them; any other number where it is elsewhere.</param>
    /// <param name="logSumExp">Of the row's capped logits.</param>
    /// <param name="entropy">Of the row.</param>
    /// <param name="logProbGradient">dLoss / dLogProb.</param>
    /// <param name="entropyGradient">dLoss / dEntropy.</param>
    /// <param name="valueGradient">dLoss / dV, of V = logsumexp z.</param>
    /// <param name="softCap">The cap on the logits; null for none.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<T>(
        float* z, int count, int target, double logSumExp, double entropy, float logProbGradient, float entropyGradient,
        float valueGradient, float? softCap)
        where T : struct, ILanes<T>
    {
        const int L = ILanes<T>.Count;
        if (logProbGradient == 0 && entropyGradient == 0 && valueGradient == 0)
        {
            new Span<float>(z, count).Clear();
            return;
        }

        float* tail = stackalloc float[L];
        T lse = T.Broadcast((float)logSumExp);
        T g = T.Broadcast(valueGradient == 0 ? -logProbGradient : valueGradient - logProbGradient);
        T e = T.Broadcast(-entropyGradient), h = T.Broadcast((float)entropy);
        float atTarget = (uint)target < (uint)count ? Slope<T>(z[target], softCap, tail) * logProbGradient : 0;
        for (int c = 0; c < count; c += L)
        {
            bool isTail = count - c < L;
            if (isTail)
            {
                new Span<float>(tail, L).Clear();
                new ReadOnlySpan<float>(z + c, count - c).CopyTo(new Span<float>(tail, L));
            }

            T x = T.Load(isTail ? tail : z + c);
            T slope = T.Broadcast(1);
            if (softCap is { } cap)
            {
                x = RowKernels.SoftCap(x, cap);
                T t = x / T.Broadcast(cap);
                slope -= t * t;
            }

            T logP = x - lse;
            T d = LaneMath.Exp(logP) * (entropyGradient == 0 ? g : T.FusedMultiplyAdd(e, logP + h, g)) * slope;
            T.Store(d, isTail ? tail : z + c);
            if (isTail) new ReadOnlySpan<float>(tail, count - c).CopyTo(new Span<float>(z + c, count - c));
        }

        if ((uint)target < (uint)count) z[target] += atTarget;
    }

    // d/dx cap tanh(x / cap), with the lanes' own tanh: the platform's differs in the last bit.
    private static float Slope<T>(float z, float? softCap, float* room)
        where T : struct, ILanes<T>
    {
        if (softCap is not { } cap) return 1;
        T t = RowKernels.SoftCap(T.Broadcast(z), cap) / T.Broadcast(cap);
        T.Store(T.Broadcast(1) - (t * t), room);
        return room[0];
    }
}
