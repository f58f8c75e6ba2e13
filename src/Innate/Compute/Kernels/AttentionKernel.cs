using System.Runtime.CompilerServices;
using Innate.Compute.Memory;
using Innate.Compute.Simd;
using Innate.Compute.Simd.Tiles;

namespace Innate.Compute.Kernels;

/// <summary>
/// Softmax attention over a path of key-value spans. Thirty-two query rows (tokens times the heads that share a key head)
/// lie in the lanes; keys pass by in the order of their positions. A row's maximum, sum and weighted values are then plain
/// chains over positions, whatever spans the path is made of: a shared prefix gives the bits of an unshared one.
/// </summary>
/// <remarks>
/// Masked keys get weight exactly 0, and 0 * v added to a chain changes nothing, so skipping them is exact too.
/// </remarks>
internal static unsafe class AttentionKernel
{
    // Rows of weights times values that stay in the first-level cache while all dimensions of a head pass by.
    private const int KeyBlock = 192;

    /// <summary>Floats of scratch that one worker needs for paths up to the given length.</summary>
    public static long ScratchFloats(int positions, int headDimension) =>
        ((long)(positions + (3 * KeyValueSpan.Block) + (2 * headDimension) + 9) * ITile.Width) + 64;

    /// <summary>Writes a token's key and value, all heads, into its node's own span.</summary>
    public static void Append(float* key, float* value, int heads, int headDimension, KeyValueSpan span, int index)
    {
        nint headSize = (nint)span.Capacity * headDimension;
        int block = index / KeyValueSpan.Block;
        int lane = index % KeyValueSpan.Block;
        for (int h = 0; h < heads; h++)
        {
            float* k = (float*)span.Keys + (h * headSize) + ((nint)block * headDimension * KeyValueSpan.Block) + lane;
            for (int d = 0; d < headDimension; d++) k[(nint)d * KeyValueSpan.Block] = key[(h * headDimension) + d];
            float* v = (float*)span.Values + (h * headSize) + ((nint)index * headDimension);
            new ReadOnlySpan<float>(value + (h * headDimension), headDimension).CopyTo(new Span<float>(v, headDimension));
        }
    }

