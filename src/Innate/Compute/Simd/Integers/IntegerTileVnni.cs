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
                var bias = (int*)t.RowTerms + (group * 6);
                Vector256<int> s00 = TForm.HasMin ? Vector256<int>.Zero : Vector256.Create(bias[0]), s01 = s00;
                Vector256<int> s10 = TForm.HasMin ? Vector256<int>.Zero : Vector256.Create(bias[1]), s11 = s10;
                Vector256<int> s20 = TForm.HasMin ? Vector256<int>.Zero : Vector256.Create(bias[2]), s21 = s20;
                Vector256<int> s30 = TForm.HasMin ? Vector256<int>.Zero : Vector256.Create(bias[3]), s31 = s30;
                Vector256<int> s40 = TForm.HasMin ? Vector256<int>.Zero : Vector256.Create(bias[4]), s41 = s40;
                Vector256<int> s50 = TForm.HasMin ? Vector256<int>.Zero : Vector256.Create(bias[5]), s51 = s50;
                for (int step = 0; step < TForm.Steps; step += 4)
                {
                    Step6(
                        w, x, ref s00, ref s01, ref s10, ref s11, ref s20, ref s21, ref s30, ref s31, ref s40, ref s41,
                        ref s50, ref s51);
                    Step6(
                        w + (1 * CodeTile.StepBytes), x + 24, ref s00, ref s01, ref s10, ref s11, ref s20, ref s21, ref s30,
                        ref s31, ref s40, ref s41, ref s50, ref s51);
                    Step6(
                        w + (2 * CodeTile.StepBytes), x + 48, ref s00, ref s01, ref s10, ref s11, ref s20, ref s21, ref s30,
                        ref s31, ref s40, ref s41, ref s50, ref s51);
                    Step6(
                        w + (3 * CodeTile.StepBytes), x + 72, ref s00, ref s01, ref s10, ref s11, ref s20, ref s21, ref s30,
                        ref s31, ref s40, ref s41, ref s50, ref s51);
                    x += 96;
                    w += 4 * CodeTile.StepBytes;
                }

                int at = (group * 32) + (half * 16);
                Vector256<float> d0 = Avx.LoadVector256(t.Scales + at), d1 = Avx.LoadVector256(t.Scales + at + 8);
                Vector256<float> m0 = default, m1 = default;
                if (TForm.HasMin) (m0, m1) = (Avx.LoadVector256(t.Mins + at), Avx.LoadVector256(t.Mins + at + 8));
                float* k = t.RowScales + (group * 6), terms = t.RowTerms + (group * 6);
                Finish<TForm>(s00, s01, d0, d1, m0, m1, k + 0, terms + 0, c + (0 * strideC));
                Finish<TForm>(s10, s11, d0, d1, m0, m1, k + 1, terms + 1, c + (1 * strideC));
                Finish<TForm>(s20, s21, d0, d1, m0, m1, k + 2, terms + 2, c + (2 * strideC));
                Finish<TForm>(s30, s31, d0, d1, m0, m1, k + 3, terms + 3, c + (3 * strideC));
                Finish<TForm>(s40, s41, d0, d1, m0, m1, k + 4, terms + 4, c + (4 * strideC));
                Finish<TForm>(s50, s51, d0, d1, m0, m1, k + 5, terms + 5, c + (5 * strideC));
            }
        }
    }

    [MethodImpl(AggressiveOptimization)]
    public static void Multiply2<TForm>(in CodeTile t, float* c, nint strideC)
        where TForm : struct, ICodeForm
    {
        for (int half = 0; half < 2; half++, c += 16)
        {
            byte* w = t.Codes + (half * 64);
            sbyte* x = t.Rows;
            for (int group = 0; group < t.Groups; group++)
            {
                var bias = (int*)t.RowTerms + (group * 2);
                Vector256<int> s00 = TForm.HasMin ? Vector256<int>.Zero : Vector256.Create(bias[0]), s01 = s00;
                Vector256<int> s10 = TForm.HasMin ? Vector256<int>.Zero : Vector256.Create(bias[1]), s11 = s10;
                for (int step = 0; step < TForm.Steps; step += 4)
                {
                    Step2(w, x, ref s00, ref s01, ref s10, ref s11);
                    Step2(w + (1 * CodeTile.StepBytes), x + 8, ref s00, ref s01, ref s10, ref s11);
                    Step2(w + (2 * CodeTile.StepBytes), x + 16, ref s00, ref s01, ref s10, ref s11);
                    Step2(w + (3 * CodeTile.StepBytes), x + 24, ref s00, ref s01, ref s10, ref s11);
                    x += 32;
                    w += 4 * CodeTile.StepBytes;
                }

                int at = (group * 32) + (half * 16);
                Vector256<float> d0 = Avx.LoadVector256(t.Scales + at), d1 = Avx.LoadVector256(t.Scales + at + 8);
                Vector256<float> m0 = default, m1 = default;
                if (TForm.HasMin) (m0, m1) = (Avx.LoadVector256(t.Mins + at), Avx.LoadVector256(t.Mins + at + 8));
                float* k = t.RowScales + (group * 2), terms = t.RowTerms + (group * 2);
                Finish<TForm>(s00, s01, d0, d1, m0, m1, k + 0, terms + 0, c + (0 * strideC));
                Finish<TForm>(s10, s11, d0, d1, m0, m1, k + 1, terms + 1, c + (1 * strideC));
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
                var bias = (int*)t.RowTerms + (group * 1);
                Vector256<int> s00 = TForm.HasMin ? Vector256<int>.Zero : Vector256.Create(bias[0]), s01 = s00;
                for (int step = 0; step < TForm.Steps; step += 4)
                {
                    Step1(w, x, ref s00, ref s01);
                    Step1(w + (1 * CodeTile.StepBytes), x + 4, ref s00, ref s01);
                    Step1(w + (2 * CodeTile.StepBytes), x + 8, ref s00, ref s01);
                    Step1(w + (3 * CodeTile.StepBytes), x + 12, ref s00, ref s01);
                    x += 16;
                    w += 4 * CodeTile.StepBytes;
                }

                int at = (group * 32) + (half * 16);
                Vector256<float> d0 = Avx.LoadVector256(t.Scales + at), d1 = Avx.LoadVector256(t.Scales + at + 8);
                Vector256<float> m0 = default, m1 = default;
                if (TForm.HasMin) (m0, m1) = (Avx.LoadVector256(t.Mins + at), Avx.LoadVector256(t.Mins + at + 8));
                float* k = t.RowScales + (group * 1), terms = t.RowTerms + (group * 1);
                Finish<TForm>(s00, s01, d0, d1, m0, m1, k + 0, terms + 0, c + (0 * strideC));
            }
        }
    }

    [MethodImpl(AggressiveInlining)]
    private static void Step6(
        byte* w, sbyte* x, ref Vector256<int> s00, ref Vector256<int> s01, ref Vector256<int> s10, ref Vector256<int> s11,
        ref Vector256<int> s20, ref Vector256<int> s21, ref Vector256<int> s30, ref Vector256<int> s31,
        ref Vector256<int> s40, ref Vector256<int> s41, ref Vector256<int> s50, ref Vector256<int> s51)
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
    }

    [MethodImpl(AggressiveInlining)]
    private static void Step2(
        byte* w, sbyte* x, ref Vector256<int> s00, ref Vector256<int> s01, ref Vector256<int> s10, ref Vector256<int> s11)
    {
        Vector256<byte> w0 = Avx.LoadVector256(w), w1 = Avx.LoadVector256(w + 32);
        Vector256<sbyte> v = Four(x + 0);
        s00 = AvxVnni.MultiplyWideningAndAdd(s00, w0, v);
        s01 = AvxVnni.MultiplyWideningAndAdd(s01, w1, v);
        v = Four(x + 4);
        s10 = AvxVnni.MultiplyWideningAndAdd(s10, w0, v);
        s11 = AvxVnni.MultiplyWideningAndAdd(s11, w1, v);
    }

    [MethodImpl(AggressiveInlining)]
    private static void Step1(
        byte* w, sbyte* x, ref Vector256<int> s00, ref Vector256<int> s01)
    {
        Vector256<byte> w0 = Avx.LoadVector256(w), w1 = Avx.LoadVector256(w + 32);
        Vector256<sbyte> v = Four(x + 0);
        s00 = AvxVnni.MultiplyWideningAndAdd(s00, w0, v);
        s01 = AvxVnni.MultiplyWideningAndAdd(s01, w1, v);
    }

    [MethodImpl(AggressiveInlining)]
    private static Vector256<sbyte> Four(sbyte* x) => Vector256.Create(*(int*)x).AsSByte();

    [MethodImpl(AggressiveInlining)]
    private static void Finish<TForm>(
        Vector256<int> s0, Vector256<int> s1, Vector256<float> d0, Vector256<float> d1, Vector256<float> m0, Vector256<float> m1,
        float* rowScale, float* rowTerm, float* c)
        where TForm : struct, ICodeForm
    {
        Vector256<float> k = Avx.BroadcastScalarToVector256(rowScale);
        Vector256<float> c0 = Avx.LoadVector256(c), c1 = Avx.LoadVector256(c + 8);
        c0 = Fma.MultiplyAdd(Avx.ConvertToVector256Single(s0), Avx.Multiply(d0, k), c0);
        c1 = Fma.MultiplyAdd(Avx.ConvertToVector256Single(s1), Avx.Multiply(d1, k), c1);
        if (TForm.HasMin)
        {
            Vector256<float> sum = Avx.BroadcastScalarToVector256(rowTerm);
            c0 = Fma.MultiplyAdd(m0, sum, c0);
            c1 = Fma.MultiplyAdd(m1, sum, c1);
        }

        Avx.Store(c, c0);
        Avx.Store(c + 8, c1);
    }
}
