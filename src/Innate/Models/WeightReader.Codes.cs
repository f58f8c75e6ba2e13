using Innate.Checkpoints;
using Innate.Compute;
using Innate.Compute.Blocks;
using Innate.Compute.Memory;
using Innate.Compute.Simd.Tiles;

namespace Innate.Models;

/// <summary>Matrices as integer codes.</summary>
internal sealed partial class WeightReader
{
    // What a matrix is rounded to where nothing else is asked for: its error is a tenth of that of 4 bits.
    private const ElementType Default = ElementType.Q8_0;

    private PackedWeight Codes(string name, int allRows, int columns, int first, int count)
    {
        TensorInfo tensor = checkpoint.Find(name, allRows, columns);
        _names.Add(name);
        long rowBytes = ElementTypes.Bytes(tensor.Type, columns);
        PackedWeight weight = Codes(
            tensor, tensor.Type, count, columns, (row, to) => checkpoint.Read(tensor, (first + (long)row) * rowBytes, to.Span));
        return Keep(name, allRows, first, weight);
    }

    /// <summary>A matrix of codes: a type's blocks as they are, anything else rounded to blocks, row by row.</summary>
    /// <param name="tensor">Where the values come from, for messages.</param>
    /// <param name="type">How they are stored.</param>
    /// <param name="rows">Rows.</param>
    /// <param name="columns">Columns.</param>
    /// <param name="read">Writes some rows: the first of them, and where they go. Called on several threads.</param>
    private PackedWeight Codes(TensorInfo tensor, ElementType type, int rows, int columns, Action<int, Memory<byte>> read)
    {
        bool isBlocked = ElementTypes.IsBlocked(type);
        if (isBlocked && forms.Quantized is { } asked && asked != type)
        {
            throw new InputException(
                nameof(Sessions.ModelSource.Quantize),
                $"no other blocks than those of {tensor.File}, where tensor '{tensor.Name}' is {type}", $"{asked}");
        }

        var panels = new CodePanels(isBlocked ? type : forms.Quantized ?? Default, rows, columns);
        long rowBytes = ElementTypes.Bytes(type, columns);
        Fill(panels, rows, rowBytes, (panel, values) =>
        {
            read(panel * ITile.Width, values);
            RequireFinite(tensor with { Type = type }, values.Span);
            int count = (int)(values.Length / rowBytes);
            panels.SetPanel(panel, isBlocked ? values.Span : Rounded(tensor, type, values.Span, count, panels));
        });
        return new PackedWeight(panels);
    }

    /// <summary>Rows rounded to blocks, the last of each filled up with zeros.</summary>
    private static byte[] Rounded(TensorInfo tensor, ElementType type, ReadOnlySpan<byte> values, int rows, CodePanels panels)
    {
        int columns = panels.Columns, rowBytes = values.Length / rows;
        var wide = new float[(columns + 31) / 32 * 32];
        var blocks = new byte[rows * panels.RowBytes];
        for (int r = 0; r < rows; r++)
        {
            ElementTypes.Widen(values.Slice(r * rowBytes, rowBytes), wide.AsSpan(0, columns), type);
            Span<byte> to = blocks.AsSpan(r * panels.RowBytes, panels.RowBytes);
            BlockRounding.Round(panels.Type, wide, to);
            // A value beyond half precision's range has no scale.
            RequireFinite(tensor with { Type = panels.Type }, to);
        }

        return blocks;
    }
}
