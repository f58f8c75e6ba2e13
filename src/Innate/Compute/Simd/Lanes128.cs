using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Innate.Compute.Simd;

/// <summary>
/// Sixteen lanes in four 128-bit registers through the runtime's portable API: the reference that the faster paths are
/// tested against, and the path of processors without AVX2 (NEON among them).
/// </summary>
internal readonly unsafe struct Lanes128(
    Vector128<float> v0, Vector128<float> v1, Vector128<float> v2, Vector128<float> v3) : ILanes<Lanes128>
{
    private readonly Vector128<float> _0 = v0;
    private readonly Vector128<float> _1 = v1;
    private readonly Vector128<float> _2 = v2;
    private readonly Vector128<float> _3 = v3;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 Broadcast(float value)
    {
        Vector128<float> v = Vector128.Create(value);
        return new(v, v, v, v);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 Load(float* source) => new(
        Vector128.Load(source), Vector128.Load(source + 4), Vector128.Load(source + 8), Vector128.Load(source + 12));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Lanes128 value, float* destination)
    {
        value._0.Store(destination);
        value._1.Store(destination + 4);
        value._2.Store(destination + 8);
        value._3.Store(destination + 12);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 operator +(Lanes128 a, Lanes128 b) =>
        new(a._0 + b._0, a._1 + b._1, a._2 + b._2, a._3 + b._3);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 operator -(Lanes128 a, Lanes128 b) =>
        new(a._0 - b._0, a._1 - b._1, a._2 - b._2, a._3 - b._3);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 operator *(Lanes128 a, Lanes128 b) =>
        new(a._0 * b._0, a._1 * b._1, a._2 * b._2, a._3 * b._3);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 operator /(Lanes128 a, Lanes128 b) =>
        new(a._0 / b._0, a._1 / b._1, a._2 / b._2, a._3 / b._3);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 FusedMultiplyAdd(Lanes128 a, Lanes128 b, Lanes128 c) => new(
        Vector128.FusedMultiplyAdd(a._0, b._0, c._0),
        Vector128.FusedMultiplyAdd(a._1, b._1, c._1),
        Vector128.FusedMultiplyAdd(a._2, b._2, c._2),
        Vector128.FusedMultiplyAdd(a._3, b._3, c._3));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 Max(Lanes128 a, Lanes128 b) => new(
        Max(a._0, b._0),
        Max(a._1, b._1),
        Max(a._2, b._2),
        Max(a._3, b._3));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 Min(Lanes128 a, Lanes128 b) => new(
        Min(a._0, b._0),
        Min(a._1, b._1),
        Min(a._2, b._2),
        Min(a._3, b._3));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 SelectLess(Lanes128 a, Lanes128 b, Lanes128 whenLess, Lanes128 otherwise) => new(
        Vector128.ConditionalSelect(Vector128.LessThan(a._0, b._0), whenLess._0, otherwise._0),
        Vector128.ConditionalSelect(Vector128.LessThan(a._1, b._1), whenLess._1, otherwise._1),
        Vector128.ConditionalSelect(Vector128.LessThan(a._2, b._2), whenLess._2, otherwise._2),
        Vector128.ConditionalSelect(Vector128.LessThan(a._3, b._3), whenLess._3, otherwise._3));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 Round(Lanes128 value) => new(
        Vector128.Round(value._0),
        Vector128.Round(value._1),
        Vector128.Round(value._2),
        Vector128.Round(value._3));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 Sqrt(Lanes128 value) => new(
        Vector128.Sqrt(value._0),
        Vector128.Sqrt(value._1),
        Vector128.Sqrt(value._2),
        Vector128.Sqrt(value._3));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 PowerOfTwo(Lanes128 n) => new(
        PowerOfTwo(n._0),
        PowerOfTwo(n._1),
        PowerOfTwo(n._2),
        PowerOfTwo(n._3));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Sum(Lanes128 value) => SumOfFour((value._0 + value._2) + (value._1 + value._3));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Maximum(Lanes128 value) =>
        MaximumOfFour(Max(Max(value._0, value._2), Max(value._1, value._3)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static float SumOfFour(Vector128<float> v) =>
        (v.GetElement(0) + v.GetElement(2)) + (v.GetElement(1) + v.GetElement(3));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static float MaximumOfFour(Vector128<float> v)
    {
        float a = v.GetElement(0) > v.GetElement(2) ? v.GetElement(0) : v.GetElement(2);
        float b = v.GetElement(1) > v.GetElement(3) ? v.GetElement(1) : v.GetElement(3);
        return a > b ? a : b;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector128<float> WidenBFloat16(ushort* source) =>
        Vector128.ShiftLeft(Widen(source), 16).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector128<float> WidenFloat16(ushort* source)
    {
        Vector128<uint> h = Widen(source);
        Vector128<uint> magnitude = Vector128.ShiftLeft(h & Vector128.Create(0x7fffu), 13);
        Vector128<uint> sign = Vector128.ShiftLeft(h & Vector128.Create(0x8000u), 16);
        Vector128<float> scaled = magnitude.AsSingle() * Vector128.Create(5.192296858534828e33f);
        return (scaled.AsUInt32() | sign).AsSingle();
    }

    private static Vector128<uint> Widen(ushort* source) =>
        Vector128.WidenLower(Vector128.CreateScalarUnsafe(*(ulong*)source).AsUInt16());

    private static Vector128<float> Max(Vector128<float> a, Vector128<float> b) =>
        Vector128.ConditionalSelect(Vector128.GreaterThan(a, b), a, b);

    private static Vector128<float> Min(Vector128<float> a, Vector128<float> b) =>
        Vector128.ConditionalSelect(Vector128.LessThan(a, b), a, b);

    private static Vector128<float> PowerOfTwo(Vector128<float> n) =>
        Vector128.ShiftLeft(Vector128.ConvertToInt32(n) + Vector128.Create(127), 23).AsSingle();
}
