using System.Runtime.CompilerServices;
using Innate.Compute.Blocks;
using Innate.Compute.Simd;
using Innate.Compute.Simd.Tiles;

namespace Innate.Compute.Memory;

/// <summary>
/// A matrix of blocks as integer codes, rearranged once into panels of 32 rows: of four columns the rows' codes lie side by
/// side, in as many bits as the type has, then the scales of all the panel's blocks. Nothing is rounded: the values are the
/// blocks' own.
/// </summary>
internal sealed unsafe class CodePanels : IDisposable
{
    private const int W = ITile.Width;

    private readonly CodeLayout _layout;
    private readonly NativeBuffer _buffer;
    private readonly int _blocks;
    private readonly long _panelBytes;
    private readonly int _groupBytes;

    /// <summary>Makes room; every panel is to be set.</summary>
    /// <param name="type">A type that has blocks.</param>
    /// <param name="rows">Rows.</param>
    /// <param name="columns">Values of a row; where they are no whole blocks, the last block's rest is to stand for 0.</param>
    public CodePanels(ElementType type, int rows, int columns)
    {
        (Type, Rows, Columns, _layout) = (type, rows, columns, CodeLayout.Of(type));
        _blocks = (columns + _layout.BlockColumns - 1) / _layout.BlockColumns;
        // Always of 32 columns: what shares a scale may be half of it.
        _groupBytes = CodePlanes.Bytes(_layout);
        _panelBytes = _blocks * ((_layout.BlockColumns / 32 * (long)_groupBytes) + ScaleBytes(_layout));
        _buffer = new NativeBuffer((rows + W - 1) / W * _panelBytes, zeroed: false);
    }

    /// <summary>How a value was stored.</summary>
    public ElementType Type { get; }

    /// <summary>How its codes are.</summary>
    public CodeLayout Layout => _layout;

    /// <summary>Rows.</summary>
    public int Rows { get; }

    /// <summary>Values of a row.</summary>
    public int Columns { get; }

    /// <summary>Bytes held.</summary>
    public long Bytes => _buffer.Bytes;

    /// <summary>Bytes of a row's blocks, as a file has them.</summary>
    public int RowBytes => _blocks * ElementTypes.BlockBytes(Type);

    /// <summary>Writes the 32 (or, at the end, fewer) rows of one panel.</summary>
    /// <param name="panel">The panel, from 0.</param>
    /// <param name="rows">Its rows' blocks, one row after another.</param>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void SetPanel(int panel, ReadOnlySpan<byte> rows)
    {
        int count = Math.Min(W, Rows - (panel * W)), blockBytes = ElementTypes.BlockBytes(Type), rowBytes = RowBytes;
        ArgumentOutOfRangeException.ThrowIfNotEqual(rows.Length, count * rowBytes);
        byte* codes = Panel(panel);
        byte* scales = ScalesOf(panel);
        byte* all = stackalloc byte[W * 256];
        BlockCodes one = default;
        fixed (byte* first = rows)
        {
            for (int block = 0; block < _blocks; block++, scales += ScaleBytes(_layout))
            {
                // Beyond the last row a scale of 0 makes whatever codes there are worth nothing.
                if (count < W) new Span<byte>(scales, ScaleBytes(_layout)).Clear();
                for (int r = 0; r < count; r++)
                {
                    BlockCodes.Read(Type, first + ((long)r * rowBytes) + (block * blockBytes), ref one);
                    Unsafe.CopyBlockUnaligned(all + (r * 256), Unsafe.AsPointer(ref one), (uint)_layout.BlockColumns);
                    SetScales(one, r, scales);
                }

                for (int start = 0; start < _layout.BlockColumns; start += 32, codes += _groupBytes)
                {
                    CodePlanes.Pack(_layout, all + start, 256, codes);
                }
            }
        }
    }

    /// <summary>Unpacks a stretch of a panel.</summary>
    /// <param name="panel">The panel.</param>
    /// <param name="firstColumn">A multiple of 256.</param>
    /// <param name="columns">At most 256; what is beyond the last column stands for 0.</param>
    /// <param name="room">Room for 256 columns' codes, 8,192 bytes.</param>
    /// <param name="scales">Takes [groups][32]; 512 values at most.</param>
    /// <param name="mins">As <paramref name="scales"/>; written where the type has minima.</param>
    /// <returns>[columns / 4][32][4] codes, in the room or where they are stored.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public byte* Unpack(int panel, int firstColumn, int columns, byte* room, float* scales, float* mins)
    {
        int thirtyTwos = (columns + 31) / 32;
        byte* from = Panel(panel) + ((nint)(firstColumn / 32) * _groupBytes);
        int firstBlock = firstColumn / _layout.BlockColumns;
        int blocks = (columns + _layout.BlockColumns - 1) / _layout.BlockColumns;
        byte* stored = ScalesOf(panel) + ((nint)firstBlock * ScaleBytes(_layout));
        int groupFloats = _layout.Groups * W;
        for (int block = 0; block < blocks; block++, stored += ScaleBytes(_layout))
        {
            GetScales(stored, scales + (block * groupFloats), mins + (block * groupFloats));
        }

        if (_layout.LowBits == 8) return from;
        for (int i = 0; i < thirtyTwos; i++, from += _groupBytes) CodePlanes.Unpack(_layout, from, room + (i * 1024));
        return room;
    }

