using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Innate.Compute.Simd;

/// <summary>
/// float32 values taken apart into 16-bit words and put together again, and rounded to bfloat16: integer arithmetic, the same on
/// every instruction set. Counts are multiples of 16.
/// </summary>
internal static unsafe class HalfWords
{
    private const uint Sign = 0x80000000;

    /// <summary>
    /// A value from its bfloat16 (nearest, ties to even) and its own lower 16 bits. Where these are exactly half a step, the
    /// bfloat16 alone does not tell from which side it was rounded: the sign of a number that is never negative does.
    /// </summary>
    /// <param name="rounded">The bfloat16 values.</param>
    /// <param name="low">The lower halves.</param>
    /// <param name="second">Numbers of at least 0 that carry the marks; they are taken off.</param>
    /// <param name="values">Takes the float32 values.</param>
    /// <param name="count">How many.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Join(ushort* rounded, ushort* low, float* second, float* values, int count)
    {
        for (int i = 0; i < count; i += 16)
        {
            Vector256<ushort> high = Vector256.Load(rounded + i), lower = Vector256.Load(low + i);
            Join(Vector256.WidenLower(high), Vector256.WidenLower(lower), (uint*)second + i).Store((uint*)values + i);
            Join(Vector256.WidenUpper(high), Vector256.WidenUpper(lower), (uint*)second + i + 8).Store((uint*)values + i + 8);
        }
    }

    /// <summary>Takes values apart, as <see cref="Join(ushort*, ushort*, float*, float*, int)"/> puts them together.</summary>
    /// <param name="values">The float32 values.</param>
    /// <param name="rounded">Takes the bfloat16 values.</param>
    /// <param name="low">Takes the lower halves.</param>
    /// <param name="second">Numbers of at least 0; marks are put on.</param>
    /// <param name="count">How many.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Split(float* values, ushort* rounded, ushort* low, float* second, int count)
    {
        for (int i = 0; i < count; i += 16)
        {
            Vector256<uint> a = Vector256.Load((uint*)values + i), b = Vector256.Load((uint*)values + i + 8);
            Mark(a, (uint*)second + i);
            Mark(b, (uint*)second + i + 8);
            Vector256.Narrow(Nearest(a), Nearest(b)).Store(rounded + i);
            Vector256<uint> mask = Vector256.Create(0xffffu);
            Vector256.Narrow(a & mask, b & mask).Store(low + i);
        }
    }

    /// <summary>bfloat16 to float32.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Widen(ushort* from, float* to, int count)
    {
        for (int i = 0; i < count; i += 16)
        {
            Vector256<ushort> v = Vector256.Load(from + i);
            (Vector256.WidenLower(v) << 16).Store((uint*)to + i);
            (Vector256.WidenUpper(v) << 16).Store((uint*)to + i + 8);
        }
    }

    /// <summary>float32 to bfloat16, nearest, ties to even.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Round(float* from, ushort* to, int count)
    {
        for (int i = 0; i < count; i += 16)
        {
            Vector256<uint> a = Vector256.Load((uint*)from + i), b = Vector256.Load((uint*)from + i + 8);
            Vector256.Narrow(Nearest(a), Nearest(b)).Store(to + i);
        }
    }

    /// <summary>
    /// float32 to bfloat16, up or down with the probability that makes the mean right, decided by key and index alone.
    /// </summary>
    /// <param name="from">The values; a sign stays.</param>
    /// <param name="to">Takes the rounded ones.</param>
    /// <param name="count">How many.</param>
    /// <param name="key">Decides, with the index.</param>
    /// <param name="index">Of the first value.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void RoundAtRandom(float* from, ushort* to, int count, uint key, uint index)
    {
        Vector256<uint> eight = Vector256.Create(8u), at = Vector256<uint>.Indices + Vector256.Create(index);
        Vector256<uint> keys = Vector256.Create(key);
        for (int i = 0; i < count; i += 16)
        {
            Vector256<uint> a = (Vector256.Load((uint*)from + i) + Dither(at, keys)) >> 16;
            at += eight;
            Vector256<uint> b = (Vector256.Load((uint*)from + i + 8) + Dither(at, keys)) >> 16;
            at += eight;
            Vector256.Narrow(a, b).Store(to + i);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<uint> Join(Vector256<uint> rounded, Vector256<uint> low, uint* second)
    {
        Vector256<uint> s = Vector256.Load(second);
        (s & Vector256.Create(~Sign)).Store(second);
        // Rounded up where the lower half is above half a step, or is half a step without a mark.
        Vector256<uint> up = (low + Vector256.Create(0x8000u) - (s >> 31)) >> 16;
        return ((rounded - up) << 16) + low;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Mark(Vector256<uint> values, uint* second)
    {
        // The lower half is half a step and the upper half is even: rounded down.
        Vector256<uint> isTie = Vector256.Equals(values & Vector256.Create(0x1ffffu), Vector256.Create(0x8000u));
        (Vector256.Load(second) | (isTie & Vector256.Create(Sign))).Store(second);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<uint> Nearest(Vector256<uint> bits)
    {
        Vector256<uint> upper = bits >> 16;
        Vector256<uint> nearest = (bits + Vector256.Create(0x7fffu) + (upper & Vector256<uint>.One)) >> 16;
        // What is no number stays none: rounding up its fraction could make it infinite.
        Vector256<int> size = (bits & Vector256.Create(~Sign)).AsInt32();
        Vector256<uint> isNone = Vector256.GreaterThan(size, Vector256.Create(0x7f800000)).AsUInt32();
        return Vector256.ConditionalSelect(isNone, upper | Vector256.Create(0x40u), nearest);
    }

    // 16 random bits an element: the finaliser of MurmurHash3 over its index and the key.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<uint> Dither(Vector256<uint> index, Vector256<uint> key)
    {
        Vector256<uint> x = (index * Vector256.Create(0x9e3779b1u)) ^ key;
        x ^= x >> 16;
        x *= Vector256.Create(0x85ebca6bu);
        x ^= x >> 13;
        x *= Vector256.Create(0xc2b2ae35u);
        return x >> 16;
    }
}
