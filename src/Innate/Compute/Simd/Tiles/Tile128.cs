using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using static System.Runtime.CompilerServices.MethodImplOptions;

namespace Innate.Compute.Simd.Tiles;

/// <summary>Tiles in 128-bit registers through the runtime's portable API: the reference for the others.</summary>
internal readonly unsafe struct Tile128 : ITile
{
    public static void Multiply12<TB>(float* a, nint strideA, byte* b, int k, float* c, nint strideC, bool add)
        where TB : struct, IPanelType
    {
        SubTile4<TB>(a, strideA, b, k, c, strideC, add);
        SubTile4<TB>(a, strideA, b + (8 * TB.Size), k, c + 8, strideC, add);
        SubTile4<TB>(a, strideA, b + (16 * TB.Size), k, c + 16, strideC, add);
        SubTile4<TB>(a, strideA, b + (24 * TB.Size), k, c + 24, strideC, add);
        SubTile4<TB>(a + 4, strideA, b, k, c + (4 * strideC), strideC, add);
        SubTile4<TB>(a + 4, strideA, b + (8 * TB.Size), k, c + (4 * strideC) + 8, strideC, add);
        SubTile4<TB>(a + 4, strideA, b + (16 * TB.Size), k, c + (4 * strideC) + 16, strideC, add);
        SubTile4<TB>(a + 4, strideA, b + (24 * TB.Size), k, c + (4 * strideC) + 24, strideC, add);
        SubTile4<TB>(a + 8, strideA, b, k, c + (8 * strideC), strideC, add);
        SubTile4<TB>(a + 8, strideA, b + (8 * TB.Size), k, c + (8 * strideC) + 8, strideC, add);
        SubTile4<TB>(a + 8, strideA, b + (16 * TB.Size), k, c + (8 * strideC) + 16, strideC, add);
        SubTile4<TB>(a + 8, strideA, b + (24 * TB.Size), k, c + (8 * strideC) + 24, strideC, add);
    }

    public static void Multiply4<TB>(float* a, nint strideA, byte* b, int k, float* c, nint strideC, bool add)
        where TB : struct, IPanelType
    {
        SubTile4<TB>(a, strideA, b, k, c, strideC, add);
        SubTile4<TB>(a, strideA, b + (8 * TB.Size), k, c + 8, strideC, add);
        SubTile4<TB>(a, strideA, b + (16 * TB.Size), k, c + 16, strideC, add);
        SubTile4<TB>(a, strideA, b + (24 * TB.Size), k, c + 24, strideC, add);
    }

    [MethodImpl(AggressiveOptimization)]
    public static void Multiply1<TB>(float* a, nint strideA, byte* b, int k, float* c, nint strideC, bool add)
        where TB : struct, IPanelType
    {
        Vector128<float> c00 = Vector128<float>.Zero, c01 = Vector128<float>.Zero;
        Vector128<float> c02 = Vector128<float>.Zero, c03 = Vector128<float>.Zero;
        Vector128<float> c04 = Vector128<float>.Zero, c05 = Vector128<float>.Zero;
        Vector128<float> c06 = Vector128<float>.Zero, c07 = Vector128<float>.Zero;
        if (add)
        {
            c00 = Vector128.Load(c);
            c01 = Vector128.Load(c + 4);
            c02 = Vector128.Load(c + 8);
            c03 = Vector128.Load(c + 12);
            c04 = Vector128.Load(c + 16);
            c05 = Vector128.Load(c + 20);
            c06 = Vector128.Load(c + 24);
            c07 = Vector128.Load(c + 28);
        }

        for (; k > 0; k--)
        {
            Vector128<float> b0 = TB.Load128(b);
            Vector128<float> b1 = TB.Load128(b + (4 * TB.Size));
            Vector128<float> b2 = TB.Load128(b + (8 * TB.Size));
            Vector128<float> b3 = TB.Load128(b + (12 * TB.Size));
            Vector128<float> b4 = TB.Load128(b + (16 * TB.Size));
            Vector128<float> b5 = TB.Load128(b + (20 * TB.Size));
            Vector128<float> b6 = TB.Load128(b + (24 * TB.Size));
            Vector128<float> b7 = TB.Load128(b + (28 * TB.Size));
            Vector128<float> x = Vector128.Create(a[0]);
            c00 = Vector128.FusedMultiplyAdd(x, b0, c00);
            c01 = Vector128.FusedMultiplyAdd(x, b1, c01);
            c02 = Vector128.FusedMultiplyAdd(x, b2, c02);
            c03 = Vector128.FusedMultiplyAdd(x, b3, c03);
            c04 = Vector128.FusedMultiplyAdd(x, b4, c04);
            c05 = Vector128.FusedMultiplyAdd(x, b5, c05);
            c06 = Vector128.FusedMultiplyAdd(x, b6, c06);
            c07 = Vector128.FusedMultiplyAdd(x, b7, c07);
            a += strideA;
            b += ITile.Width * TB.Size;
        }

        c00.Store(c);
        c01.Store(c + 4);
        c02.Store(c + 8);
        c03.Store(c + 12);
        c04.Store(c + 16);
        c05.Store(c + 20);
        c06.Store(c + 24);
        c07.Store(c + 28);
    }

    [MethodImpl(AggressiveOptimization)]
    private static void SubTile4<TB>(float* a, nint strideA, byte* b, int k, float* c, nint strideC, bool add)
        where TB : struct, IPanelType
    {
        Vector128<float> c00 = Vector128<float>.Zero, c01 = Vector128<float>.Zero;
        Vector128<float> c10 = Vector128<float>.Zero, c11 = Vector128<float>.Zero;
        Vector128<float> c20 = Vector128<float>.Zero, c21 = Vector128<float>.Zero;
        Vector128<float> c30 = Vector128<float>.Zero, c31 = Vector128<float>.Zero;
        if (add)
        {
            c00 = Vector128.Load(c);
            c01 = Vector128.Load(c + 4);
            c10 = Vector128.Load(c + strideC);
            c11 = Vector128.Load(c + strideC + 4);
            c20 = Vector128.Load(c + (2 * strideC));
            c21 = Vector128.Load(c + (2 * strideC) + 4);
            c30 = Vector128.Load(c + (3 * strideC));
            c31 = Vector128.Load(c + (3 * strideC) + 4);
        }

        for (; k > 0; k--)
        {
            Vector128<float> b0 = TB.Load128(b);
            Vector128<float> b1 = TB.Load128(b + (4 * TB.Size));
            Vector128<float> x = Vector128.Create(a[0]);
            c00 = Vector128.FusedMultiplyAdd(x, b0, c00);
            c01 = Vector128.FusedMultiplyAdd(x, b1, c01);
            x = Vector128.Create(a[1]);
            c10 = Vector128.FusedMultiplyAdd(x, b0, c10);
            c11 = Vector128.FusedMultiplyAdd(x, b1, c11);
            x = Vector128.Create(a[2]);
            c20 = Vector128.FusedMultiplyAdd(x, b0, c20);
            c21 = Vector128.FusedMultiplyAdd(x, b1, c21);
            x = Vector128.Create(a[3]);
            c30 = Vector128.FusedMultiplyAdd(x, b0, c30);
            c31 = Vector128.FusedMultiplyAdd(x, b1, c31);
            a += strideA;
            b += ITile.Width * TB.Size;
        }

        c00.Store(c);
        c01.Store(c + 4);
        c10.Store(c + strideC);
        c11.Store(c + strideC + 4);
        c20.Store(c + (2 * strideC));
        c21.Store(c + (2 * strideC) + 4);
        c30.Store(c + (3 * strideC));
        c31.Store(c + (3 * strideC) + 4);
    }
}
