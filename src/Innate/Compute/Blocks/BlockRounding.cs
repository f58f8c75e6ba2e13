namespace Innate.Compute.Blocks;

/// <summary>
/// From float32 to stored blocks, by the rules of ggml's reference quantiser, to its bytes. All in float32; the scale's
/// inverse is taken before the scale is rounded to half precision.
/// </summary>
internal static unsafe class BlockRounding
{
    /// <summary>Whether values can be rounded to a type's blocks.</summary>
    public static bool CanRoundTo(ElementType type) => type is
        ElementType.Q4_0 or ElementType.Q4_1 or ElementType.Q5_0 or ElementType.Q5_1 or ElementType.Q8_0;

    /// <summary>Rounds values to blocks.</summary>
    /// <param name="type">A type that values can be rounded to.</param>
    /// <param name="values">The values; whole blocks of 32.</param>
    /// <param name="blocks">Takes the blocks, back to back.</param>
    public static void Round(ElementType type, ReadOnlySpan<float> values, Span<byte> blocks)
    {
        int size = ElementTypes.BlockBytes(type);
        fixed (float* start = values)
        fixed (byte* to = blocks)
        {
            byte* block = to;
            for (float* x = start; x < start + values.Length; x += 32, block += size)
            {
                switch (type)
                {
                    case ElementType.Q4_0: Symmetric(x, block, bits: 4); break;
                    case ElementType.Q5_0: Symmetric(x, block, bits: 5); break;
                    case ElementType.Q4_1: Affine(x, block, bits: 4); break;
                    case ElementType.Q5_1: Affine(x, block, bits: 5); break;
                    case ElementType.Q8_0: Bytes(x, block); break;
                    default: throw new ArgumentOutOfRangeException(nameof(type), type, "values are not rounded to this type");
                }
            }
        }
    }

    /// <summary>Q4_0, Q5_0: the value of the largest magnitude, the first of equals, becomes the lowest integer.</summary>
    private static void Symmetric(float* x, byte* block, int bits)
    {
        int middle = 1 << (bits - 1);
        float largest = 0, magnitude = 0;
        for (int i = 0; i < 32; i++)
        {
            if (MathF.Abs(x[i]) <= magnitude) continue;
            (largest, magnitude) = (x[i], MathF.Abs(x[i]));
        }

        float d = largest / -middle, inverse = d == 0 ? 0 : 1 / d;
        PutHalf(d, block);
        int* q = stackalloc int[32];
        for (int i = 0; i < 32; i++) q[i] = Math.Min((2 * middle) - 1, (int)((x[i] * inverse) + middle + 0.5f));
        PutBits(q, block + 2, bits);
    }

    /// <summary>Q4_1, Q5_1: from the least value to the greatest.</summary>
    private static void Affine(float* x, byte* block, int bits)
    {
        int top = (1 << bits) - 1;
        float min = x[0], max = x[0];
        for (int i = 1; i < 32; i++)
        {
            if (x[i] < min) min = x[i];
            if (x[i] > max) max = x[i];
        }

        float d = (max - min) / top, inverse = d == 0 ? 0 : 1 / d;
        PutHalf(d, block);
        PutHalf(min, block + 2);
        int* q = stackalloc int[32];
        for (int i = 0; i < 32; i++) q[i] = Math.Min(top, (int)(((x[i] - min) * inverse) + 0.5f));
        PutBits(q, block + 4, bits);
    }

    private static void Bytes(float* x, byte* block)
    {
        float magnitude = 0;
        for (int i = 0; i < 32; i++) magnitude = MathF.Max(magnitude, MathF.Abs(x[i]));
        float d = magnitude / 127, inverse = d == 0 ? 0 : 1 / d;
        PutHalf(d, block);
        var q = (sbyte*)(block + 2);
        for (int i = 0; i < 32; i++) q[i] = (sbyte)MathF.Round(x[i] * inverse, MidpointRounding.AwayFromZero);
    }

    /// <summary>Nibbles, before them the fifth bits where there are five.</summary>
    private static void PutBits(int* q, byte* to, int bits)
    {
        if (bits == 5)
        {
            uint high = 0;
            for (int i = 0; i < 32; i++) high |= (uint)(q[i] >> 4 & 1) << i;
            *(uint*)to = high;
            to += 4;
        }

        for (int i = 0; i < 16; i++) to[i] = (byte)((q[i] & 15) | ((q[i + 16] & 15) << 4));
    }

    private static void PutHalf(float value, byte* to) => *(ushort*)to = BitConverter.HalfToUInt16Bits((Half)value);
}
