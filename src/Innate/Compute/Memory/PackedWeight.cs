using System.Runtime.CompilerServices;
using Innate.Compute.Simd;
using Innate.Compute.Simd.Tiles;

namespace Innate.Compute.Memory;

/// <summary>
/// A weight matrix [rows, columns] (outputs, inputs) in its checkpoint's own element type, rearranged once into panels:
/// 32 rows side by side, column after column, the last panel padded with zeros. A product then reads memory strictly
/// forwards, whether for one token or for thousands. Embedding, projections and head all have this one form. A matrix of
/// quantised blocks stays as it is stored; a product widens it, a stretch of a panel at a time, to the bits that a float32 weight
/// would have. Or it lies in panels of integer codes, of which products are formed in integers.
/// </summary>
public sealed unsafe class PackedWeight : IDisposable
{
    /// <summary>Columns that are widened at a time; every type's block divides it.</summary>
    internal const int WideColumns = 256;

    private readonly NativeBuffer _buffer;

    // Of a weight that lies within memory that is not its own.
    private readonly long _start;
    private readonly bool _isBorrowed;
    private readonly BlockRows? _blocks;
    private readonly CodePanels? _codes;

    /// <summary>Allocates a weight whose values are undefined until every panel is set.</summary>
    /// <param name="rows">Outputs.</param>
    /// <param name="columns">Inputs.</param>
    /// <param name="type">How values are stored.</param>
    public PackedWeight(int rows, int columns, ElementType type)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rows, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(columns, 1);
        Rows = rows;
        Columns = columns;
        Type = type;
        ElementSize = ElementTypes.SizeOf(type);
        Panels = (rows + ITile.Width - 1) / ITile.Width;
        PanelBytes = (long)columns * ITile.Width * ElementSize;
        _buffer = new NativeBuffer(Panels * PanelBytes, zeroed: false);
        // The last panel's padding; all else is written panel by panel.
        new Span<byte>(Panel(Panels - 1), checked((int)PanelBytes)).Clear();
    }

    /// <summary>A weight within memory that outlives it and holds zeros.</summary>
    /// <param name="rows">Outputs.</param>
    /// <param name="columns">Inputs.</param>
    /// <param name="type">How values are stored.</param>
    /// <param name="memory">The memory.</param>
    /// <param name="start">The weight's first byte there.</param>
    internal PackedWeight(int rows, int columns, ElementType type, NativeBuffer memory, long start)
    {
        (Rows, Columns, Type, ElementSize) = (rows, columns, type, ElementTypes.SizeOf(type));
        Panels = (rows + ITile.Width - 1) / ITile.Width;
        PanelBytes = (long)columns * ITile.Width * ElementSize;
        (_buffer, _start, _isBorrowed) = (memory, start, true);
    }

    /// <summary>A weight of blocks, which it then owns.</summary>
    internal PackedWeight(BlockRows blocks)
    {
        (Rows, Columns, Type, _blocks) = (blocks.Rows, blocks.Columns, blocks.Type, blocks);
        Panels = (Rows + ITile.Width - 1) / ITile.Width;
        _buffer = new NativeBuffer(0);
    }

    /// <summary>A weight of integer codes, which it then owns.</summary>
    internal PackedWeight(CodePanels codes)
    {
        (Rows, Columns, Type, _codes) = (codes.Rows, codes.Columns, codes.Type, codes);
        Panels = (Rows + ITile.Width - 1) / ITile.Width;
        _buffer = new NativeBuffer(0);
    }

    /// <summary>Outputs.</summary>
    public int Rows { get; }

    /// <summary>Inputs.</summary>
    public int Columns { get; }

    /// <summary>How values are stored.</summary>
    public ElementType Type { get; }

    /// <summary>Bytes a value; 0 where the weight is blocks.</summary>
    public int ElementSize { get; }

    /// <summary>Bytes held.</summary>
    public long Bytes => _blocks?.Bytes ?? _codes?.Bytes ?? (Panels * PanelBytes);

    /// <summary>Whether the weight is quantised blocks, which are read and never written.</summary>
    internal bool IsBlocked => _blocks is not null || _codes is not null;

    /// <summary>The integer codes of which products are formed; null where they are formed of floating-point numbers.</summary>
    internal CodePanels? Codes => _codes;

    /// <summary>What the values are once they are in a product's hands: blocks are widened.</summary>
    internal ElementType WideType => IsBlocked ? ElementType.Float32 : Type;

    internal int Panels { get; }

    internal long PanelBytes { get; }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_isBorrowed) _buffer.Dispose();
        _blocks?.Dispose();
        _codes?.Dispose();
    }

    /// <summary>Bytes of a weight of such a shape.</summary>
    internal static long BytesOf(int rows, int columns, ElementType type) =>
        (long)(rows + ITile.Width - 1) / ITile.Width * ITile.Width * columns * ElementTypes.SizeOf(type);

    /// <summary>Writes the 32 (or, at the end, fewer) rows of one panel.</summary>
    /// <param name="panel">The panel, from 0.</param>
    /// <param name="values">Its rows, one after another, in the weight's own element type, little-endian.</param>
    public void SetPanel(int panel, ReadOnlySpan<byte> values)
    {
        int rows = RowsInPanel(panel);
        RequireElements();
        ArgumentOutOfRangeException.ThrowIfNotEqual(values.Length, (long)rows * Columns * ElementSize);
        fixed (byte* source = values)
        {
            if (ElementSize == 2) Interleave((ushort*)source, (ushort*)Panel(panel), rows);
            else Interleave((uint*)source, (uint*)Panel(panel), rows);
        }
    }

    /// <summary>Reads one panel's rows back, one after another, in the weight's own element type.</summary>
    /// <param name="panel">The panel, from 0.</param>
    /// <param name="destination">Takes its rows.</param>
    public void CopyPanel(int panel, Span<byte> destination)
    {
        int rows = RowsInPanel(panel);
        RequireElements();
        ArgumentOutOfRangeException.ThrowIfNotEqual(destination.Length, (long)rows * Columns * ElementSize);
        fixed (byte* to = destination)
        {
            if (ElementSize == 2) Deinterleave((ushort*)Panel(panel), (ushort*)to, rows);
            else Deinterleave((uint*)Panel(panel), (uint*)to, rows);
        }
    }

    /// <summary>Sets every value to zero.</summary>
    public void Clear()
    {
        for (int panel = 0; panel < Panels; panel++) new Span<byte>(Panel(panel), checked((int)PanelBytes)).Clear();
    }

    /// <summary>Reads one row back, widened to float32.</summary>
    public void CopyRow(int row, Span<float> destination)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)row, (uint)Rows);
        ArgumentOutOfRangeException.ThrowIfNotEqual(destination.Length, Columns);
        if (IsBlocked)
        {
            if (_codes is not null) _codes.CopyRow(row, destination);
            else fixed (float* to = destination) _blocks!.Widen(row, 0, Columns, to);
            return;
        }

        byte* source = Panel(row / ITile.Width) + (row % ITile.Width * ElementSize);
        for (int c = 0; c < destination.Length; c++, source += ITile.Width * ElementSize)
        {
            destination[c] = Type switch
            {
                ElementType.Float32 => *(float*)source,
                ElementType.BFloat16 => BitConverter.UInt32BitsToSingle((uint)*(ushort*)source << 16),
                _ => (float)*(Half*)source,
            };
        }
    }

    /// <summary>All values of a float32 weight, padding included, as panels: what element-wise work needs to see.</summary>
    internal Matrix Flat()
    {
        if (Type != ElementType.Float32) throw new InvalidOperationException($"{Type} values are no float32 matrix.");
        int columns = checked(Columns * ITile.Width);
        return new Matrix((float*)(_buffer.Pointer + _start), Panels, columns, columns);
    }

    /// <summary>The blocks of one row, as they are stored.</summary>
    internal ReadOnlySpan<byte> BlocksOf(int row) =>
        (_blocks ?? throw new InvalidOperationException($"{Type} values are no blocks.")).Row(row);

    /// <summary>Widens a stretch of a row of blocks.</summary>
    internal void WidenRow(int row, int firstColumn, int columns, float* to) => _blocks!.Widen(row, firstColumn, columns, to);

    /// <summary>
    /// Widens a stretch of a panel of blocks: column after column, 32 rows each, zero beyond the last row.
    /// </summary>
    /// <param name="panel">The panel.</param>
    /// <param name="firstColumn">A multiple of <see cref="WideColumns"/>.</param>
    /// <param name="columns">At most <see cref="WideColumns"/>.</param>
    /// <param name="to">[columns][32].</param>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal void WidenPanel(int panel, int firstColumn, int columns, float* to)
    {
        const int W = ITile.Width;
        if (_codes is not null)
        {
            _codes.Widen(panel, firstColumn, columns, to);
            return;
        }

        float* wide = stackalloc float[W * WideColumns];
        int rows = RowsInPanel(panel);
        for (int r = 0; r < rows; r++) WidenRow((panel * W) + r, firstColumn, columns, wide + (r * WideColumns));
        if (rows < W) new Span<float>(wide + (rows * WideColumns), (W - rows) * WideColumns).Clear();
        for (int c = 0; c < columns; c += 4)
        {
            for (int r = 0; r < W; r += 4)
            {
                Transpose.FourByFour(wide + (r * WideColumns) + c, WideColumns, to + (c * W) + r, W);
            }
        }
    }

    /// <summary>Widens a whole panel of blocks.</summary>
    /// <param name="panel">The panel.</param>
    /// <param name="to">[all columns][32].</param>
    internal void WidenPanel(int panel, float* to)
    {
        for (int start = 0; start < Columns; start += WideColumns)
        {
            WidenPanel(panel, start, Math.Min(WideColumns, Columns - start), to + ((nint)start * ITile.Width));
        }
    }

    /// <summary>Widens all values into a float32 weight of the same shape.</summary>
    internal void WidenTo(PackedWeight wide)
    {
        if (IsBlocked)
        {
            for (int panel = 0; panel < Panels; panel++) WidenPanel(panel, (float*)wide.Panel(panel));
            return;
        }

        int values = checked(Columns * ITile.Width);
        for (int panel = 0; panel < Panels; panel++)
        {
            ElementTypes.Widen(
                new ReadOnlySpan<byte>(Panel(panel), checked((int)PanelBytes)), new Span<float>(wide.Panel(panel), values), Type);
        }
    }

    internal int RowsInPanel(int panel) => Math.Min(ITile.Width, Rows - (panel * ITile.Width));

    internal byte* Panel(int panel) => IsBlocked
        ? throw new InvalidOperationException($"{Type} blocks lie in no panels.")
        : _buffer.Pointer + _start + (panel * PanelBytes);

    private void RequireElements()
    {
        if (IsBlocked) throw new InvalidOperationException($"{Type} blocks are not set or copied as single values.");
    }

    private void Interleave<T>(T* source, T* panel, int rows)
        where T : unmanaged
    {
        // Sixteen columns at a time: the sixteen cache lines being written stay in the first-level cache over all rows.
        const int Step = 16;
        for (int start = 0; start < Columns; start += Step)
        {
            int end = Math.Min(start + Step, Columns);
            for (int r = 0; r < rows; r++)
            {
                T* from = source + ((nint)r * Columns);
                T* to = panel + r;
                for (int c = start; c < end; c++) to[(nint)c * ITile.Width] = from[c];
            }
        }
    }

    private void Deinterleave<T>(T* panel, T* destination, int rows)
        where T : unmanaged
    {
        for (int c = 0; c < Columns; c++)
        {
            for (int r = 0; r < rows; r++) destination[((nint)r * Columns) + c] = panel[((nint)c * ITile.Width) + r];
        }
    }
}
