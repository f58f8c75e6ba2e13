using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Innate.Compute.Memory;
using Innate.Compute.Simd;
using Innate.Compute.Simd.Tiles;

namespace Innate.Compute.Kernels;

/// <summary>
/// The backward products' operands, rearranged for tiles. dW^T = x^T dy sums over tokens: columns of x become rows in groups.
/// dx = dy W sums over outputs: W becomes panels of its columns.
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
    /// 32 inputs of some rows of blocks: a row of W is a column of W^T, so they lie in order. A wide block is widened whole.
    /// </summary>
    [SkipLocalsInit]
    public static void WidenRows(PackedWeight weight, int firstRow, int rows, int firstColumn, int columns, float* to)
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

    /// <summary>to[output][input] = from[input][output], widened: a block of 32 by 32 of a weight's panel.</summary>
    /// <param name="from">[inputs][32].</param>
    /// <param name="inputs">Inputs that the panel has; zero beyond them.</param>
    /// <param name="outputs">Outputs that are wanted.</param>
    /// <param name="to">[outputs][32].</param>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void TransposeBlock<TB>(byte* from, int inputs, int outputs, float* to)
        where TB : struct, IPanelType
    {
        const int W = ITile.Width;
        if (inputs == W && outputs == W)
        {
            BlockTranspose.Widen<TB>(from, to);
            return;
        }

        float* wide = stackalloc float[W * W];
        for (int i = 0; i < inputs * W; i += 4) TB.Load128(from + (i * TB.Size)).Store(wide + i);
        new Span<float>(wide + (inputs * W), (W - inputs) * W).Clear();
        for (int o = 0; o < outputs; o++)
        {
            for (int i = 0; i < W; i++) to[(o * W) + i] = wide[(i * W) + o];
        }
    }
}
