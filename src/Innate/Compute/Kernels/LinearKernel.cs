using System.Runtime.CompilerServices;
using Innate.Compute.Memory;
using Innate.Compute.Simd.Tiles;

namespace Innate.Compute.Kernels;

/// <summary>
/// Products of packed rows and panels, blocked for the caches: a block of rows stays in the second level while panels pass
/// by; a stretch of a panel's columns stays in the first level while the block's groups pass by.
/// </summary>
internal static unsafe class LinearKernel
{
    // 256 columns of a panel are 16 KB (bf16) or 32 KB (f32), of a row group 12 KB: together within a 48 KB first level.
    private const int ColumnBlock = PackedWeight.WideColumns;

    // 20 groups of 12 rows: 240 rows of 896 floats are 0.86 MB, within a 1 MB second level.
    private const int GroupBlock = 20;

    // Below so many multiply-adds, waking another thread costs more than it saves.
    private const long WorthSharing = 40_000;

    /// <summary>Multiplies packed rows by every right side.</summary>
    /// <param name="team">Shares out the work.</param>
    /// <param name="packed">The left side as <see cref="RowGroups"/> lays it out: [rows, k].</param>
    /// <param name="rows">Rows of the left side.</param>
    /// <param name="k">What is summed over; at least 1.</param>
    /// <param name="products">The right sides and where their results go.</param>
    public static void Run<TTile>(ThreadTeam team, float* packed, int rows, int k, Product[] products)
        where TTile : struct, ITile
    {
        if (rows == 0) return;
        int panels = 0;
        foreach (Product p in products) panels += p.PanelCount;
        int groups = RowGroups.Count(rows);
        int groupBlocks = (groups + GroupBlock - 1) / GroupBlock;
        bool alone = team.Threads == 1 || (long)rows * k * panels * ITile.Width < WorthSharing;
        int wanted = alone ? 1 : Math.Max(1, 6 * team.Threads / groupBlocks);
        int chunk = Math.Max(1, (panels + wanted - 1) / wanted);
        int chunks = (panels + chunk - 1) / chunk;

        void MultiplyPiece(int piece, int worker)
        {
            int firstGroup = piece / chunks * GroupBlock;
            int first = piece % chunks * chunk;
            Multiply<TTile>(
                rows, k, products, packed, firstGroup, Math.Min(firstGroup + GroupBlock, groups), first,
                Math.Min(first + chunk, panels));
        }

        team.For(groupBlocks * chunks, !alone, MultiplyPiece);
    }

    /// <summary>One group of rows times a stretch of one panel's columns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void MultiplyTile<TTile>(
        int height, float* a, nint strideA, byte* b, ElementType type, int k, float* c, nint strideC, bool add)
        where TTile : struct, ITile
    {
        switch (type)
        {
            case ElementType.BFloat16: MultiplyTile<TTile, BFloat16Panel>(height, a, strideA, b, k, c, strideC, add); break;
            case ElementType.Float16: MultiplyTile<TTile, Float16Panel>(height, a, strideA, b, k, c, strideC, add); break;
            default: MultiplyTile<TTile, Float32Panel>(height, a, strideA, b, k, c, strideC, add); break;
        }
    }

    private static void MultiplyTile<TTile, TB>(
        int height, float* a, nint strideA, byte* b, int k, float* c, nint strideC, bool add)
        where TTile : struct, ITile
        where TB : struct, IPanelType
    {
        switch (height)
        {
            case 12: TTile.Multiply12<TB>(a, strideA, b, k, c, strideC, add); break;
            case 4: TTile.Multiply4<TB>(a, strideA, b, k, c, strideC, add); break;
            default: TTile.Multiply1<TB>(a, strideA, b, k, c, strideC, add); break;
        }
    }

    [SkipLocalsInit]
    private static void Multiply<TTile>(
        int rows, int k, Product[] products, float* packed, int firstGroup, int endGroup, int firstPanel, int endPanel)
        where TTile : struct, ITile
    {
        int firstRow = RowGroups.At(firstGroup, rows).Row;
        (int lastRow, int lastHeight) = RowGroups.At(endGroup - 1, rows);
        int blockRows = lastRow + lastHeight - firstRow;
        float* edge = stackalloc float[GroupBlock * ITile.Height * ITile.Width];
        float* wide = stackalloc float[ColumnBlock * ITile.Width];
        int offset = 0;
        foreach (Product p in products)
        {
            int elementSize = ElementTypes.SizeOf(p.Type);
            int end = Math.Min(endPanel - offset, p.PanelCount);
            for (int panel = Math.Max(firstPanel - offset, 0); panel < end; panel++)
            {
                int width = Math.Min(ITile.Width, p.Columns - (panel * ITile.Width));
                byte* b = p.Panels + (panel * p.PanelBytes);
                // A last, narrower panel is multiplied beside an output that has no room for its padding.
                bool narrow = width < ITile.Width && !p.HasPadding;
                float* output = p.Output + (panel * p.PanelStride) + (firstRow * p.RowStride);
                float* c = narrow ? edge : output;
                nint strideC = narrow ? ITile.Width : p.RowStride;
                if (narrow && p.Add) CopyRows(output, p.RowStride, edge, ITile.Width, width, blockRows);
                for (int start = 0; start < k; start += ColumnBlock)
                {
                    int columns = Math.Min(ColumnBlock, k - start);
                    byte* block = p.Blocks is null ? b + ((nint)start * ITile.Width * elementSize) : (byte*)wide;
                    p.Blocks?.WidenPanel(p.FirstPanel + panel, start, columns, wide);
                    for (int group = firstGroup; group < endGroup; group++)
                    {
                        (int row, int height) = RowGroups.At(group, rows);
                        float* a = packed + ((nint)row * k) + ((nint)start * height);
                        MultiplyTile<TTile>(
                            height, a, height, block, p.Type, columns, c + ((row - firstRow) * strideC), strideC,
                            start > 0 || p.Add);
                    }
                }

                if (p.Bias is not null) AddBias(p.Bias, panel * ITile.Width, width, c, strideC, blockRows);
                if (narrow) CopyRows(edge, ITile.Width, output, p.RowStride, width, blockRows);
            }

            offset += p.PanelCount;
        }
    }

    private static void AddBias(float[] bias, int start, int width, float* c, nint strideC, int rows)
    {
        for (int r = 0; r < rows; r++)
        {
            for (int n = 0; n < width; n++) c[(r * strideC) + n] += bias[start + n];
        }
    }

    /// <summary>Copies rows of the given width between places whose rows lie apart.</summary>
    public static void CopyRows(float* from, nint fromStride, float* to, nint toStride, int width, int rows)
    {
        for (int r = 0; r < rows; r++)
        {
            new ReadOnlySpan<float>(from + (r * fromStride), width).CopyTo(new Span<float>(to + (r * toStride), width));
        }
    }
}
