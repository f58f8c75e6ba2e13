using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Innate.Compute.Blocks;
using Innate.Compute.Simd.Tiles;

namespace Innate.Compute.Memory;

/// <summary>
/// The codes of 32 columns by 32 rows in as few bits as they have. Four columns are a step, a row's four codes of a step the
/// bytes of a word; unpacked, a step is 32 words. Packed, several steps share words: the low bits of steps i, i + n, i + 2n...
/// lie above one another in word i, the high bits in the same way in words behind.
/// </summary>
internal static unsafe class CodePlanes
{
    /// <summary>Bytes of a step of 32 rows.</summary>
    public const int StepBytes = 128;

    private const int W = ITile.Width, Steps = 8;

    /// <summary>Bytes of 32 columns by 32 rows.</summary>
    public static int Bytes(CodeLayout layout) => (layout.LowBits + layout.HighBits) * W * 4;

    /// <summary>Packs the codes.</summary>
    /// <param name="layout">Their form.</param>
    /// <param name="rows">32 rows of 32 codes.</param>
    /// <param name="stride">From a row to the next.</param>
    /// <param name="to">See <see cref="Bytes"/>.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Pack(CodeLayout layout, byte* rows, int stride, byte* to)
    {
        int lowWords = layout.LowBits, highWords = layout.HighBits;
        uint lowMask = Mask(layout.LowBits), highMask = Mask(layout.HighBits);
        var words = (uint*)to;
        new Span<byte>(to, Bytes(layout)).Clear();
        for (int step = 0; step < Steps; step++)
        {
            uint* low = words + (step % lowWords * W);
            int lowShift = step / lowWords * layout.LowBits;
            for (int r = 0; r < W; r++) low[r] |= (((uint*)(rows + (r * stride)))[step] & lowMask) << lowShift;
            if (highWords == 0) continue;
            uint* high = words + ((lowWords + (step % highWords)) * W);
            int highShift = step / highWords * layout.HighBits;
            for (int r = 0; r < W; r++)
            {
                high[r] |= (((uint*)(rows + (r * stride)))[step] >> layout.LowBits & highMask) << highShift;
            }
        }
    }

    /// <summary>Unpacks the codes: [8 steps][32 rows][4].</summary>
    public static void Unpack(CodeLayout layout, byte* from, byte* to)
    {
        switch (layout.LowBits, layout.HighBits, layout.Table.Length)
        {
            case (4, 0, 0): UnpackNibbles(from, to); break;
            case (4, 1, 0): UnpackFives(from, to); break;
            default: UnpackAny(layout, from, to); break;
        }
    }

    // The two commonest forms, each word read once.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void UnpackNibbles(byte* from, byte* to)
    {
        Vector256<byte> low = Vector256.Create((byte)15);
        for (int i = 0; i < 4 * StepBytes; i += 32)
        {
            Vector256<byte> both = Vector256.Load(from + i);
            (both & low).Store(to + i);
            (Vector256.ShiftRightLogical(both.AsUInt16(), 4).AsByte() & low).Store(to + (4 * StepBytes) + i);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void UnpackFives(byte* from, byte* to)
    {
        Vector256<byte> low = Vector256.Create((byte)15), fifth = Vector256.Create((byte)16);
        for (int r = 0; r < StepBytes; r += 32)
        {
            Vector256<ushort> high = Vector256.Load(from + (4 * StepBytes) + r).AsUInt16();
            for (int step = 0; step < 4; step++)
            {
                Vector256<byte> both = Vector256.Load(from + (step * StepBytes) + r);
                Vector256<byte> first = Vector256.ShiftLeft(high, 4 - step).AsByte() & fifth;
                Vector256<byte> second = (step == 0 ? high : Vector256.ShiftRightLogical(high, step)).AsByte() & fifth;
                ((both & low) | first).Store(to + (step * StepBytes) + r);
                both = Vector256.ShiftRightLogical(both.AsUInt16(), 4).AsByte() & low;
                (both | second).Store(to + ((step + 4) * StepBytes) + r);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void UnpackAny(CodeLayout layout, byte* from, byte* to)
    {
        int lowWords = layout.LowBits, highWords = layout.HighBits;
        Vector256<uint> lowMask = Vector256.Create(Mask(layout.LowBits)), highMask = Vector256.Create(Mask(layout.HighBits));
        Vector128<byte> table = layout.Table.Length > 0 ? Vector128.Create(layout.Table) : default;
        var words = (uint*)from;
        for (int step = 0; step < Steps; step++, to += W * 4)
        {
            uint* low = words + (step % lowWords * W);
            int lowShift = step / lowWords * layout.LowBits;
            for (int r = 0; r < W; r += 8)
            {
                Vector256<uint> codes = Vector256.ShiftRightLogical(Vector256.Load(low + r), lowShift) & lowMask;
                if (highWords > 0)
                {
                    Vector256<uint> high = Vector256.Load(words + ((lowWords + (step % highWords)) * W) + r);
                    high = Vector256.ShiftRightLogical(high, step / highWords * layout.HighBits) & highMask;
                    codes |= Vector256.ShiftLeft(high, layout.LowBits);
                }

                if (layout.Table.Length > 0)
                {
                    codes = Vector256.Create(
                        Vector128.Shuffle(table, codes.GetLower().AsByte()),
                        Vector128.Shuffle(table, codes.GetUpper().AsByte())).AsUInt32();
                }

                codes.AsByte().Store(to + (r * 4));
            }
        }
    }

    // The same bits of each of a word's four bytes.
    private static uint Mask(int bits) => ((1u << bits) - 1) * 0x01010101u;
}
