using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Innate.Compute.Memory;
using Innate.Compute.Simd;

namespace Innate.Compute.Kernels;

/// <summary>
/// Attention of one query, as when text is sampled: keys lie in the lanes for the scores, dimensions for the sum of values, where
/// <see cref="AttentionKernel"/> would leave most of its 32 lanes empty. Each number is formed by the same steps in the same
/// order, so the bits are the same.
/// </summary>
internal static unsafe class SingleQueryAttention
{
    private const int B = KeyValueSpan.Block;

    /// <summary>Floats of scratch for paths up to the given length.</summary>
    public static long ScratchFloats(int positions) => positions + (4 * B) + 32;

    /// <summary>One head of a node's one new token.</summary>
    /// <param name="shape">The layer's shape.</param>
    /// <param name="node">A node with one new token.</param>
    /// <param name="q">Queries.</param>
    /// <param name="output">Takes the head's result.</param>
    /// <param name="head">Which query head.</param>
    /// <param name="scratch">See <see cref="ScratchFloats"/>.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<T>(AttentionShape shape, AttentionNode node, Matrix q, Matrix output, int head, float* scratch)
        where T : struct, ILanes<T>
    {
        const int L = ILanes<T>.Count;
        int width = shape.HeadDimension, keyHead = head / (shape.Heads / shape.KeyValueHeads), last = node.FirstPosition;
        int first = shape.Window is { } window ? Math.Max(0, last - window + 1) : 0;
        float* query = q.RowPointer(node.FirstRow) + (head * width);
        int origin = Score(node, keyHead, first, last, query, width, scratch);
        float* weights = scratch + (first - origin);
        int count = last + 1 - first;

        // A rest of lanes beyond the last key has no weight.
        int padded = (count + L - 1) & ~(L - 1);
        new Span<float>(weights + count, padded - count).Fill(float.NegativeInfinity);
        T max = T.Broadcast(shape.Sinks is { } sinks ? sinks[head] : float.NegativeInfinity);
        for (int j = 0; j < padded; j += L)
        {
            T s = T.Load(weights + j) * T.Broadcast(shape.Scale);
            if (shape.SoftCap is { } cap && j + L <= count) s = RowKernels.SoftCap(s, cap);
            else if (shape.SoftCap is { } rest) s = CapFirst(s, rest, count - j, weights + j);
            max = T.Max(s, max);
            T.Store(s, weights + j);
        }

        T most = T.Broadcast(T.Maximum(max));
        float sum = 0;
        if (shape.Sinks is { } all)
        {
            float* own = stackalloc float[L];
            T.Store(LaneMath.Exp(T.Broadcast(all[head]) - most), own);
            sum = *own;
        }

        for (int j = 0; j < padded; j += L) T.Store(LaneMath.Exp(T.Load(weights + j) - most), weights + j);
        for (int j = 0; j < count; j++) sum += weights[j];
        Combine<T>(node, keyHead, first, last, width, weights, sum, output.RowPointer(node.FirstRow) + (head * width));
    }

    // The cap would make a number of what stands for no key.
    private static T CapFirst<T>(T s, float cap, int count, float* room)
        where T : struct, ILanes<T>
    {
        T.Store(RowKernels.SoftCap(s, cap), room);
        for (int i = count; i < ILanes<T>.Count; i++) room[i] = float.NegativeInfinity;
        return T.Load(room);
    }

    /// <summary>scores[p - origin] = k(p) . q, one chain over the dimensions; gives origin, at or before the first key.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int Score(AttentionNode node, int keyHead, int first, int last, float* query, int width, float* scores)
    {
        int origin = -1;
        foreach (KeyValueSpan span in node.Path)
        {
            if (span.Start + span.Count <= first) continue;
            int block = Math.Max(0, first - span.Start) / B;
            if (origin < 0) origin = span.Start + (block * B);
            int end = Math.Min(span.Count, last + 1 - span.Start);
            float* keys = (float*)span.Keys + ((nint)keyHead * span.Capacity * width);
            float* to = scores + (span.Start - origin);
            // A block's last keys may be beyond the span: the next span's scores then overwrite them.
            nint size = (nint)B * width;
            for (; (block + 1) * B < end; block += 2) Score(keys + (block * size), query, width, to + (block * B), true);
            if (block * B < end) Score(keys + (block * size), query, width, to + (block * B), false);
        }

        return origin;
    }

