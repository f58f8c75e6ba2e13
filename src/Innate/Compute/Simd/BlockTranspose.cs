using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Innate.Compute.Simd.Tiles;

namespace Innate.Compute.Simd;

/// <summary>
/// A square of a weight's panel, turned and widened: values are only moved, so every instruction set gives the same.
/// </summary>
internal static unsafe class BlockTranspose
{
    private const int W = ITile.Width;

    /// <summary>to[j][i] = from[i][j], 32 by 32, widened to float32.</summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Widen<TB>(byte* from, float* to)
        where TB : struct, IPanelType
    {
        if (Avx2.IsSupported)
        {
            for (int i = 0; i < W; i += 8)
            {
                for (int j = 0; j < W; j += 8) EightByEight<TB>(from + (((i * W) + j) * TB.Size), to + (j * W) + i);
            }

            return;
        }

        float* wide = stackalloc float[W * W];
        for (int i = 0; i < W * W; i += 4) TB.Load128(from + (i * TB.Size)).Store(wide + i);
        for (int i = 0; i < W; i += 4)
        {
            for (int j = 0; j < W; j += 4) Transpose.FourByFour(wide + (i * W) + j, W, to + (j * W) + i, W);
        }
    }

    // Pairs of rows interleave to pairs of columns, pairs of these to fours within each half, and halves are exchanged last.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void EightByEight<TB>(byte* rows, float* to)
        where TB : struct, IPanelType
    {
        int stride = W * TB.Size;
        Vector256<float> a = TB.Load256(rows), b = TB.Load256(rows + stride);
        Vector256<float> c = TB.Load256(rows + (2 * stride)), d = TB.Load256(rows + (3 * stride));
        Vector256<float> e = TB.Load256(rows + (4 * stride)), f = TB.Load256(rows + (5 * stride));
        Vector256<float> g = TB.Load256(rows + (6 * stride)), h = TB.Load256(rows + (7 * stride));
        Vector256<float> abLow = Avx.UnpackLow(a, b), abHigh = Avx.UnpackHigh(a, b);
        Vector256<float> cdLow = Avx.UnpackLow(c, d), cdHigh = Avx.UnpackHigh(c, d);
        Vector256<float> efLow = Avx.UnpackLow(e, f), efHigh = Avx.UnpackHigh(e, f);
        Vector256<float> ghLow = Avx.UnpackLow(g, h), ghHigh = Avx.UnpackHigh(g, h);
        Vector256<float> first0 = Avx.Shuffle(abLow, cdLow, 0x44), first1 = Avx.Shuffle(abLow, cdLow, 0xee);
        Vector256<float> first2 = Avx.Shuffle(abHigh, cdHigh, 0x44), first3 = Avx.Shuffle(abHigh, cdHigh, 0xee);
        Vector256<float> last0 = Avx.Shuffle(efLow, ghLow, 0x44), last1 = Avx.Shuffle(efLow, ghLow, 0xee);
        Vector256<float> last2 = Avx.Shuffle(efHigh, ghHigh, 0x44), last3 = Avx.Shuffle(efHigh, ghHigh, 0xee);
        Avx.Store(to, Avx.Permute2x128(first0, last0, 0x20));
        Avx.Store(to + W, Avx.Permute2x128(first1, last1, 0x20));
        Avx.Store(to + (2 * W), Avx.Permute2x128(first2, last2, 0x20));
        Avx.Store(to + (3 * W), Avx.Permute2x128(first3, last3, 0x20));
        Avx.Store(to + (4 * W), Avx.Permute2x128(first0, last0, 0x31));
        Avx.Store(to + (5 * W), Avx.Permute2x128(first1, last1, 0x31));
        Avx.Store(to + (6 * W), Avx.Permute2x128(first2, last2, 0x31));
        Avx.Store(to + (7 * W), Avx.Permute2x128(first3, last3, 0x31));
    }
}
