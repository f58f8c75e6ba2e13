using System.Runtime.CompilerServices;
using Innate.Compute.Simd;
using Innate.Compute.Simd.Tiles;

namespace Innate.Compute.Kernels;

/// <summary>
/// The gradient of softmax attention, for one key head of one node. Scores and weights are formed again as
/// <see cref="AttentionKernel"/> forms them, 32 query rows in the lanes; with P the weights and dP = V dO, the score's gradient
/// is dS = P (dP - sum P dP), and dQ = K^T dS, dK = dS Q^T, dV = P dO^T; a sink's is the same with dP = 0. Nothing of [queries,
/// keys] outlives its tile. A key shared by several branches sums what they send it in the order of the nodes, whatever the
/// threads.
/// </summary>
internal static unsafe class AttentionBackwardKernel
{
    private const int W = ITile.Width;

    /// <summary>Floats of scratch that one worker needs for paths up to the given length.</summary>
    public static long ScratchFloats(int positions, int headDimension)
    {
        long aligned = PathKeys.Aligned(positions);
        return (5 * aligned * headDimension) + (3 * aligned * W) + (5L * W * headDimension) + (4 * W) + (2 * W * W) + 64;
    }

    /// <summary>
    /// Writes the gradients of one node's queries of one key head, and leaves in scratch what the node sends to its path's keys
    /// and values.
    /// </summary>
    /// <param name="shape">The layer's shape.</param>
    /// <param name="node">The node.</param>
    /// <param name="m">Queries, keys, values and gradients.</param>
    /// <param name="keyHead">The key head.</param>
    /// <param name="scratch">See <see cref="ScratchFloats"/>.</param>
    public static void Run<T, TTile>(
        AttentionShape shape, TreeRows node, AttentionGradients m, int keyHead, float* scratch)
        where T : struct, ILanes<T>
        where TTile : struct, ITile
    {
        int group = shape.Heads / shape.KeyValueHeads;
        var keys = new PathKeys(scratch, node, shape.HeadDimension);
        keys.Gather(m.Keys, m.Values, keyHead);
        for (int row = 0; row < node.Tokens * group; row += W) Tile<T, TTile>(shape, node, m, keyHead, row, keys);
    }

    /// <summary>Adds what <see cref="Run"/> left in scratch; nodes follow one another in their order.</summary>
    public static void AddToPath(AttentionShape shape, TreeRows node, AttentionGradients m, int keyHead, float* scratch) =>
        new PathKeys(scratch, node, shape.HeadDimension).Scatter(m.KeyGradients, m.ValueGradients, keyHead);

