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
    public static void FourByFour(float* rows, nint rowStride, float* to, nint stride)
    {
        Vector128<float> a = Vector128.Load(rows), b = Vector128.Load(rows + rowStride);
        Vector128<float> c = Vector128.Load(rows + (2 * rowStride)), d = Vector128.Load(rows + (3 * rowStride));
        // Pairs (a0 c0 a1 c1) and (b0 d0 b1 d1) interleave to (a0 b0 c0 d0) and (a1 b1 c1 d1).
        Vector128<float> acLow = ZipLow(a, c), acHigh = ZipHigh(a, c), bdLow = ZipLow(b, d), bdHigh = ZipHigh(b, d);
        ZipLow(acLow, bdLow).Store(to);
        ZipHigh(acLow, bdLow).Store(to + stride);
        ZipLow(acHigh, bdHigh).Store(to + (2 * stride));
        ZipHigh(acHigh, bdHigh).Store(to + (3 * stride));
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
