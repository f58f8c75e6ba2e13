using System.Runtime.CompilerServices;
using Innate.Compute.Memory;
using Innate.Compute.Simd.Tiles;

namespace Innate.Compute.Kernels;

/// <summary>
/// y = x W^T + b for a few weights with one input, blocked for the caches: a block of rows of x stays in the second level
/// while panels of W pass by; a stretch of a panel's columns stays in the first level while the block's groups pass by.
/// </summary>
internal static unsafe class LinearKernel
{
    // 256 columns of a panel are 16 KB (bf16) or 32 KB (f32), of a row group 12 KB: together within a 48 KB first level.
    private const int ColumnBlock = 256;

    // 20 groups of 12 rows: 240 rows of 896 floats are 0.86 MB, within a 1 MB second level.
    private const int GroupBlock = 20;

    // Below so many multiply-adds, waking another thread costs more than it saves.
    private const long WorthSharing = 40_000;

    public static void Run<TTile>(ThreadTeam team, Matrix x, ReadOnlySpan<Projection> projections, float* packed)
        where TTile : struct, ITile
    {
        if (x.Rows == 0) return;
        Projection[] all = projections.ToArray();
        int panels = 0;
        foreach (Projection p in all)
        {
            if (p.Weight.Columns != x.Columns || p.Output.Rows != x.Rows || p.Output.Columns != p.Weight.Rows)
            {
                throw new ArgumentException(
                    $"x [{x.Rows}, {x.Columns}] times W [{p.Weight.Rows}, {p.Weight.Columns}]^T does not give y [{p.Output.Rows}, {p.Output.Columns}].");
            }

            panels += p.Weight.Panels;
        }

        int groups = RowGroups.Count(x.Rows);
        int groupBlocks = (groups + GroupBlock - 1) / GroupBlock;
        bool alone = team.Threads == 1 || (long)x.Rows * x.Columns * panels * ITile.Width < WorthSharing;
        int wanted = alone ? 1 : Math.Max(1, 6 * team.Threads / groupBlocks);
        int chunk = Math.Max(1, (panels + wanted - 1) / wanted);
        int chunks = (panels + chunk - 1) / chunk;

        void PackGroup(int group, int worker) => RowGroups.Pack(x, group, packed);
        void MultiplyPiece(int piece, int worker)
        {
            int firstGroup = piece / chunks * GroupBlock;
            int first = piece % chunks * chunk;
            Multiply<TTile>(
                x, all, packed, firstGroup, Math.Min(firstGroup + GroupBlock, groups), first, Math.Min(first + chunk, panels));
        }

        if (alone)
        {
            for (int g = 0; g < groups; g++) PackGroup(g, 0);
            for (int i = 0; i < groupBlocks * chunks; i++) MultiplyPiece(i, 0);
        }
        else
        {
            if (groups == 1) PackGroup(0, 0);
            else team.For(groups, PackGroup);
            team.For(groupBlocks * chunks, MultiplyPiece);
        }
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

    private static void Multiply<TTile>(
        Matrix x, Projection[] projections, float* packed, int firstGroup, int endGroup, int firstPanel, int endPanel)
        where TTile : struct, ITile
    {
        int k = x.Columns;
        int firstRow = RowGroups.At(firstGroup, x.Rows).Row;
        float* edge = stackalloc float[GroupBlock * ITile.Height * ITile.Width];
        int offset = 0;
        foreach (Projection p in projections)
        {
            int end = Math.Min(endPanel - offset, p.Weight.Panels);
            for (int panel = Math.Max(firstPanel - offset, 0); panel < end; panel++)
            {
                int width = p.Weight.RowsInPanel(panel);
                byte* b = p.Weight.Panel(panel);
                // A last, narrower panel is multiplied beside the output, which has no room for its padding.
                bool narrow = width < ITile.Width;
                float* c = narrow ? edge : p.Output.RowPointer(firstRow) + (panel * ITile.Width);
                nint strideC = narrow ? ITile.Width : p.Output.Stride;
                int endRow = firstRow;
                for (int start = 0; start < k; start += ColumnBlock)
                {
                    int columns = Math.Min(ColumnBlock, k - start);
                    byte* block = b + ((nint)start * ITile.Width * p.Weight.ElementSize);
                    for (int group = firstGroup; group < endGroup; group++)
                    {
                        (int row, int height) = RowGroups.At(group, x.Rows);
                        float* a = packed + ((nint)row * k) + ((nint)start * height);
                        MultiplyTile<TTile>(
                            height, a, height, block, p.Weight.Type, columns, c + ((row - firstRow) * strideC), strideC,
                            start > 0);
                        endRow = row + height;
                    }
                }

                if (p.Bias is not null) AddBias(p.Bias, panel * ITile.Width, width, c, strideC, endRow - firstRow);
                if (narrow) CopyOut(edge, width, p.Output, firstRow, endRow, panel * ITile.Width);
            }

            offset += p.Weight.Panels;
        }
    }

    private static void AddBias(float[] bias, int start, int width, float* c, nint strideC, int rows)
    {
        for (int r = 0; r < rows; r++)
        {
            for (int n = 0; n < width; n++) c[(r * strideC) + n] += bias[start + n];
        }
    }

    private static void CopyOut(float* edge, int width, Matrix output, int firstRow, int endRow, int column)
    {
        for (int row = firstRow; row < endRow; row++)
        {
            new ReadOnlySpan<float>(edge + ((row - firstRow) * ITile.Width), width).CopyTo(output.Row(row)[column..]);
        }
    }
}
