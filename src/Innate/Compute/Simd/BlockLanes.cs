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
}
