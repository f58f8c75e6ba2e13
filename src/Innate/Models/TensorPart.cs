using System.Runtime.InteropServices;

namespace Innate.Models;

/// <summary>
/// Where a matrix lies in a tensor that holds one slice an expert: its element (r, c) is the tensor's element
/// first + r * row step + c * column step, all within one slice.
/// </summary>
/// <param name="Shape">The tensor's sizes, the slices first.</param>
/// <param name="First">The element of the matrix's first.</param>
/// <param name="RowStep">Elements from a row to the next.</param>
/// <param name="ColumnStep">Elements from a column to the next.</param>
internal sealed record TensorPart(IReadOnlyList<long> Shape, long First, long RowStep, long ColumnStep)
{
    /// <summary>Elements of a slice.</summary>
    public long SliceSize => Shape.Skip(1).Aggregate(1L, (a, b) => a * b);

    /// <summary>The slice that it lies in.</summary>
    public int Slice => (int)(First / SliceSize);

    /// <summary>Copies rows out of their slice.</summary>
    /// <param name="slice">The slice's bytes.</param>
    /// <param name="elementSize">Bytes an element: 2 or 4.</param>
    /// <param name="firstRow">The first of the rows.</param>
    /// <param name="columns">The matrix's columns.</param>
    /// <param name="rows">Takes the rows, one after another.</param>
    public void Gather(ReadOnlySpan<byte> slice, int elementSize, int firstRow, int columns, Span<byte> rows)
    {
        var (start, count) = (checked((int)((First % SliceSize) + (firstRow * RowStep))), rows.Length / elementSize / columns);
        (int row, int column) = ((int)RowStep, (int)ColumnStep);
        if (elementSize == 2)
        {
            Copy(
                MemoryMarshal.Cast<byte, ushort>(slice)[start..], row, column, MemoryMarshal.Cast<byte, ushort>(rows), columns,
                1, count, columns);
        }
        else
        {
            Copy(
                MemoryMarshal.Cast<byte, uint>(slice)[start..], row, column, MemoryMarshal.Cast<byte, uint>(rows), columns, 1,
                count, columns);
        }
    }

    /// <summary>Copies rows to their places in their slice.</summary>
    /// <param name="rows">The rows, one after another.</param>
    /// <param name="elementSize">Bytes an element: 2 or 4.</param>
    /// <param name="firstRow">The first of the rows.</param>
    /// <param name="columns">The matrix's columns.</param>
    /// <param name="slice">The slice's bytes.</param>
    public void Scatter(ReadOnlySpan<byte> rows, int elementSize, int firstRow, int columns, Span<byte> slice)
    {
        var (start, count) = (checked((int)((First % SliceSize) + (firstRow * RowStep))), rows.Length / elementSize / columns);
        (int row, int column) = ((int)RowStep, (int)ColumnStep);
        if (elementSize == 2)
        {
            Copy(
                MemoryMarshal.Cast<byte, ushort>(rows), columns, 1, MemoryMarshal.Cast<byte, ushort>(slice)[start..], row,
                column, count, columns);
        }
        else
        {
            Copy(
                MemoryMarshal.Cast<byte, uint>(rows), columns, 1, MemoryMarshal.Cast<byte, uint>(slice)[start..], row, column,
                count, columns);
        }
    }

    // Column by column: a transposed slice is then read and written in stretches.
    private static void Copy<T>(
        ReadOnlySpan<T> from, int fromRow, int fromColumn, Span<T> to, int toRow, int toColumn, int rows, int columns)
    {
        for (int c = 0; c < columns; c++)
        {
            for (int r = 0; r < rows; r++) to[(r * toRow) + (c * toColumn)] = from[(r * fromRow) + (c * fromColumn)];
        }
    }
}