    /// <summary>32 query rows against all keys that they see.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile<T, TTile>(
        AttentionShape shape, TreeRows node, AttentionGradients m, int keyHead, int firstRow, PathKeys path)
        where T : struct, ILanes<T>
        where TTile : struct, ITile
    {
        const int B = KeyValueSpan.Block;
        int group = shape.Heads / shape.KeyValueHeads, width = shape.HeadDimension;
        int rows = Math.Min(W, (node.Tokens * group) - firstRow);
        int firstPosition = node.FirstPosition + (firstRow / group);
        int lastPosition = node.FirstPosition + ((firstRow + rows - 1) / group);
        int origin = shape.Window is { } window ? Math.Max(0, firstPosition - window + 1) / PathKeys.Align * PathKeys.Align : 0;
        int count = (lastPosition + 1 - origin + W - 1) / W * W;

        float* positions = path.Rest;
        float* lowest = positions + W;
        float* sinks = lowest + W;
        float* queries = sinks + W;
        float* gradients = queries + ((nint)width * W);
        float* queryRows = gradients + ((nint)width * W);
        float* gradientRows = queryRows + ((nint)width * W);
        float* result = gradientRows + ((nint)width * W);
        float* block = result + ((nint)width * W);
        float* weights = block + (2 * W * W);
        float* slopes = weights + ((nint)path.Positions * W);
        float* capped = slopes + ((nint)path.Positions * W);
        Gather(shape, node, m, keyHead, firstRow, rows, positions, lowest, queries, gradients, queryRows, gradientRows);
        AttentionKernel.GatherSinks(shape, keyHead, firstRow, rows, sinks);

        for (int j = 0; j < count; j += B)
        {
            nint at = (nint)(origin + j) * width;
            TTile.Multiply12<Float32Panel>(path.KeyBlocks + at, B, (byte*)queries, width, weights + ((nint)j * W), W, add: false);
            TTile.Multiply12<Float32Panel>(
                path.ValueBlocks + at, B, (byte*)gradients, width, slopes + ((nint)j * W), W, add: false);
        }

        var softmax = new SoftmaxColumns<T>(weights, count) { Capped = capped };
        softmax.Score(shape, sinks, positions, lowest, origin, firstPosition, lastPosition);
        softmax.Exponentiate(shape.Sinks is null ? null : sinks);
        softmax.Average(slopes);
        if (m.SinkTerms is { } terms)
        {
            softmax.SinkTerms(sinks);
            for (int r = 0; r < rows; r++)
            {
                (int token, int head) = Math.DivRem(firstRow + r, group);
                terms.RowPointer(node.FirstRow + token)[(keyHead * group) + head] = sinks[r];
            }
        }

        softmax.Differentiate(shape, slopes);

        // dQ: sums over keys, the rows in the lanes. Keys beyond the last have weight 0.
        Multiply<TTile>(path.KeyRows + ((nint)origin * width), width, slopes, count, result, add: false);
        float** queryGradients = stackalloc float*[W];
        AttentionKernel.FindRows(shape, m.QueryGradients, node.FirstRow, keyHead, firstRow, rows, queryGradients);
        RowLanes.Scatter(result, queryGradients, rows, width);

        // dK and dV: sums over rows, 32 keys in the lanes.
        for (int j = 0; j < count; j += W)
        {
            BlockTranspose.Widen<Float32Panel>((byte*)(weights + ((nint)j * W)), block);
            BlockTranspose.Widen<Float32Panel>((byte*)(slopes + ((nint)j * W)), block + (W * W));
            nint panel = (nint)(origin + j) * width;
            Multiply<TTile>(gradientRows, width, block, W, path.ValueSums + panel, add: true);
            Multiply<TTile>(queryRows, width, block + (W * W), W, path.KeySums + panel, add: true);
        }
    }

    /// <summary>c[i][0..32) (+)= sum over k of a[k][i] b[k][0..32), for all i of a head.</summary>
    private static void Multiply<TTile>(float* a, int width, float* b, int k, float* c, bool add)
        where TTile : struct, ITile
    {
        int i = 0;
        for (; i + 12 <= width; i += 12) TTile.Multiply12<Float32Panel>(a + i, width, (byte*)b, k, c + ((nint)i * W), W, add);
        for (; i + 4 <= width; i += 4) TTile.Multiply4<Float32Panel>(a + i, width, (byte*)b, k, c + ((nint)i * W), W, add);
        for (; i < width; i++) TTile.Multiply1<Float32Panel>(a + i, width, (byte*)b, k, c + ((nint)i * W), W, add);
    }

    private static void Gather(
        AttentionShape shape, TreeRows node, AttentionGradients m, int keyHead, int firstRow, int rows, float* positions,
        float* lowest, float* queries, float* gradients, float* queryRows, float* gradientRows)
    {
        int width = shape.HeadDimension;
        AttentionKernel.GatherPositions(shape, node.FirstPosition, firstRow, rows, positions, lowest);
        float** queryLanes = stackalloc float*[W], gradientLanes = stackalloc float*[W];
        AttentionKernel.FindRows(shape, m.Queries, node.FirstRow, keyHead, firstRow, rows, queryLanes);
        AttentionKernel.FindRows(shape, m.OutputGradients, node.FirstRow, keyHead, firstRow, rows, gradientLanes);
        for (int r = 0; r < W; r++)
        {
            new ReadOnlySpan<float>(queryLanes[r], width).CopyTo(new Span<float>(queryRows + ((nint)r * width), width));
            var gradient = new Span<float>(gradientRows + ((nint)r * width), width);

            // Lanes beyond the last row have a gradient of zero.
            if (r < rows) new ReadOnlySpan<float>(gradientLanes[r], width).CopyTo(gradient);
            else gradient.Clear();
            gradientLanes[r] = gradientRows + ((nint)r * width);
        }

        RowLanes.Gather(queryLanes, width, queries);
        RowLanes.Gather(gradientLanes, width, gradients);
    }
}
