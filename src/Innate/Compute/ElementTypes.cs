using System.Runtime.InteropServices;
using Innate.Compute.Blocks;

namespace Innate.Compute;

/// <summary>Conversions between float32 and the types that weights are stored in.</summary>
internal static class ElementTypes
{
    /// <summary>Bytes a value.</summary>
    public static int SizeOf(ElementType type) => type switch
    {
        ElementType.Float32 => 4,
        ElementType.Float16 or ElementType.BFloat16 => 2,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "has no bytes of a single value"),
    };

    /// <summary>Whether values are stored in blocks that share scales.</summary>
    public static bool IsBlocked(ElementType type) => type > ElementType.BFloat16;

    /// <summary>Values of a block; 1 for a type without blocks.</summary>
    public static int BlockValues(ElementType type) => Block(type).Values;

    /// <summary>Bytes of a block.</summary>
    public static int BlockBytes(ElementType type) => Block(type).Bytes;

    /// <summary>Bytes of so many values, which are whole blocks.</summary>
    public static long Bytes(ElementType type, long values) => values / BlockValues(type) * BlockBytes(type);

    private static (int Values, int Bytes) Block(ElementType type) => type switch
    {
        ElementType.Float32 => (1, 4),
        ElementType.Float16 or ElementType.BFloat16 => (1, 2),
        ElementType.Q4_0 or ElementType.IQ4_NL => (32, 18),
        ElementType.Q4_1 => (32, 20),
        ElementType.Q5_0 => (32, 22),
        ElementType.Q5_1 => (32, 24),
        ElementType.Q8_0 => (32, 34),
        ElementType.MXFP4 => (32, 17),
        ElementType.Q2_K => (256, 84),
        ElementType.Q3_K => (256, 110),
        ElementType.Q4_K => (256, 144),
        ElementType.Q5_K => (256, 176),
        ElementType.Q6_K => (256, 210),
        ElementType.IQ4_XS => (256, 136),
        ElementType.TQ1_0 => (256, 54),
        ElementType.TQ2_0 => (256, 66),
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "not an element type"),
    };

    /// <summary>Rounds values to a type: to the nearest, ties to even; to blocks by the reference quantiser's rules.</summary>
    /// <param name="values">The values.</param>
    /// <param name="destination">Their bytes, little-endian.</param>
    /// <param name="type">The type.</param>
    public static void Narrow(ReadOnlySpan<float> values, Span<byte> destination, ElementType type)
    {
        if (type == ElementType.Float32)
        {
            MemoryMarshal.AsBytes(values).CopyTo(destination);
            return;
        }

        if (IsBlocked(type))
        {
            BlockRounding.Round(type, values, destination);
            return;
        }

        Span<ushort> halves = MemoryMarshal.Cast<byte, ushort>(destination);
        if (type == ElementType.BFloat16)
        {
            for (int i = 0; i < values.Length; i++) halves[i] = ToBFloat16(values[i]);
        }
        else
        {
            for (int i = 0; i < values.Length; i++) halves[i] = BitConverter.HalfToUInt16Bits((Half)values[i]);
        }
    }

    /// <summary>Widens stored values, exactly.</summary>
    public static void Widen(ReadOnlySpan<byte> bytes, Span<float> destination, ElementType type)
    {
        if (type == ElementType.Float32)
        {
            MemoryMarshal.Cast<byte, float>(bytes).CopyTo(destination);
            return;
        }

        if (IsBlocked(type))
        {
            BlockWidening.Widen(type, bytes, destination);
            return;
        }

        ReadOnlySpan<ushort> halves = MemoryMarshal.Cast<byte, ushort>(bytes);
        for (int i = 0; i < halves.Length; i++)
        {
            destination[i] = type == ElementType.BFloat16
                ? BitConverter.UInt32BitsToSingle((uint)halves[i] << 16)
                : (float)BitConverter.UInt16BitsToHalf(halves[i]);
        }
    }

    /// <summary>The value that a type stores for this one.</summary>
    public static float Round(float value, ElementType type) => type switch
    {
        ElementType.BFloat16 => BitConverter.UInt32BitsToSingle((uint)ToBFloat16(value) << 16),
        ElementType.Float16 => (float)(Half)value,
        _ => value,
    };

    private static ushort ToBFloat16(float value)
    {
        uint bits = BitConverter.SingleToUInt32Bits(value);
        // Not a number stays none: rounding up its fraction could make it infinite.
        return float.IsNaN(value) ? (ushort)((bits >> 16) | 0x40) : (ushort)((bits + 0x7fff + ((bits >> 16) & 1)) >> 16);
    }
}
