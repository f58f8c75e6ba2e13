using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using static System.Runtime.CompilerServices.MethodImplOptions;

namespace Innate.Compute.Simd;

/// <summary>
/// Sixteen small integers at a time to float32, each product and each sum rounded on its own: the same bits on any processor.
/// </summary>
internal static unsafe class BlockLanes
{
    /// <summary>to = scale q + add, for unsigned bytes.</summary>
    [MethodImpl(AggressiveInlining)]
    public static void Affine(Vector128<byte> q, float scale, float add, float* to)
    {
        Vector128<float> s = Vector128.Create(scale), m = Vector128.Create(add);
        (Vector128<ushort> low, Vector128<ushort> high) = Vector128.Widen(q);
        (Vector128<uint> a, Vector128<uint> b) = Vector128.Widen(low);
        (Vector128<uint> c, Vector128<uint> d) = Vector128.Widen(high);
        ((s * Vector128.ConvertToSingle(a.AsInt32())) + m).Store(to);
        ((s * Vector128.ConvertToSingle(b.AsInt32())) + m).Store(to + 4);
        ((s * Vector128.ConvertToSingle(c.AsInt32())) + m).Store(to + 8);
        ((s * Vector128.ConvertToSingle(d.AsInt32())) + m).Store(to + 12);
    }

    /// <summary>to = scale q, for signed bytes.</summary>
    [MethodImpl(AggressiveInlining)]
    public static void Scaled(Vector128<sbyte> q, float scale, float* to)
    {
        Vector128<float> s = Vector128.Create(scale);
        (Vector128<short> low, Vector128<short> high) = Vector128.Widen(q);
        (Vector128<int> a, Vector128<int> b) = Vector128.Widen(low);
        (Vector128<int> c, Vector128<int> d) = Vector128.Widen(high);
        (s * Vector128.ConvertToSingle(a)).Store(to);
        (s * Vector128.ConvertToSingle(b)).Store(to + 4);
        (s * Vector128.ConvertToSingle(c)).Store(to + 8);
        (s * Vector128.ConvertToSingle(d)).Store(to + 12);
    }

    /// <summary>The low four bits of each byte.</summary>
    [MethodImpl(AggressiveInlining)]
    public static Vector128<byte> Low(Vector128<byte> q) => q & Vector128.Create((byte)15);

    /// <summary>The high four bits of each byte.</summary>
    [MethodImpl(AggressiveInlining)]
    public static Vector128<byte> High(Vector128<byte> q) => Bits(q, 4, 15);

    /// <summary>Some bits of each byte, brought down; the mask keeps out its neighbour's.</summary>
    [MethodImpl(AggressiveInlining)]
    public static Vector128<byte> Bits(Vector128<byte> q, int shift, byte mask) =>
        Vector128.ShiftRightLogical(q.AsUInt16(), shift).AsByte() & Vector128.Create(mask);

    /// <summary>Sixteen bits as bytes: <paramref name="value"/> where a bit is set, else 0.</summary>
    [MethodImpl(AggressiveInlining)]
    public static Vector128<byte> Spread(uint bits, byte value)
    {
        Vector128<byte> each = Vector128.Create(1, 2, 4, 8, 16, 32, 64, 128, 1, 2, 4, 8, 16, 32, 64, (byte)128);
        Vector128<byte> halves = Vector128.Create(
            Vector64.Create((byte)bits), Vector64.Create((byte)(bits >> 8)));
        return Vector128.Equals(halves & each, each) & Vector128.Create(value);
    }

    /// <summary>q - offset, as signed bytes.</summary>
    [MethodImpl(AggressiveInlining)]
    public static Vector128<sbyte> Minus(Vector128<byte> q, byte offset) => (q - Vector128.Create(offset)).AsSByte();

    /// <summary>One of the four columns of a step's 16 rows: to = scale (code - zero), or scale code + min.</summary>
    /// <param name="codes">[16][4].</param>
    /// <param name="column">0 to 3.</param>
    /// <param name="zero">The code of 0; 0 where there are minima.</param>
    /// <param name="scales">16.</param>
    /// <param name="mins">16; null for none.</param>
    /// <param name="to">Takes 16 values.</param>
    [MethodImpl(AggressiveInlining)]
    public static void Sixteen(byte* codes, int column, int zero, float* scales, float* mins, float* to)
    {
        for (int i = 0; i < 16; i += 8)
        {
            Vector256<uint> words = Vector256.ShiftRightLogical(Vector256.Load((uint*)codes + i), column * 8);
            Vector256<int> q = (words & Vector256.Create(255u)).AsInt32() - Vector256.Create(zero);
            Vector256<float> value = Vector256.Load(scales + i) * Vector256.ConvertToSingle(q);
            if (mins is not null) value += Vector256.Load(mins + i);
            value.Store(to + i);
        }
    }

    /// <summary>Sixteen finite half-precision numbers, or bfloat16 ones, to float32.</summary>
    [MethodImpl(AggressiveInlining)]
    public static void SixteenHalves(ushort* from, bool areBrain, float* to)
    {
        for (int i = 0; i < 16; i += 4)
        {
            (areBrain ? Lanes128.WidenBFloat16(from + i) : Lanes128.WidenFloat16(from + i)).Store(to + i);
        }
    }

    /// <summary>to = q by, for sixteen signed bytes; where asked, with the other sign.</summary>
    [MethodImpl(AggressiveInlining)]
    public static void Times(sbyte* q, float* by, bool negated, float* to)
    {
        (Vector128<short> low, Vector128<short> high) = Vector128.Widen(Vector128.Load(q));
        Times(low, by, negated, to);
        Times(high, by + 8, negated, to + 8);
    }

    [MethodImpl(AggressiveInlining)]
    private static void Times(Vector128<short> q, float* by, bool negated, float* to)
    {
        (Vector128<int> low, Vector128<int> high) = Vector128.Widen(q);
        Vector256<float> value = Vector256.Load(by) * Vector256.ConvertToSingle(Vector256.Create(low, high));
        (negated ? -value : value).Store(to);
    }
}
