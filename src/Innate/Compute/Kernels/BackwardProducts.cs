using System.Runtime.CompilerServices;
using Innate.Compute.Simd.Tiles;

namespace Innate.Compute.Kernels;

/// <summary>
/// The products of the backward pass. A worker takes some hundred rows of the left side and a few panels of the right: a stretch
/// of what is summed over stays in its second level for all the panels, and a panel's stretch in the first for all the rows.
/// </summary>
internal static unsafe class BackwardProducts
{
    // 256 steps of a panel are 32 KB of float32, of a row group 12 KB: together within a 48 KB first level.
    private const int Stretch = 256;

    // 44 groups of 12 rows: a stretch of 528 rows is 0.54 MB, within a 1 MB second level.
    private const int GroupBlock = 44;

    // Few: each piece reads its rows anew.
    private const int PiecesAThread = 3;

    private const int CacheLine = 64;

    // Below so many multiply-adds, waking another thread costs more than it saves.
    private const long WorthSharing = 40_000;

    /// <summary>Multiplies packed rows by every right side; all have one depth.</summary>
    /// <param name="team">Shares out the work.</param>
    /// <param name="packed">The left side as <see cref="RowGroups"/> lays it out: [rows, depth].</param>
    /// <param name="rows">Rows of the left side.</param>
    /// <param name="operands">The right sides and where their results go.</param>
    public static void Run<TTile>(ThreadTeam team, float* packed, int rows, BackwardOperand[] operands)
        where TTile : struct, ITile
    {
        if (rows == 0 || operands.Length == 0) return;
        int panels = 0, depth = operands[0].Depth;
        foreach (BackwardOperand o in operands) panels += o.Panels;
        int groups = RowGroups.Count(rows);
        int groupBlocks = (groups + GroupBlock - 1) / GroupBlock;
        bool alone = team.Threads == 1 || (long)rows * depth * panels * ITile.Width < WorthSharing;
        int wanted = alone ? 1 : Math.Max(1, PiecesAThread * team.Threads / groupBlocks);
        int chunk = (panels + wanted - 1) / wanted;
        int chunks = (panels + chunk - 1) / chunk;

        void MultiplyPiece(int piece, int worker)
        {
            (int block, int at) = Math.DivRem(piece, chunks);
            // Blocks of even size: a last one of a few rows would lay its panels out for little.
            int first = groups * block / groupBlocks, end = groups * (block + 1) / groupBlocks;
            Multiply<TTile>(packed, rows, depth, operands, first, end, at * chunk, Math.Min((at + 1) * chunk, panels));
        }

        team.For(groupBlocks * chunks, !alone, MultiplyPiece);
    }

    [SkipLocalsInit]
    private static void Multiply<TTile>(
        float* packed, int rows, int depth, BackwardOperand[] operands, int firstGroup, int endGroup, int firstPanel,
        int endPanel)
        where TTile : struct, ITile
    {
        const int W = ITile.Width;
        int firstRow = RowGroups.At(firstGroup, rows).Row;
        (int lastRow, int lastHeight) = RowGroups.At(endGroup - 1, rows);
        int blockRows = lastRow + lastHeight - firstRow;
        // From a cache line on: loads across two lines would take twice.
        byte* room = stackalloc byte[(Stretch * W * sizeof(float)) + CacheLine];
        float* right = (float*)(((nuint)room + CacheLine - 1) & ~(nuint)(CacheLine - 1));
        float* edge = stackalloc float[GroupBlock * ITile.Height * W];
        for (int start = 0; start < depth; start += Stretch)
        {
            int count = Math.Min(Stretch, depth - start), offset = 0;
            foreach (BackwardOperand o in operands)
            {
                int end = Math.Min(endPanel - offset, o.Panels);
                for (int panel = Math.Max(firstPanel - offset, 0); panel < end; panel++)
                {
                    o.Fill(panel, start, count, right);
                    int width = Math.Min(W, o.Columns - (panel * W));
                    bool narrow = width < W && !o.HasPadding, add = start > 0 || o.Add;
                    float* output = o.Output + (panel * o.PanelStride) + (firstRow * o.RowStride);
                    float* c = narrow ? edge : output;
                    nint strideC = narrow ? W : o.RowStride;
                    if (narrow && add) LinearKernel.CopyRows(output, o.RowStride, edge, W, width, blockRows);
                    for (int group = firstGroup; group < endGroup; group++)
                    {
                        (int row, int height) = RowGroups.At(group, rows);
                        float* a = packed + ((nint)row * depth) + ((nint)start * height);
                        LinearKernel.MultiplyTile<TTile>(
                            height, a, height, (byte*)right, ElementType.Float32, count, c + ((row - firstRow) * strideC),
                            strideC, add);
                    }

                    if (narrow) LinearKernel.CopyRows(edge, W, output, o.RowStride, width, blockRows);
                }

                offset += o.Panels;
            }
        }
    }
}