    /// <summary>One block of keys, or two at once, for six chains are more than three.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Score(float* keys, float* query, int width, float* to, bool two)
    {
        Vector128<float> a0 = Vector128<float>.Zero, a1 = a0, a2 = a0, b0 = a0, b1 = a0, b2 = a0;
        float* next = keys + (two ? (nint)B * width : 0);
        for (int d = 0; d < width; d++, keys += B, next += B)
        {
            Vector128<float> x = Vector128.Create(query[d]);
            a0 = Vector128.FusedMultiplyAdd(Vector128.Load(keys), x, a0);
            a1 = Vector128.FusedMultiplyAdd(Vector128.Load(keys + 4), x, a1);
            a2 = Vector128.FusedMultiplyAdd(Vector128.Load(keys + 8), x, a2);
            if (!two) continue;
            b0 = Vector128.FusedMultiplyAdd(Vector128.Load(next), x, b0);
            b1 = Vector128.FusedMultiplyAdd(Vector128.Load(next + 4), x, b1);
            b2 = Vector128.FusedMultiplyAdd(Vector128.Load(next + 8), x, b2);
        }

        a0.Store(to);
        a1.Store(to + 4);
        a2.Store(to + 8);
        if (!two) return;
        b0.Store(to + 12);
        b1.Store(to + 16);
        b2.Store(to + 20);
    }

    /// <summary>output[d] = (sum over positions of weight * v[d]) / sum, one chain in the order of positions.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Combine<T>(
        AttentionNode node, int keyHead, int first, int last, int width, float* weights, float sum, float* output)
        where T : struct, ILanes<T>
    {
        const int L = ILanes<T>.Count;
        int d = 0;
        for (; d + (4 * L) <= width; d += 4 * L)
        {
            T a = T.Broadcast(0), b = a, c = a, e = a;
            foreach (KeyValueSpan span in node.Path)
            {
                (int from, int end) = Seen(span, first, last);
                float* v = ValuesOf(span, keyHead, width) + ((nint)from * width) + d;
                for (int i = from; i < end; i++, v += width)
                {
                    T w = T.Broadcast(weights[span.Start + i - first]);
                    a = T.FusedMultiplyAdd(T.Load(v), w, a);
                    b = T.FusedMultiplyAdd(T.Load(v + L), w, b);
                    c = T.FusedMultiplyAdd(T.Load(v + (2 * L)), w, c);
                    e = T.FusedMultiplyAdd(T.Load(v + (3 * L)), w, e);
                }
            }

            T all = T.Broadcast(sum);
            T.Store(a / all, output + d);
            T.Store(b / all, output + d + L);
            T.Store(c / all, output + d + (2 * L));
            T.Store(e / all, output + d + (3 * L));
        }

        for (; d < width; d++)
        {
            float one = 0;
            foreach (KeyValueSpan span in node.Path)
            {
                (int from, int end) = Seen(span, first, last);
                float* v = ValuesOf(span, keyHead, width) + d;
                for (int i = from; i < end; i++)
                {
                    one = MathF.FusedMultiplyAdd(v[(nint)i * width], weights[span.Start + i - first], one);
                }
            }

            output[d] = one / sum;
        }
    }

    private static (int From, int End) Seen(KeyValueSpan span, int first, int last) =>
        (Math.Max(0, first - span.Start), Math.Min(span.Count, last + 1 - span.Start));

    private static float* ValuesOf(KeyValueSpan span, int keyHead, int width) =>
        (float*)span.Values + ((nint)keyHead * span.Capacity * width);
}
