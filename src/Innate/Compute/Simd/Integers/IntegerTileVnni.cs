using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using static System.Runtime.CompilerServices.MethodImplOptions;

namespace Innate.Compute.Simd.Integers;

/// <summary>Tiles by the 256-bit instructions that multiply and add four codes at a time (AVX-VNNI).</summary>
internal readonly unsafe struct IntegerTileVnni : IIntegerTile
{
    [MethodImpl(AggressiveOptimization)]
    public static void Multiply6<TForm>(in CodeTile t, float* c, nint strideC)
        where TForm : struct, ICodeForm
    {
        for (int half = 0; half < 2; half++, c += 16)
        {
            byte* w = t.Codes + (half * 64);
            sbyte* x = t.Rows;
            for (int group = 0; group < t.Groups; group++)
            {
                int* bias = t.Bias + (group * 6);
                Vector256<int> s00 = TForm.HasMin ? Vector256<int>.Zero : Vector256.Create(bias[0]), s01 = s00;
                Vector256<int> s10 = TForm.HasMin ? Vector256<int>.Zero : Vector256.Create(bias[1]), s11 = s10;
                Vector256<int> s20 = TForm.HasMin ? Vector256<int>.Zero : Vector256.Create(bias[2]), s21 = s20;
                Vector256<int> s30 = TForm.HasMin ? Vector256<int>.Zero : Vector256.Create(bias[3]), s31 = s30;
                Vector256<int> s40 = TForm.HasMin ? Vector256<int>.Zero : Vector256.Create(bias[4]), s41 = s40;
                Vector256<int> s50 = TForm.HasMin ? Vector256<int>.Zero : Vector256.Create(bias[5]), s51 = s50;
                for (int step = 0; step < TForm.Steps; step++)
                {
                    Vector256<byte> w0 = Avx.LoadVector256(w), w1 = Avx.LoadVector256(w + 32);
                    Vector256<sbyte> v = Four(x + 0);
                    s00 = AvxVnni.MultiplyWideningAndAdd(s00, w0, v);
                    s01 = AvxVnni.MultiplyWideningAndAdd(s01, w1, v);
                    v = Four(x + 4);
                    s10 = AvxVnni.MultiplyWideningAndAdd(s10, w0, v);
                    s11 = AvxVnni.MultiplyWideningAndAdd(s11, w1, v);
                    v = Four(x + 8);
                    s20 = AvxVnni.MultiplyWideningAndAdd(s20, w0, v);
                    s21 = AvxVnni.MultiplyWideningAndAdd(s21, w1, v);
                    v = Four(x + 12);
                    s30 = AvxVnni.MultiplyWideningAndAdd(s30, w0, v);
                    s31 = AvxVnni.MultiplyWideningAndAdd(s31, w1, v);
                    v = Four(x + 16);
                    s40 = AvxVnni.MultiplyWideningAndAdd(s40, w0, v);
                    s41 = AvxVnni.MultiplyWideningAndAdd(s41, w1, v);
                    v = Four(x + 20);
                    s50 = AvxVnni.MultiplyWideningAndAdd(s50, w0, v);
                    s51 = AvxVnni.MultiplyWideningAndAdd(s51, w1, v);
                    x += 24;
                    w += CodeTile.StepBytes;
                }

                int at = (group * 32) + (half * 16);
                Vector256<float> d0 = Avx.LoadVector256(t.Scales + at), d1 = Avx.LoadVector256(t.Scales + at + 8);
                Vector256<float> m0 = default, m1 = default;
                if (TForm.HasMin) (m0, m1) = (Avx.LoadVector256(t.Mins + at), Avx.LoadVector256(t.Mins + at + 8));
                float* k = t.RowScales + (group * 6);
                float* sum = t.RowSums + (group * 6);
                Finish<TForm>(s00, s01, d0, d1, m0, m1, k + 0, sum + 0, c + (0 * strideC));
                Finish<TForm>(s10, s11, d0, d1, m0, m1, k + 1, sum + 1, c + (1 * strideC));
                Finish<TForm>(s20, s21, d0, d1, m0, m1, k + 2, sum + 2, c + (2 * strideC));
                Finish<TForm>(s30, s31, d0, d1, m0, m1, k + 3, sum + 3, c + (3 * strideC));
                Finish<TForm>(s40, s41, d0, d1, m0, m1, k + 4, sum + 4, c + (4 * strideC));
                Finish<TForm>(s50, s51, d0, d1, m0, m1, k + 5, sum + 5, c + (5 * strideC));
            }
        }
    }

    [MethodImpl(AggressiveOptimization)]
    public static void Multiply1<TForm>(in CodeTile t, float* c, nint strideC)
        where TForm : struct, ICodeForm
    {
        for (int half = 0; half < 2; half++, c += 16)
        {
            byte* w = t.Codes + (half * 64);
            sbyte* x = t.Rows;
            for (int group = 0; group < t.Groups; group++)
            {
                int* bias = t.Bias + (group * 1);
                Vector256<int> s00 = TForm.HasMin ? Vector256<int>.Zero : Vector256.Create(bias[0]), s01 = s00;
                for (int step = 0; step < TForm.Steps; step++)
                {
                    Vector256<byte> w0 = Avx.LoadVector256(w), w1 = Avx.LoadVector256(w + 32);
                    Vector256<sbyte> v = Four(x + 0);
                    s00 = AvxVnni.MultiplyWideningAndAdd(s00, w0, v);
                    s01 = AvxVnni.MultiplyWideningAndAdd(s01, w1, v);
                    x += 4;
                    w += CodeTile.StepBytes;
                }

                int at = (group * 32) + (half * 16);
                Vector256<float> d0 = Avx.LoadVector256(t.Scales + at), d1 = Avx.LoadVector256(t.Scales + at + 8);
                Vector256<float> m0 = default, m1 = default;
                if (TForm.HasMin) (m0, m1) = (Avx.LoadVector256(t.Mins + at), Avx.LoadVector256(t.Mins + at + 8));
                float* k = t.RowScales + (group * 1);
                float* sum = t.RowSums + (group * 1);
                Finish<TForm>(s00, s01, d0, d1, m0, m1, k + 0, sum + 0, c + (0 * strideC));
            }
        }
    }

    [MethodImpl(AggressiveInlining)]
    private static Vector256<sbyte> Four(sbyte* x) => Vector256.Create(*(int*)x).AsSByte();

    [MethodImpl(AggressiveInlining)]
    private static void Finish<TForm>(
        Vector256<int> s0, Vector256<int> s1, Vector256<float> d0, Vector256<float> d1, Vector256<float> m0, Vector256<float> m1,
        float* rowScale, float* rowSum, float* c)
        where TForm : struct, ICodeForm
    {
        Vector256<float> k = Avx.BroadcastScalarToVector256(rowScale), c0 = Avx.LoadVector256(c), c1 = Avx.LoadVector256(c + 8);
        c0 = Fma.MultiplyAdd(Avx.ConvertToVector256Single(s0), Avx.Multiply(d0, k), c0);
        c1 = Fma.MultiplyAdd(Avx.ConvertToVector256Single(s1), Avx.Multiply(d1, k), c1);
        if (TForm.HasMin)
        {
            Vector256<float> sum = Avx.BroadcastScalarToVector256(rowSum);
            c0 = Fma.MultiplyAdd(m0, sum, c0);
            c1 = Fma.MultiplyAdd(m1, sum, c1);
        }

        Avx.Store(c, c0);
        Avx.Store(c + 8, c1);
    }
}
