using System.Runtime.CompilerServices;
using static System.Runtime.CompilerServices.MethodImplOptions;

namespace Innate.Compute.Blocks;

/// <summary>TQ1_0: five values of three in a byte (3^5 = 243), half d. x = d (q - 1).</summary>
internal readonly unsafe struct TQ1Block : IBlock
{
    public static int Values => 256;

    public static int Bytes => 54;

    private static ReadOnlySpan<byte> Powers => [1, 3, 9, 27, 81];

    [MethodImpl(AggressiveInlining)]
    public static void Widen(byte* block, float* to)
    {
        float d = BlockParts.Half(block + 52);
        // 32 bytes of five digits, 16 bytes of five, 4 bytes of four.
        to = Digits(block, 32, 5, d, to);
        to = Digits(block + 32, 16, 5, d, to);
        Digits(block + 48, 4, 4, d, to);
    }

    private static float* Digits(byte* q, int bytes, int digits, float d, float* to)
    {
        for (int n = 0; n < digits; n++)
        {
            for (int i = 0; i < bytes; i++)
            {
                // The byte is a fraction of 256: times a power of 3 it wraps to leave the wanted digit in front.
                int shifted = (byte)(q[i] * Powers[n]);
                *to++ = ((shifted * 3 >> 8) - 1) * d;
            }
        }

        return to;
    }
}

/// <summary>TQ2_0: four values of two bits in a byte, half d. x = d (q - 1).</summary>
internal readonly unsafe struct TQ2Block : IBlock
{
    public static int Values => 256;

    public static int Bytes => 66;

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
}
