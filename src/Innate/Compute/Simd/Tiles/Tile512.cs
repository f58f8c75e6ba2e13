using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using static System.Runtime.CompilerServices.MethodImplOptions;

namespace Innate.Compute.Simd.Tiles;

/// <summary>
/// Tiles in AVX-512 registers: 12 rows of two registers each keep both multiply-add units busy with 24 independent chains, and
/// leave room for two of B and one of A among the 32 registers.
/// </summary>
internal readonly unsafe struct Tile512 : ITile
{
    [MethodImpl(AggressiveOptimization)]
    public static void Multiply12<TB>(float* a, nint strideA, byte* b, int k, float* c, nint strideC, bool add)
        where TB : struct, IPanelType
    {
        Vector512<float> c00 = Vector512<float>.Zero, c01 = Vector512<float>.Zero;
        Vector512<float> c10 = Vector512<float>.Zero, c11 = Vector512<float>.Zero;
        Vector512<float> c20 = Vector512<float>.Zero, c21 = Vector512<float>.Zero;
        Vector512<float> c30 = Vector512<float>.Zero, c31 = Vector512<float>.Zero;
        Vector512<float> c40 = Vector512<float>.Zero, c41 = Vector512<float>.Zero;
        Vector512<float> c50 = Vector512<float>.Zero, c51 = Vector512<float>.Zero;
        Vector512<float> c60 = Vector512<float>.Zero, c61 = Vector512<float>.Zero;
        Vector512<float> c70 = Vector512<float>.Zero, c71 = Vector512<float>.Zero;
        Vector512<float> c80 = Vector512<float>.Zero, c81 = Vector512<float>.Zero;
        Vector512<float> c90 = Vector512<float>.Zero, c91 = Vector512<float>.Zero;
        Vector512<float> ca0 = Vector512<float>.Zero, ca1 = Vector512<float>.Zero;
        Vector512<float> cb0 = Vector512<float>.Zero, cb1 = Vector512<float>.Zero;
        if (add)
        {
            c00 = Avx512F.LoadVector512(c);
            c01 = Avx512F.LoadVector512(c + 16);
            c10 = Avx512F.LoadVector512(c + strideC);
            c11 = Avx512F.LoadVector512(c + strideC + 16);
            c20 = Avx512F.LoadVector512(c + (2 * strideC));
            c21 = Avx512F.LoadVector512(c + (2 * strideC) + 16);
            c30 = Avx512F.LoadVector512(c + (3 * strideC));
            c31 = Avx512F.LoadVector512(c + (3 * strideC) + 16);
            c40 = Avx512F.LoadVector512(c + (4 * strideC));
            c41 = Avx512F.LoadVector512(c + (4 * strideC) + 16);
            c50 = Avx512F.LoadVector512(c + (5 * strideC));
            c51 = Avx512F.LoadVector512(c + (5 * strideC) + 16);
            c60 = Avx512F.LoadVector512(c + (6 * strideC));
            c61 = Avx512F.LoadVector512(c + (6 * strideC) + 16);
            c70 = Avx512F.LoadVector512(c + (7 * strideC));
            c71 = Avx512F.LoadVector512(c + (7 * strideC) + 16);
            c80 = Avx512F.LoadVector512(c + (8 * strideC));
            c81 = Avx512F.LoadVector512(c + (8 * strideC) + 16);
            c90 = Avx512F.LoadVector512(c + (9 * strideC));
            c91 = Avx512F.LoadVector512(c + (9 * strideC) + 16);
            ca0 = Avx512F.LoadVector512(c + (10 * strideC));
            ca1 = Avx512F.LoadVector512(c + (10 * strideC) + 16);
            cb0 = Avx512F.LoadVector512(c + (11 * strideC));
            cb1 = Avx512F.LoadVector512(c + (11 * strideC) + 16);
        }

        for (; k > 0; k--)
        {
            Vector512<float> b0 = TB.Load512(b);
            Vector512<float> b1 = TB.Load512(b + (16 * TB.Size));
            Vector512<float> x = Vector512.Create(a[0]);
            c00 = Avx512F.FusedMultiplyAdd(x, b0, c00);
            c01 = Avx512F.FusedMultiplyAdd(x, b1, c01);
            x = Vector512.Create(a[1]);
            c10 = Avx512F.FusedMultiplyAdd(x, b0, c10);
            c11 = Avx512F.FusedMultiplyAdd(x, b1, c11);
            x = Vector512.Create(a[2]);
            c20 = Avx512F.FusedMultiplyAdd(x, b0, c20);
            c21 = Avx512F.FusedMultiplyAdd(x, b1, c21);
            x = Vector512.Create(a[3]);
            c30 = Avx512F.FusedMultiplyAdd(x, b0, c30);
            c31 = Avx512F.FusedMultiplyAdd(x, b1, c31);
            x = Vector512.Create(a[4]);
            c40 = Avx512F.FusedMultiplyAdd(x, b0, c40);
            c41 = Avx512F.FusedMultiplyAdd(x, b1, c41);
            x = Vector512.Create(a[5]);
            c50 = Avx512F.FusedMultiplyAdd(x, b0, c50);
            c51 = Avx512F.FusedMultiplyAdd(x, b1, c51);
            x = Vector512.Create(a[6]);
            c60 = Avx512F.FusedMultiplyAdd(x, b0, c60);
            c61 = Avx512F.FusedMultiplyAdd(x, b1, c61);
            x = Vector512.Create(a[7]);
            c70 = Avx512F.FusedMultiplyAdd(x, b0, c70);
            c71 = Avx512F.FusedMultiplyAdd(x, b1, c71);
            x = Vector512.Create(a[8]);
            c80 = Avx512F.FusedMultiplyAdd(x, b0, c80);
            c81 = Avx512F.FusedMultiplyAdd(x, b1, c81);
            x = Vector512.Create(a[9]);
            c90 = Avx512F.FusedMultiplyAdd(x, b0, c90);
            c91 = Avx512F.FusedMultiplyAdd(x, b1, c91);
            x = Vector512.Create(a[10]);
            ca0 = Avx512F.FusedMultiplyAdd(x, b0, ca0);
            ca1 = Avx512F.FusedMultiplyAdd(x, b1, ca1);
            x = Vector512.Create(a[11]);
            cb0 = Avx512F.FusedMultiplyAdd(x, b0, cb0);
            cb1 = Avx512F.FusedMultiplyAdd(x, b1, cb1);
            a += strideA;
            b += ITile.Width * TB.Size;
        }

        Avx512F.Store(c, c00);
        Avx512F.Store(c + 16, c01);
        Avx512F.Store(c + strideC + 0, c10);
        Avx512F.Store(c + strideC + 16, c11);
        Avx512F.Store(c + (2 * strideC) + 0, c20);
        Avx512F.Store(c + (2 * strideC) + 16, c21);
        Avx512F.Store(c + (3 * strideC) + 0, c30);
        Avx512F.Store(c + (3 * strideC) + 16, c31);
        Avx512F.Store(c + (4 * strideC) + 0, c40);
        Avx512F.Store(c + (4 * strideC) + 16, c41);
        Avx512F.Store(c + (5 * strideC) + 0, c50);
        Avx512F.Store(c + (5 * strideC) + 16, c51);
        Avx512F.Store(c + (6 * strideC) + 0, c60);
        Avx512F.Store(c + (6 * strideC) + 16, c61);
        Avx512F.Store(c + (7 * strideC) + 0, c70);
        Avx512F.Store(c + (7 * strideC) + 16, c71);
        Avx512F.Store(c + (8 * strideC) + 0, c80);
        Avx512F.Store(c + (8 * strideC) + 16, c81);
        Avx512F.Store(c + (9 * strideC) + 0, c90);
        Avx512F.Store(c + (9 * strideC) + 16, c91);
        Avx512F.Store(c + (10 * strideC) + 0, ca0);
        Avx512F.Store(c + (10 * strideC) + 16, ca1);
        Avx512F.Store(c + (11 * strideC) + 0, cb0);
        Avx512F.Store(c + (11 * strideC) + 16, cb1);
    }

    [MethodImpl(AggressiveOptimization)]
    public static void Multiply4<TB>(float* a, nint strideA, byte* b, int k, float* c, nint strideC, bool add)
        where TB : struct, IPanelType
    {
        Vector512<float> c00 = Vector512<float>.Zero, c01 = Vector512<float>.Zero;
        Vector512<float> c10 = Vector512<float>.Zero, c11 = Vector512<float>.Zero;
        Vector512<float> c20 = Vector512<float>.Zero, c21 = Vector512<float>.Zero;
        Vector512<float> c30 = Vector512<float>.Zero, c31 = Vector512<float>.Zero;
        if (add)
        {
            c00 = Avx512F.LoadVector512(c);
            c01 = Avx512F.LoadVector512(c + 16);
            c10 = Avx512F.LoadVector512(c + strideC);
            c11 = Avx512F.LoadVector512(c + strideC + 16);
            c20 = Avx512F.LoadVector512(c + (2 * strideC));
            c21 = Avx512F.LoadVector512(c + (2 * strideC) + 16);
            c30 = Avx512F.LoadVector512(c + (3 * strideC));
            c31 = Avx512F.LoadVector512(c + (3 * strideC) + 16);
        }

        for (; k > 0; k--)
        {
            Vector512<float> b0 = TB.Load512(b);
            Vector512<float> b1 = TB.Load512(b + (16 * TB.Size));
            Vector512<float> x = Vector512.Create(a[0]);
            c00 = Avx512F.FusedMultiplyAdd(x, b0, c00);
            c01 = Avx512F.FusedMultiplyAdd(x, b1, c01);
            x = Vector512.Create(a[1]);
            c10 = Avx512F.FusedMultiplyAdd(x, b0, c10);
            c11 = Avx512F.FusedMultiplyAdd(x, b1, c11);
            x = Vector512.Create(a[2]);
            c20 = Avx512F.FusedMultiplyAdd(x, b0, c20);
            c21 = Avx512F.FusedMultiplyAdd(x, b1, c21);
            x = Vector512.Create(a[3]);
            c30 = Avx512F.FusedMultiplyAdd(x, b0, c30);
            c31 = Avx512F.FusedMultiplyAdd(x, b1, c31);
            a += strideA;
            b += ITile.Width * TB.Size;
        }

        Avx512F.Store(c, c00);
        Avx512F.Store(c + 16, c01);
        Avx512F.Store(c + strideC + 0, c10);
        Avx512F.Store(c + strideC + 16, c11);
        Avx512F.Store(c + (2 * strideC) + 0, c20);
        Avx512F.Store(c + (2 * strideC) + 16, c21);
        Avx512F.Store(c + (3 * strideC) + 0, c30);
        Avx512F.Store(c + (3 * strideC) + 16, c31);
    }

    [MethodImpl(AggressiveOptimization)]
    public static void Multiply1<TB>(float* a, nint strideA, byte* b, int k, float* c, nint strideC, bool add)
        where TB : struct, IPanelType
    {
        Vector512<float> c00 = Vector512<float>.Zero, c01 = Vector512<float>.Zero;
        if (add)
        {
            c00 = Avx512F.LoadVector512(c);
            c01 = Avx512F.LoadVector512(c + 16);
        }

        for (; k > 0; k--)
        {
            Vector512<float> b0 = TB.Load512(b);
            Vector512<float> b1 = TB.Load512(b + (16 * TB.Size));
            Vector512<float> x = Vector512.Create(a[0]);
            c00 = Avx512F.FusedMultiplyAdd(x, b0, c00);
            c01 = Avx512F.FusedMultiplyAdd(x, b1, c01);
            a += strideA;
            b += ITile.Width * TB.Size;
        }

        Avx512F.Store(c, c00);
        Avx512F.Store(c + 16, c01);
    }
}
