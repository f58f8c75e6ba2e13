using System.Runtime.CompilerServices;
using Innate.Compute.Blocks;
using Innate.Compute.Memory;
using Innate.Compute.Simd.Integers;
using Innate.Compute.Simd.Tiles;

namespace Innate.Compute.Kernels;

/// <summary>
/// Products of rounded rows and panels of codes, blocked as <see cref="LinearKernel"/> blocks: a stretch of a panel's codes
/// stays in the first level of the cache while groups of rows pass by.
/// </summary>
internal static unsafe class IntegerKernel
{
    private const int ColumnBlock = PackedWeight.WideColumns;

    // Of a block of rows, which all panels pass, the codes are to stay in the second level.
    private const int BlockBytes = 384 << 10;

    // 86 groups of 6 rows: what a last panel's results have room for on the stack.
    private const int MostGroups = 86;

    // Up to so many rows, products wait for the weights' memory.
    private const int FewRows = 32;

    private const long WorthSharing = 160_000;

    /// <summary>Multiplies rows by every right side, whose weights compute in integers.</summary>
    /// <param name="team">Shares out the work.</param>
    /// <param name="x">The rows.</param>
    /// <param name="forms">Which of the rows' forms each product reads.</param>
    /// <param name="products">The right sides and their results.</param>
    public static void Run<TInteger>(ThreadTeam team, RowCodes x, int[] forms, IntegerProduct[] products)
        where TInteger : struct, IIntegerTile
    {
        if (x.Rows == 0) return;
        int panels = 0;
        foreach (IntegerProduct p in products) panels += p.PanelCount;
        int groups = x.GroupCount;
        int most = Math.Clamp(BlockBytes / (x.Columns * IIntegerTile.Height), 1, MostGroups);
        int groupBlocks = (groups + most - 1) / most;
        int groupBlock = (groups + groupBlocks - 1) / groupBlocks;
        bool alone = team.Threads == 1 || (long)x.Rows * x.Columns * panels * ITile.Width < WorthSharing;
        int wanted = alone ? 1 : Math.Max(1, 6 * team.Threads / groupBlocks);
        int chunk = Math.Max(1, (panels + wanted - 1) / wanted);
        int chunks = (panels + chunk - 1) / chunk;

        void MultiplyPiece(int piece, int worker)
        {
            int firstGroup = piece / chunks * groupBlock;
            int first = piece % chunks * chunk;
            Multiply<TInteger>(
                x, forms, products, firstGroup, Math.Min(firstGroup + groupBlock, groups), first,
                Math.Min(first + chunk, panels));
        }

        team.For(groupBlocks * chunks, !alone, MultiplyPiece);
    }

    /// <summary>Some panels of one right side for all rows, by the caller's thread alone.</summary>
    /// <param name="x">The rows.</param>
    /// <param name="codes">The right side.</param>
    /// <param name="firstPanel">The first panel.</param>
    /// <param name="endPanel">The one after the last.</param>
    /// <param name="output">Takes the panels' outputs: [rows, 32 for each panel].</param>
    public static void RunPanels<TInteger>(RowCodes x, CodePanels codes, int firstPanel, int endPanel, Matrix output)
        where TInteger : struct, IIntegerTile
    {
        var product = new IntegerProduct(codes, null, output) { FirstPanel = firstPanel };
        for (int group = 0; group < x.GroupCount; group += MostGroups)
        {
            int end = Math.Min(group + MostGroups, x.GroupCount);
            Multiply<TInteger>(x, 0, product, group, end, firstPanel, endPanel);
        }
    }

    private static void Multiply<TInteger>(
        RowCodes x, int[] forms, IntegerProduct[] products, int firstGroup, int endGroup, int firstPanel, int endPanel)
        where TInteger : struct, IIntegerTile
    {
        int offset = 0;
        for (int i = 0; i < products.Length; i++)
        {
            IntegerProduct p = products[i];
            int first = Math.Max(firstPanel - offset, 0), end = Math.Min(endPanel - offset, p.PanelCount);
            if (first < end) Multiply<TInteger>(x, forms[i], p, firstGroup, endGroup, first, end);
            offset += p.PanelCount;
        }
    }

    private static void Multiply<TInteger>(
        RowCodes x, int form, in IntegerProduct p, int firstGroup, int endGroup, int firstPanel, int endPanel)
        where TInteger : struct, IIntegerTile
    {
        CodeLayout layout = p.Codes.Layout;
        switch (layout.GroupColumns, layout.HasMin, layout.IsSmall)
        {
            case (32, false, true): Multiply<TInteger, Small32>(x, form, p, firstGroup, endGroup, firstPanel, endPanel); break;
            case (32, true, true): Multiply<TInteger, Small32Min>(x, form, p, firstGroup, endGroup, firstPanel, endPanel); break;
            case (16, false, true): Multiply<TInteger, Small16>(x, form, p, firstGroup, endGroup, firstPanel, endPanel); break;
            case (16, true, true): Multiply<TInteger, Small16Min>(x, form, p, firstGroup, endGroup, firstPanel, endPanel); break;
            case (32, false, false): Multiply<TInteger, Large32>(x, form, p, firstGroup, endGroup, firstPanel, endPanel); break;
            case (32, true, false): Multiply<TInteger, Large32Min>(x, form, p, firstGroup, endGroup, firstPanel, endPanel); break;
            default: Multiply<TInteger, Large16>(x, form, p, firstGroup, endGroup, firstPanel, endPanel); break;
        }
    }

