using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Innate.Compute.Memory;
using Innate.Compute.Simd;
using Innate.Compute.Simd.Tiles;

namespace Innate.Compute.Kernels;

/// <summary>
/// The backward products' operands, rearranged for tiles. dW^T = x^T dy sums over tokens: columns of x become rows in groups,
/// columns of dy become panels. dx = dy W sums over outputs: W becomes panels of its columns.
/// </summary>
internal static unsafe class OperandPacking
{
    /// <summary>
    /// Packs one group of columns of <paramref name="x"/> as rows of a left side x^T, as <see cref="RowGroups"/> has them.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void PackColumns(Matrix x, int group, float* packed)
    {
        (int column, int height) = RowGroups.At(group, x.Columns);
        float* to = packed + ((nint)column * x.Rows);
        float* from = x.Data + column;
        nint stride = x.Stride;
        switch (height)
        {
            case ITile.Height:
                for (int t = 0; t < x.Rows; t++, from += stride, to += ITile.Height)
                {
                    for (int i = 0; i < ITile.Height; i += 4) Vector128.Load(from + i).Store(to + i);
                }

                break;
            case 4:
                for (int t = 0; t < x.Rows; t++, from += stride, to += 4) Vector128.Load(from).Store(to);
                break;
            default:
                for (int t = 0; t < x.Rows; t++, from += stride, to++) *to = *from;
                break;
        }
    }

    /// <summary>
    /// Packs 32 columns of <paramref name="x"/> as the panel of a right side: [rows][32], zero beyond the last column.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void PackPanel<T>(Matrix x, int panel, float* panels)
        where T : struct, ILanes<T>
    {
        const int W = ITile.Width, L = ILanes<T>.Count;
        int width = Math.Min(W, x.Columns - (panel * W));
        float* to = panels + ((nint)panel * x.Rows * W);
        float* from = x.Data + (panel * W);
        if (width < W) new Span<float>(to, checked(x.Rows * W)).Clear();
        for (int t = 0; t < x.Rows; t++, from += x.Stride, to += W)
        {
            if (width < W)
            {
                for (int i = 0; i < width; i++) to[i] = from[i];
                continue;
            }

            T.Store(T.Load(from), to);
            T.Store(T.Load(from + L), to + L);
        }
    }

    /// <summary>One panel of W^T from all panels of W; both in W's own element type, float32 where W is blocks.</summary>
    /// <param name="weight">W, [outputs, inputs].</param>
    /// <param name="panel">Which 32 inputs.</param>
    /// <param name="transposed">W^T, [inputs, outputs].</param>
    public static void TransposePanel(PackedWeight weight, int panel, PackedWeight transposed) =>
        TransposePanel(weight, 0, weight.Rows, panel, transposed);

    /// <summary>As above, of some panels of W that hold the given number of outputs.</summary>
    public static void TransposePanel(PackedWeight weight, int firstOutputs, int outputCount, int panel, PackedWeight transposed)
    {
        const int W = ITile.Width;
        int inputs = Math.Min(W, weight.Columns - (panel * W));
        for (int outputs = 0; outputs * W < outputCount; outputs++)
        {
            int count = Math.Min(W, outputCount - (outputs * W));
            if (weight.IsBlocked)
            {
                float* panelRows = (float*)transposed.Panel(panel) + ((nint)outputs * W * W);
                WidenRows(weight, (firstOutputs + outputs) * W, count, panel * W, inputs, panelRows);
                continue;
            }

            byte* from = weight.Panel(firstOutputs + outputs) + ((nint)panel * W * W * weight.ElementSize);
            byte* to = transposed.Panel(panel) + ((nint)outputs * W * W * weight.ElementSize);
            if (weight.ElementSize == 4 && inputs == W && count == W) TransposeBlock((float*)from, (float*)to);
            else if (weight.ElementSize == 4) TransposeBlock((uint*)from, (uint*)to, inputs, count);
            else TransposeBlock((ushort*)from, (ushort*)to, inputs, count);
        }
    }

    // 32 inputs of some rows of blocks: a row of W is a column of W^T, so they lie in order. A wide block is widened whole.
    [SkipLocalsInit]
    private static void WidenRows(PackedWeight weight, int firstRow, int rows, int firstColumn, int columns, float* to)
    {
        const int W = ITile.Width;
        int block = ElementTypes.BlockValues(weight.Type);
        float* wide = stackalloc float[PackedWeight.WideColumns];
        int blockStart = firstColumn / block * block;
        for (int r = 0; r < rows; r++, to += W)
        {
            weight.WidenRow(firstRow + r, blockStart, block, wide);
            new ReadOnlySpan<float>(wide + (firstColumn - blockStart), columns).CopyTo(new Span<float>(to, columns));
            new Span<float>(to + columns, W - columns).Clear();
        }
    }

    /// <summary>to[j][i] = from[i][j], 32 by 32.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void TransposeBlock(float* from, float* to)
    {
        const int W = ITile.Width;
        for (int i = 0; i < W; i += 4)
        {
            for (int j = 0; j < W; j += 4) Transpose.FourByFour(from + (i * W) + j, W, to + (j * W) + i, W);
        }
    }

    // Beyond the last input, W^T's panel is padding: zero.
    private static void TransposeBlock<TValue>(TValue* from, TValue* to, int inputs, int outputs)
        where TValue : unmanaged
    {
        const int W = ITile.Width;
        for (int o = 0; o < outputs; o++)
        {
            for (int i = 0; i < inputs; i++) to[(o * W) + i] = from[(i * W) + o];
            for (int i = inputs; i < W; i++) to[(o * W) + i] = default;
        }
    }
}