    /// <summary>
    /// Asks for a stretch's memory ahead of its turn: where few rows pass by, products wait for nothing else. What lies behind a
    /// panel's last column is the next panel's.
    /// </summary>
    /// <param name="panel">The panel.</param>
    /// <param name="firstColumn">A multiple of 256; it may be beyond the last.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Prefetch(int panel, int firstColumn)
    {
        if (firstColumn >= Columns) (panel, firstColumn) = (panel + 1, 0);
        if (panel * W >= Rows) return;
        int columns = Math.Min(256, _blocks * _layout.BlockColumns);
        MemoryLines.Prefetch(Panel(panel) + ((nint)(firstColumn / 32) * _groupBytes), columns / 32 * _groupBytes);
        int scaleBytes = ScaleBytes(_layout);
        MemoryLines.Prefetch(
            ScalesOf(panel) + ((nint)(firstColumn / _layout.BlockColumns) * scaleBytes),
            columns / _layout.BlockColumns * scaleBytes);
    }

    /// <summary>Widens a stretch of a panel: column after column, 32 rows each, to the bits that the blocks widen to.</summary>
    /// <param name="panel">The panel.</param>
    /// <param name="firstColumn">A multiple of 256.</param>
    /// <param name="columns">At most 256.</param>
    /// <param name="to">[columns][32].</param>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Widen(int panel, int firstColumn, int columns, float* to)
    {
        byte* room = stackalloc byte[8192];
        float* scales = stackalloc float[1024];
        float* mins = scales + 512;
        byte* codes = Unpack(panel, firstColumn, columns, room, scales, mins);
        for (int c = 0; c < columns; c++, to += W)
        {
            int group = c / _layout.GroupColumns * W;
            byte* step = codes + (c / 4 * CodePlanes.StepBytes);
            for (int r = 0; r < W; r += 16)
            {
                BlockLanes.Sixteen(
                    step + (r * 4), c % 4, _layout.Zero, scales + group + r, _layout.HasMin ? mins + group + r : null, to + r);
            }
        }
    }

    /// <summary>Widens one row.</summary>
    [SkipLocalsInit]
    public void CopyRow(int row, Span<float> to)
    {
        float* wide = stackalloc float[256 * W];
        for (int start = 0; start < Columns; start += 256)
        {
            int columns = Math.Min(256, Columns - start);
            Widen(row / W, start, columns, wide);
            for (int c = 0; c < columns; c++) to[start + c] = wide[(c * W) + (row % W)];
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _buffer.Dispose();

    // A block's own numbers, [numbers][32] of two bytes, then the groups', [numbers][groups][32] of one.
    private static int ScaleBytes(CodeLayout layout) =>
        layout.Numbers * W * (sizeof(ushort) + (layout.HasGroupScales ? layout.Groups : 0));

    private byte* Panel(int panel) => _buffer.Pointer + (panel * _panelBytes);

    private byte* ScalesOf(int panel) => Panel(panel) + ((long)_blocks * (_layout.BlockColumns / 32) * _groupBytes);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void SetScales(in BlockCodes block, int row, byte* to)
    {
        for (int n = 0; n < _layout.Numbers; n++) ((ushort*)to)[(n * W) + row] = block.Numbers[n];
        if (!_layout.HasGroupScales) return;
        var groups = (sbyte*)to + (_layout.Numbers * W * sizeof(ushort));
        for (int n = 0; n < _layout.Numbers; n++)
        {
            for (int g = 0; g < _layout.Groups; g++)
            {
                groups[(((n * _layout.Groups) + g) * W) + row] = block.GroupNumbers[(n * BlockCodes.FirstMin) + g];
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void GetScales(byte* stored, float* scales, float* mins)
    {
        int numbers = _layout.Numbers, groupCount = _layout.Groups;
        if (!_layout.HasGroupScales)
        {
            Widen(stored, scales);
            if (_layout.HasMin) Widen(stored + (W * sizeof(ushort)), mins);
            for (int i = W; i < groupCount * W; i++) scales[i] = scales[i - W];
            return;
        }

        float* own = stackalloc float[2 * W];
        Widen(stored, own);
        if (_layout.HasMin) Widen(stored + (W * sizeof(ushort)), own + W);
        var groups = (sbyte*)stored + (numbers * W * sizeof(ushort));
        for (int at = 0; at < groupCount * W; at += 16)
        {
            BlockLanes.Times(groups + at, own + (at % W), negated: false, scales + at);
            if (_layout.HasMin) BlockLanes.Times(groups + (groupCount * W) + at, own + W + (at % W), negated: true, mins + at);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Widen(byte* halves, float* to)
    {
        for (int i = 0; i < W; i += 16) BlockLanes.SixteenHalves((ushort*)halves + i, _layout.HasBrainScales, to + i);
    }
}