    [SkipLocalsInit]
    private static void Multiply<TInteger, TForm>(
        RowCodes x, int form, in IntegerProduct p, int firstGroup, int endGroup, int firstPanel, int endPanel)
        where TInteger : struct, IIntegerTile
        where TForm : struct, ICodeForm
    {
        const int W = ITile.Width;
        int firstRow = RowCodes.At(firstGroup, x.Rows).Row;
        (int lastRow, int lastHeight) = RowCodes.At(endGroup - 1, x.Rows);
        int blockRows = lastRow + lastHeight - firstRow;
        float* edge = stackalloc float[MostGroups * IIntegerTile.Height * W];
        byte* room = stackalloc byte[ColumnBlock * W];
        float* scales = stackalloc float[ColumnBlock / 16 * W];
        float* mins = stackalloc float[ColumnBlock / 16 * W];
        var tile = new CodeTile { Scales = scales, Mins = mins };
        for (int panel = firstPanel; panel < endPanel; panel++)
        {
            int width = Math.Min(W, p.Codes.Rows - (panel * W)), column = (panel - p.FirstPanel) * W;
            Matrix output = p.Output.Slice(firstRow, blockRows);
            // A last, narrower panel is multiplied beside an output that has no room for its padding.
            bool isNarrow = column + W > output.Columns;
            float* c = isNarrow ? edge : output.Data + column;
            nint strideC = isNarrow ? W : output.Stride;
            for (int start = 0; start < x.Columns; start += ColumnBlock)
            {
                int columns = Math.Min(ColumnBlock, x.Columns - start);
                if (blockRows <= FewRows) p.Codes.Prefetch(panel, start + ColumnBlock);
                tile.Codes = p.Codes.Unpack(panel, start, columns, room, scales, mins);
                tile.Groups = (columns + RowCodes.Block - 1) / RowCodes.Block * (8 / TForm.Steps);
                for (int group = firstGroup; group < endGroup; group++)
                {
                    (int row, int height) = RowCodes.At(group, x.Rows);
                    x.Place(row, height, form, start, ref tile);
                    float* to = c + ((row - firstRow) * strideC);
                    for (int r = 0; start == 0 && r < height; r++) new Span<float>(to + (r * strideC), W).Clear();
                    switch (height)
                    {
                        case 1: TInteger.Multiply1<TForm>(tile, to, strideC); break;
                        case 2: TInteger.Multiply2<TForm>(tile, to, strideC); break;
                        default: TInteger.Multiply6<TForm>(tile, to, strideC); break;
                    }
                }
            }

            for (int r = 0; r < blockRows; r++)
            {
                var row = new Span<float>(c + (r * strideC), width);
                for (int n = 0; p.Bias is { } bias && n < width; n++) row[n] += bias[(panel * W) + n];
                if (isNarrow) row.CopyTo(new Span<float>(output.RowPointer(r) + column, width));
            }
        }
    }

    private readonly struct Small32 : ICodeForm
    {
        public static int Steps => 8;

        public static bool HasMin => false;

        public static bool IsSmall => true;
    }

    private readonly struct Small32Min : ICodeForm
    {
        public static int Steps => 8;

        public static bool HasMin => true;

        public static bool IsSmall => true;
    }

    private readonly struct Small16 : ICodeForm
    {
        public static int Steps => 4;

        public static bool HasMin => false;

        public static bool IsSmall => true;
    }

    private readonly struct Small16Min : ICodeForm
    {
        public static int Steps => 4;

        public static bool HasMin => true;

        public static bool IsSmall => true;
    }

    private readonly struct Large32 : ICodeForm
    {
        public static int Steps => 8;

        public static bool HasMin => false;

        public static bool IsSmall => false;
    }

    private readonly struct Large32Min : ICodeForm
    {
        public static int Steps => 8;

        public static bool HasMin => true;

        public static bool IsSmall => false;
    }

    private readonly struct Large16 : ICodeForm
    {
        public static int Steps => 4;

        public static bool HasMin => false;

        public static bool IsSmall => false;
    }
}

/// <summary>One right side and its result: y = x W^T + b.</summary>
/// <param name="Codes">W.</param>
/// <param name="Bias">b; null for none.</param>
/// <param name="Output">y.</param>
internal readonly record struct IntegerProduct(CodePanels Codes, float[]? Bias, Matrix Output)
{
    /// <summary>The panel whose outputs are y's first columns.</summary>
    public int FirstPanel { get; init; }

    public int PanelCount => (Codes.Rows + ITile.Width - 1) / ITile.Width;
}
