using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace Innate.Compute.Simd;

/// <summary>Small transpositions, for rearranging rows into tiles.</summary>
internal static unsafe class Transpose
{
    /// <summary>to[column * stride + row] = rows[row * rowStride + column] for 4 rows and 4 columns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void FourByFour(float* rows, nint rowStride, float* to, nint stride) => FourByFour(
        rows, rows + rowStride, rows + (2 * rowStride), rows + (3 * rowStride), to, to + stride, to + (2 * stride),
        to + (3 * stride));

    /// <summary>As above, of 4 rows that lie anywhere.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void FourByFour(float* a, float* b, float* c, float* d, float* to, nint stride) =>
        FourByFour(a, b, c, d, to, to + stride, to + (2 * stride), to + (3 * stride));

    /// <summary>As above, to 4 rows that lie anywhere.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void FourByFour(float* rows, nint rowStride, float* a, float* b, float* c, float* d) =>
        FourByFour(rows, rows + rowStride, rows + (2 * rowStride), rows + (3 * rowStride), a, b, c, d);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void FourByFour(
        float* row0, float* row1, float* row2, float* row3, float* to0, float* to1, float* to2, float* to3)
    {
        Vector128<float> a = Vector128.Load(row0), b = Vector128.Load(row1), c = Vector128.Load(row2), d = Vector128.Load(row3);
        // Pairs (a0 c0 a1 c1) and (b0 d0 b1 d1) interleave to (a0 b0 c0 d0) and (a1 b1 c1 d1).
        Vector128<float> acLow = ZipLow(a, c), acHigh = ZipHigh(a, c), bdLow = ZipLow(b, d), bdHigh = ZipHigh(b, d);
        ZipLow(acLow, bdLow).Store(to0);
        ZipHigh(acLow, bdLow).Store(to1);
        ZipLow(acHigh, bdHigh).Store(to2);
        ZipHigh(acHigh, bdHigh).Store(to3);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> ZipLow(Vector128<float> a, Vector128<float> b) =>
        Sse.IsSupported ? Sse.UnpackLow(a, b)
        : AdvSimd.Arm64.IsSupported ? AdvSimd.Arm64.ZipLow(a, b)
        : Vector128.Create(a.GetElement(0), b.GetElement(0), a.GetElement(1), b.GetElement(1));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> ZipHigh(Vector128<float> a, Vector128<float> b) =>
        Sse.IsSupported ? Sse.UnpackHigh(a, b)
        : AdvSimd.Arm64.IsSupported ? AdvSimd.Arm64.ZipHigh(a, b)
        : Vector128.Create(a.GetElement(2), b.GetElement(2), a.GetElement(3), b.GetElement(3));
}
