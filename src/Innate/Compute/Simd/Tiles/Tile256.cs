using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using static System.Runtime.CompilerServices.MethodImplOptions;

namespace Innate.Compute.Simd.Tiles;

/// <summary>
/// Tiles in AVX2 registers: sixteen registers hold 6 rows of two, so a full tile is four sub-tiles of 6 rows and 16 columns.
/// </summary>
internal readonly unsafe struct Tile256 : ITile
{
    public static void Multiply12<TB>(float* a, nint strideA, byte* b, int k, float* c, nint strideC, bool add)
        where TB : struct, IPanelType
    {
        SubTile6<TB>(a, strideA, b, k, c, strideC, add);
        SubTile6<TB>(a, strideA, b + (16 * TB.Size), k, c + 16, strideC, add);
        SubTile6<TB>(a + 6, strideA, b, k, c + (6 * strideC), strideC, add);
        SubTile6<TB>(a + 6, strideA, b + (16 * TB.Size), k, c + (6 * strideC) + 16, strideC, add);
    }

    public static void Multiply4<TB>(float* a, nint strideA, byte* b, int k, float* c, nint strideC, bool add)
        where TB : struct, IPanelType
    {
        SubTile4<TB>(a, strideA, b, k, c, strideC, add);
        SubTile4<TB>(a, strideA, b + (16 * TB.Size), k, c + 16, strideC, add);
    }

    [MethodImpl(AggressiveOptimization)]
    public static void Multiply1<TB>(float* a, nint strideA, byte* b, int k, float* c, nint strideC, bool add)
        where TB : struct, IPanelType
    {
        Vector256<float> c00 = Vector256<float>.Zero, c01 = Vector256<float>.Zero;
        Vector256<float> c02 = Vector256<float>.Zero, c03 = Vector256<float>.Zero;
        if (add)
        {
            c00 = Avx.LoadVector256(c);
            c01 = Avx.LoadVector256(c + 8);
            c02 = Avx.LoadVector256(c + 16);
            c03 = Avx.LoadVector256(c + 24);
        }

        for (; k > 0; k--)
        {
            Vector256<float> b0 = TB.Load256(b);
            Vector256<float> b1 = TB.Load256(b + (8 * TB.Size));
            Vector256<float> b2 = TB.Load256(b + (16 * TB.Size));
            Vector256<float> b3 = TB.Load256(b + (24 * TB.Size));
            Vector256<float> x = Vector256.Create(a[0]);
            c00 = Fma.MultiplyAdd(x, b0, c00);
            c01 = Fma.MultiplyAdd(x, b1, c01);
            c02 = Fma.MultiplyAdd(x, b2, c02);
            c03 = Fma.MultiplyAdd(x, b3, c03);
            a += strideA;
            b += ITile.Width * TB.Size;
        }

        Avx.Store(c, c00);
        Avx.Store(c + 8, c01);
        Avx.Store(c + 16, c02);
        Avx.Store(c + 24, c03);
    }

    [MethodImpl(AggressiveOptimization)]
    private static void SubTile6<TB>(float* a, nint strideA, byte* b, int k, float* c, nint strideC, bool add)
        where TB : struct, IPanelType
    {
        Vector256<float> c00 = Vector256<float>.Zero, c01 = Vector256<float>.Zero;
        Vector256<float> c10 = Vector256<float>.Zero, c11 = Vector256<float>.Zero;
        Vector256<float> c20 = Vector256<float>.Zero, c21 = Vector256<float>.Zero;
        Vector256<float> c30 = Vector256<float>.Zero, c31 = Vector256<float>.Zero;
        Vector256<float> c40 = Vector256<float>.Zero, c41 = Vector256<float>.Zero;
        Vector256<float> c50 = Vector256<float>.Zero, c51 = Vector256<float>.Zero;
        if (add)
        {
            c00 = Avx.LoadVector256(c);
            c01 = Avx.LoadVector256(c + 8);
            c10 = Avx.LoadVector256(c + strideC);
            c11 = Avx.LoadVector256(c + strideC + 8);
            c20 = Avx.LoadVector256(c + (2 * strideC));
            c21 = Avx.LoadVector256(c + (2 * strideC) + 8);
            c30 = Avx.LoadVector256(c + (3 * strideC));
            c31 = Avx.LoadVector256(c + (3 * strideC) + 8);
            c40 = Avx.LoadVector256(c + (4 * strideC));
            c41 = Avx.LoadVector256(c + (4 * strideC) + 8);
            c50 = Avx.LoadVector256(c + (5 * strideC));
            c51 = Avx.LoadVector256(c + (5 * strideC) + 8);
        }

        for (; k > 0; k--)
        {
            Vector256<float> b0 = TB.Load256(b);
            Vector256<float> b1 = TB.Load256(b + (8 * TB.Size));
            Vector256<float> x = Vector256.Create(a[0]);
            c00 = Fma.MultiplyAdd(x, b0, c00);
            c01 = Fma.MultiplyAdd(x, b1, c01);
            x = Vector256.Create(a[1]);
            c10 = Fma.MultiplyAdd(x, b0, c10);
            c11 = Fma.MultiplyAdd(x, b1, c11);
            x = Vector256.Create(a[2]);
            c20 = Fma.MultiplyAdd(x, b0, c20);
            c21 = Fma.MultiplyAdd(x, b1, c21);
            x = Vector256.Create(a[3]);
            c30 = Fma.MultiplyAdd(x, b0, c30);
            c31 = Fma.MultiplyAdd(x, b1, c31);
            x = Vector256.Create(a[4]);
            c40 = Fma.MultiplyAdd(x, b0, c40);
            c41 = Fma.MultiplyAdd(x, b1, c41);
            x = Vector256.Create(a[5]);
            c50 = Fma.MultiplyAdd(x, b0, c50);
            c51 = Fma.MultiplyAdd(x, b1, c51);
            a += strideA;
            b += ITile.Width * TB.Size;
        }

        Avx.Store(c, c00);
        Avx.Store(c + 8, c01);
        Avx.Store(c + strideC + 0, c10);
        Avx.Store(c + strideC + 8, c11);
        Avx.Store(c + (2 * strideC) + 0, c20);
        Avx.Store(c + (2 * strideC) + 8, c21);
        Avx.Store(c + (3 * strideC) + 0, c30);
        Avx.Store(c + (3 * strideC) + 8, c31);
        Avx.Store(c + (4 * strideC) + 0, c40);
        Avx.Store(c + (4 * strideC) + 8, c41);
        Avx.Store(c + (5 * strideC) + 0, c50);
        Avx.Store(c + (5 * strideC) + 8, c51);
    }

    [MethodImpl(AggressiveOptimization)]
    private static void SubTile4<TB>(float* a, nint strideA, byte* b, int k, float* c, nint strideC, bool add)
        where TB : struct, IPanelType
    {
        Vector256<float> c00 = Vector256<float>.Zero, c01 = Vector256<float>.Zero;
        Vector256<float> c10 = Vector256<float>.Zero, c11 = Vector256<float>.Zero;
        Vector256<float> c20 = Vector256<float>.Zero, c21 = Vector256<float>.Zero;
        Vector256<float> c30 = Vector256<float>.Zero, c31 = Vector256<float>.Zero;
        if (add)
        {
            c00 = Avx.LoadVector256(c);
            c01 = Avx.LoadVector256(c + 8);
            c10 = Avx.LoadVector256(c + strideC);
            c11 = Avx.LoadVector256(c + strideC + 8);
            c20 = Avx.LoadVector256(c + (2 * strideC));
            c21 = Avx.LoadVector256(c + (2 * strideC) + 8);
            c30 = Avx.LoadVector256(c + (3 * strideC));
            c31 = Avx.LoadVector256(c + (3 * strideC) + 8);
        }

        for (; k > 0; k--)
        {
            Vector256<float> b0 = TB.Load256(b);
            Vector256<float> b1 = TB.Load256(b + (8 * TB.Size));
            Vector256<float> x = Vector256.Create(a[0]);
            c00 = Fma.MultiplyAdd(x, b0, c00);
            c01 = Fma.MultiplyAdd(x, b1, c01);
            x = Vector256.Create(a[1]);
            c10 = Fma.MultiplyAdd(x, b0, c10);
            c11 = Fma.MultiplyAdd(x, b1, c11);
            x = Vector256.Create(a[2]);
            c20 = Fma.MultiplyAdd(x, b0, c20);
            c21 = Fma.MultiplyAdd(x, b1, c21);
            x = Vector256.Create(a[3]);
            c30 = Fma.MultiplyAdd(x, b0, c30);
            c31 = Fma.MultiplyAdd(x, b1, c31);
            a += strideA;
            b += ITile.Width * TB.Size;
        }

        Avx.Store(c, c00);
        Avx.Store(c + 8, c01);
        Avx.Store(c + strideC + 0, c10);
        Avx.Store(c + strideC + 8, c11);
        Avx.Store(c + (2 * strideC) + 0, c20);
        Avx.Store(c + (2 * strideC) + 8, c21);
        Avx.Store(c + (3 * strideC) + 0, c30);
        Avx.Store(c + (3 * strideC) + 8, c31);
    }
}
