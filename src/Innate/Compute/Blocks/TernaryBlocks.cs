using System.Runtime.CompilerServices;
using static System.Runtime.CompilerServices.MethodImplOptions;

namespace Innate.Compute.Blocks;

/// <summary>TQ1_0: five values of three in a byte (3^5 = 243), half d. x = d (q - 1).</summary>
internal readonly unsafe struct TQ1Block : IBlock
{
    public static int Values => 256;

    public static int Bytes => 54;

    private static ReadOnlySpan<byte> Powers => [1, 3, 9, 27, 81];

    public static CodeLayout Layout { get; } = new(2, 0, Zero: 1) { BlockColumns = 256 };

    [MethodImpl(AggressiveInlining)]
    public static void Widen(byte* block, float* to)
    {
        float d = BlockParts.Half(block + 52);
        // 32 bytes of five digits, 16 bytes of five, 4 bytes of four.
        byte* codes = stackalloc byte[256];
        Digits(block + 48, 4, 4, Digits(block + 32, 16, 5, Digits(block, 32, 5, codes)));
        for (int i = 0; i < 256; i++) to[i] = (codes[i] - 1) * d;
    }

    private static byte* Digits(byte* q, int bytes, int digits, byte* to)
    {
        for (int n = 0; n < digits; n++)
        {
            for (int i = 0; i < bytes; i++)
            {
                // The byte is a fraction of 256: times a power of 3 it wraps to leave the wanted digit in front.
                int shifted = (byte)(q[i] * Powers[n]);
                *to++ = (byte)(shifted * 3 >> 8);
            }
        }

        return to;
    }

    [MethodImpl(AggressiveInlining)]
    public static void Read(byte* block, ref BlockCodes to)
    {
        to.Numbers[0] = *(ushort*)(block + 52);
        fixed (byte* codes = to.Codes) Digits(block + 48, 4, 4, Digits(block + 32, 16, 5, Digits(block, 32, 5, codes)));
    }
}

/// <summary>TQ2_0: four values of two bits in a byte, half d. x = d (q - 1).</summary>
internal readonly unsafe struct TQ2Block : IBlock
{
    public static int Values => 256;

    public static int Bytes => 66;

    public static CodeLayout Layout { get; } = new(2, 0, Zero: 1) { BlockColumns = 256 };

    [MethodImpl(AggressiveInlining)]
    public static void Widen(byte* block, float* to)
    {
        float d = BlockParts.Half(block + 64);
        for (int half = 0; half < 64; half += 32)
        {
            for (int shift = 0; shift < 8; shift += 2)
            {
                for (int i = 0; i < 32; i++) *to++ = ((block[half + i] >> shift & 3) - 1) * d;
            }
        }
    }

    [MethodImpl(AggressiveInlining)]
    public static void Read(byte* block, ref BlockCodes to)
    {
        to.Numbers[0] = *(ushort*)(block + 64);
        for (int i = 0; i < 256; i++) to.Codes[i] = (byte)(block[(i / 128 * 32) + (i % 32)] >> (i % 128 / 32 * 2) & 3);
    }
}