    /// <summary>Up to 32 query rows of one key head: rows firstRow.. of tokens x group, in the node's new tokens.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<T, TTile>(
        AttentionShape shape, AttentionNode node, Matrix q, Matrix output, int keyHead, int firstRow, float* scratch)
        where T : struct, ILanes<T>
        where TTile : struct, ITile
    {
        const int W = ITile.Width, L = ILanes<T>.Count;
        int group = shape.Heads / shape.KeyValueHeads;
        int width = shape.HeadDimension;
        int rows = Math.Min(W, (node.Tokens * group) - firstRow);
        int firstPosition = node.FirstPosition + (firstRow / group);
        int lastPosition = node.FirstPosition + ((firstRow + rows - 1) / group);

        float* positions = scratch;
        float* lowest = positions + W;
        float* sinks = lowest + W;
        float* queries = sinks + W;
        float* result = queries + ((nint)width * W);
        float* scores = result + ((nint)(width + KeyValueSpan.Block) * W);
        Gather(shape, node, q, keyHead, firstRow, rows, positions, lowest, queries);
        GatherSinks(shape, keyHead, firstRow, rows, sinks);

        int from = shape.Window is { } window ? Math.Max(0, firstPosition - window + 1) : 0;
        int origin = Score<TTile>(shape, node, keyHead, from, lastPosition, queries, scores);
        int count = lastPosition + 1 - origin;

        // A sink is the first term of the largest score and of the sum.
        var softmax = new SoftmaxColumns<T>(scores, count);
        softmax.Score(shape, sinks, positions, lowest, origin, firstPosition, lastPosition);
        softmax.Exponentiate(shape.Sinks is null ? null : sinks);
        Combine<TTile>(shape, node, keyHead, origin, lastPosition, scores, result);
        for (int d = 0; d < width; d++)
        {
            float* o = result + ((nint)d * W);
            T.Store(T.Load(o) / softmax.Sum0, o);
            T.Store(T.Load(o + L) / softmax.Sum1, o + L);
        }

        float** outputs = stackalloc float*[W];
        FindRows(shape, output, node.FirstRow, keyHead, firstRow, rows, outputs);
        RowLanes.Scatter(result, outputs, rows, width);
    }

    /// <summary>Where a tile's 32 query rows lie, or what belongs to them; lanes beyond the last row repeat it.</summary>
    /// <param name="shape">Heads and their dimension.</param>
    /// <param name="of">[tokens, heads * head dimension].</param>
    /// <param name="firstToken">The row of the node's first token.</param>
    /// <param name="keyHead">The key head.</param>
    /// <param name="firstRow">The tile's first row, of the node's tokens x heads of the key head.</param>
    /// <param name="rows">Its rows.</param>
    /// <param name="lanes">Takes 32 places.</param>
    public static void FindRows(
        AttentionShape shape, Matrix of, int firstToken, int keyHead, int firstRow, int rows, float** lanes)
    {
        int group = shape.Heads / shape.KeyValueHeads;
        for (int r = 0; r < ITile.Width; r++)
        {
            (int token, int head) = Math.DivRem(firstRow + Math.Min(r, rows - 1), group);
            lanes[r] = of.RowPointer(firstToken + token) + (((keyHead * group) + head) * shape.HeadDimension);
        }
    }

    /// <summary>The positions of a tile's rows, and the first ones that they see.</summary>
    public static void GatherPositions(
        AttentionShape shape, int firstPosition, int firstRow, int rows, float* positions, float* lowest)
    {
        int group = shape.Heads / shape.KeyValueHeads;
        for (int r = 0; r < ITile.Width; r++)
        {
            int position = firstPosition + ((firstRow + Math.Min(r, rows - 1)) / group);
            positions[r] = position;
            lowest[r] = shape.Window is { } window ? position - window + 1 : 0;
        }
    }

    /// <summary>The sinks of the rows' heads; lanes beyond the last row repeat it.</summary>
    public static void GatherSinks(AttentionShape shape, int keyHead, int firstRow, int rows, float* sinks)
    {
        if (shape.Sinks is not { } ofHeads) return;
        int group = shape.Heads / shape.KeyValueHeads;
        for (int r = 0; r < ITile.Width; r++)
        {
            sinks[r] = ofHeads[(keyHead * group) + ((firstRow + Math.Min(r, rows - 1)) % group)];
        }
    }

    private static void Gather(
        AttentionShape shape, AttentionNode node, Matrix q, int keyHead, int firstRow, int rows, float* positions,
        float* lowest, float* queries)
    {
        const int W = ITile.Width;
        int group = shape.Heads / shape.KeyValueHeads;
        float** lanes = stackalloc float*[W];
        FindRows(shape, q, node.FirstRow, keyHead, firstRow, rows, lanes);
        GatherPositions(shape, node.FirstPosition, firstRow, rows, positions, lowest);
        RowLanes.Gather(lanes, shape.HeadDimension, queries);
    }

    /// <summary>
    /// scores[j] = k(origin + j) . q for all keys from a block at or before <paramref name="from"/>; gives origin.
    /// </summary>
    private static int Score<TTile>(
        AttentionShape shape, AttentionNode node, int keyHead, int from, int lastPosition, float* queries, float* scores)
        where TTile : struct, ITile
    {
        const int B = KeyValueSpan.Block;
        int width = shape.HeadDimension;
        int origin = -1;
        foreach (KeyValueSpan span in node.Path)
        {
            if (span.Start + span.Count <= from) continue;
            int block = Math.Max(0, from - span.Start) / B;
            if (origin < 0) origin = span.Start + (block * B);
            int end = Math.Min(span.Count, lastPosition + 1 - span.Start);
            float* keys = (float*)span.Keys + ((nint)keyHead * span.Capacity * width);
            for (; block * B < end; block++)
            {
                // A block's last rows may be beyond the span: the next span's scores then overwrite them.
                TTile.Multiply12<Float32Panel>(
                    keys + ((nint)block * width * B), B, (byte*)queries, width,
                    scores + ((nint)(span.Start + (block * B) - origin) * ITile.Width), ITile.Width, add: false);
            }
        }

        return origin;
    }

    /// <summary>result[d] = sum over positions of weight * v[d], one chain in the order of positions.</summary>
    private static void Combine<TTile>(
        AttentionShape shape, AttentionNode node, int keyHead, int origin, int lastPosition, float* weights, float* result)
        where TTile : struct, ITile
    {
        const int W = ITile.Width;
        int width = shape.HeadDimension;
        bool add = false;
        foreach (KeyValueSpan span in node.Path)
        {
            int first = Math.Max(0, origin - span.Start);
            int end = Math.Min(span.Count, lastPosition + 1 - span.Start);
            for (; first < end; first += KeyBlock)
            {
                int keys = Math.Min(KeyBlock, end - first);
                float* values = (float*)span.Values + ((((nint)keyHead * span.Capacity) + first) * width);
                byte* p = (byte*)(weights + ((nint)(span.Start + first - origin) * W));
                int d = 0;
                for (; d + 12 <= width; d += 12)
                {
                    TTile.Multiply12<Float32Panel>(values + d, width, p, keys, result + ((nint)d * W), W, add);
                }

                for (; d + 4 <= width; d += 4)
                {
                    TTile.Multiply4<Float32Panel>(values + d, width, p, keys, result + ((nint)d * W), W, add);
                }

                for (; d < width; d++) TTile.Multiply1<Float32Panel>(values + d, width, p, keys, result + ((nint)d * W), W, add);
                add = true;
            }
        }
    }
}
