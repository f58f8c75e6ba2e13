using System.Runtime.InteropServices;

namespace Innate.Compute;

/// <summary>Conversions between float32 and the types that weights are stored in.</summary>
internal static class ElementTypes
{
    /// <summary>Bytes a value.</summary>
    public static int SizeOf(ElementType type) => type == ElementType.Float32 ? 4 : 2;

    /// <summary>Rounds values to a type: to the nearest, ties to even.</summary>
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
