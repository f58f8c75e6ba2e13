using Innate.Compute.Memory;
using Innate.Compute.Simd.Tiles;

namespace Innate.Compute.Kernels;

/// <summary>
/// One right side of a product, in panels of 32 columns as <see cref="PackedWeight"/> has them, and its result.
/// </summary>
/// <param name="panels">The first panel: k times 32 values, zero beyond the last column.</param>
/// <param name="panelBytes">From a panel to the next.</param>
/// <param name="type">How the values are stored.</param>
/// <param name="columns">Columns in all.</param>
/// <param name="output">The result's first element.</param>
/// <param name="rowStride">Floats from a row of the result to the next.</param>
/// <param name="panelStride">Floats from a panel's first column in the result to the next panel's.</param>
internal readonly unsafe struct Product(
    byte* panels, long panelBytes, ElementType type, int columns, float* output, nint rowStride, nint panelStride)
{
    public byte* Panels { get; } = panels;

    public long PanelBytes { get; } = panelBytes;

    public ElementType Type { get; } = type;

    public int Columns { get; } = columns;

    public float* Output { get; } = output;

    public nint RowStride { get; } = rowStride;

    public nint PanelStride { get; } = panelStride;

    public int PanelCount => (Columns + ITile.Width - 1) / ITile.Width;

    /// <summary>One value a column, added at the end; null for none.</summary>
    public float[]? Bias { get; init; }

    /// <summary>The sums go on from what the result holds.</summary>
    public bool Add { get; init; }

    /// <summary>The result has room for the last panel's padding.</summary>
    public bool HasPadding { get; init; }

    /// <summary>The weight where the panels are to be widened from its blocks; null: they lie at <see cref="Panels"/>.</summary>
    public PackedWeight? Blocks { get; private init; }

    /// <summary>The first of the blocks' panels.</summary>
    public int FirstPanel { get; private init; }

    /// <summary>x W^T: a weight as right side, a matrix as result.</summary>
    public static Product Of(PackedWeight weight, Matrix output) => Of(weight, 0, weight.Rows, output);

    /// <summary>x W^T for some rows of W, from the first of a panel.</summary>
    public static Product Of(PackedWeight weight, int firstPanel, int rows, Matrix output) => weight.IsBlocked
        ? new(null, 0, ElementType.Float32, rows, output.Data, output.Stride, ITile.Width)
        {
            Blocks = weight,
            FirstPanel = firstPanel,
        }
        : new(weight.Panel(firstPanel), weight.PanelBytes, weight.Type, rows, output.Data, output.Stride, ITile.Width);
}
