using System.Runtime.CompilerServices;
using Innate.Compute.Blocks;

namespace Innate.Compute.Memory;

/// <summary>
/// A matrix of blocks as it lies in a file: row after row, each row whole blocks. Nothing is copied; the memory's owner is let
/// go of with the rows.
/// </summary>
internal sealed unsafe class BlockRows : IDisposable
{
    private readonly byte* _first;
    private readonly IDisposable _owner;
    private readonly int _pairedHead;

    /// <summary>Views memory as rows of blocks.</summary>
    /// <param name="first">The first row's first block.</param>
    /// <param name="type">A type that has blocks.</param>
    /// <param name="rows">Rows.</param>
    /// <param name="columns">Values of a row; a multiple of the type's block.</param>
    /// <param name="pairedHead">
    /// Where the rows of a rotary head lie pair by pair, its dimension d: row i of a head is stored as its row 2i where i is
    /// under d/2, else as 2(i - d/2) + 1. 0: as they are.
    /// </param>
    /// <param name="owner">Keeps the memory.</param>
    public BlockRows(byte* first, ElementType type, int rows, int columns, int pairedHead, IDisposable owner)
    {
        if (columns % ElementTypes.BlockValues(type) != 0)
        {
            throw new ArgumentException($"{columns} values a row are no whole blocks of {type}.", nameof(columns));
        }

        _first = first;
        (Type, Rows, Columns, _pairedHead, _owner) = (type, rows, columns, pairedHead, owner);
        RowBytes = ElementTypes.Bytes(type, columns);
    }

    /// <summary>How the blocks are stored.</summary>
    public ElementType Type { get; }

    /// <summary>Rows.</summary>
    public int Rows { get; }

    /// <summary>Values of a row.</summary>
    public int Columns { get; }

    /// <summary>Bytes of a row.</summary>
    public long RowBytes { get; }

    /// <summary>Bytes in all.</summary>
    public long Bytes => Rows * RowBytes;

    /// <summary>The row of a file's order that holds this one.</summary>
    public static int StoredRow(int row, int pairedHead)
    {
        if (pairedHead == 0) return row;
        (int head, int i) = Math.DivRem(row, pairedHead);
        int half = pairedHead / 2;
        return (head * pairedHead) + (i < half ? 2 * i : (2 * (i - half)) + 1);
    }

    /// <summary>A row's blocks.</summary>
    public ReadOnlySpan<byte> Row(int row) => new(At(row), checked((int)RowBytes));

    /// <summary>Widens a stretch of a row.</summary>
    /// <param name="row">The row.</param>
    /// <param name="firstColumn">Where a block begins.</param>
    /// <param name="columns">Whole blocks.</param>
    /// <param name="to">Takes the values in order.</param>
    public void Widen(int row, int firstColumn, int columns, float* to) =>
        BlockWidening.Widen(Type, At(row) + ElementTypes.Bytes(Type, firstColumn), columns, to);

    /// <inheritdoc/>
    public void Dispose() => _owner.Dispose();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private byte* At(int row)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)row, (uint)Rows);
        return _first + (StoredRow(row, _pairedHead) * RowBytes);
    }
}
