using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using static System.Runtime.CompilerServices.MethodImplOptions;

namespace Innate.Compute.Simd.Integers;

/// <summary>
/// Tiles in AVX2 registers. Pairs of products are summed in 16 bits (<c>maddubs</c>), which codes up to 15 allow for a whole
/// group; larger codes are two numbers of four bits each.
/// </summary>
internal readonly unsafe partial struct IntegerTile256 : IIntegerTile
{
    [MethodImpl(AggressiveInlining)]
    public static void Multiply6<TForm>(in CodeTile t, float* c, nint strideC)
        where TForm : struct, ICodeForm
    {
        if (TForm.IsSmall) Nibbles6<TForm>(t, c, strideC);
        else Bytes6<TForm>(t, c, strideC);
    }

    [MethodImpl(AggressiveInlining)]
    public static void Multiply2<TForm>(in CodeTile t, float* c, nint strideC)
        where TForm : struct, ICodeForm
    {
        if (TForm.IsSmall) Nibbles2<TForm>(t, c, strideC);
        else Bytes2<TForm>(t, c, strideC);
    }

    [MethodImpl(AggressiveInlining)]
    public static void Multiply1<TForm>(in CodeTile t, float* c, nint strideC)
        where TForm : struct, ICodeForm
    {
        if (TForm.IsSmall) Nibbles1<TForm>(t, c, strideC);
        else Bytes1<TForm>(t, c, strideC);
    }

    [MethodImpl(AggressiveOptimization)]
    private static void Nibbles6<TForm>(in CodeTile t, float* c, nint strideC)
        where TForm : struct, ICodeForm
    {
        for (int half = 0; half < 2; half++, c += 16)
        {
            byte* w = t.Codes + (half * 64);
            sbyte* x = t.Rows;
            for (int group = 0; group < t.Groups; group++)
            {
                Vector256<short> s00 = Vector256<short>.Zero, s01 = s00;
                Vector256<short> s10 = Vector256<short>.Zero, s11 = s10;
                Vector256<short> s20 = Vector256<short>.Zero, s21 = s20;
                Vector256<short> s30 = Vector256<short>.Zero, s31 = s30;
                Vector256<short> s40 = Vector256<short>.Zero, s41 = s40;
                Vector256<short> s50 = Vector256<short>.Zero, s51 = s50;
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
                float* k = t.RowScales + (group * 6), terms = t.RowTerms + (group * 6);
                Vector256<float> d0 = Avx.LoadVector256(t.Scales + at), d1 = Avx.LoadVector256(t.Scales + at + 8);
                Vector256<float> m0 = default, m1 = default;
                if (TForm.HasMin) (m0, m1) = (Avx.LoadVector256(t.Mins + at), Avx.LoadVector256(t.Mins + at + 8));
                Finish<TForm>(Pairs(s00), d0, m0, k + 0, terms + 0, c + (0 * strideC));
                Finish<TForm>(Pairs(s01), d1, m1, k + 0, terms + 0, c + (0 * strideC) + 8);
                Finish<TForm>(Pairs(s10), d0, m0, k + 1, terms + 1, c + (1 * strideC));
                Finish<TForm>(Pairs(s11), d1, m1, k + 1, terms + 1, c + (1 * strideC) + 8);
                Finish<TForm>(Pairs(s20), d0, m0, k + 2, terms + 2, c + (2 * strideC));
                Finish<TForm>(Pairs(s21), d1, m1, k + 2, terms + 2, c + (2 * strideC) + 8);
                Finish<TForm>(Pairs(s30), d0, m0, k + 3, terms + 3, c + (3 * strideC));
                Finish<TForm>(Pairs(s31), d1, m1, k + 3, terms + 3, c + (3 * strideC) + 8);
                Finish<TForm>(Pairs(s40), d0, m0, k + 4, terms + 4, c + (4 * strideC));
                Finish<TForm>(Pairs(s41), d1, m1, k + 4, terms + 4, c + (4 * strideC) + 8);
                Finish<TForm>(Pairs(s50), d0, m0, k + 5, terms + 5, c + (5 * strideC));
                Finish<TForm>(Pairs(s51), d1, m1, k + 5, terms + 5, c + (5 * strideC) + 8);
            }
        }
    }

    [MethodImpl(AggressiveOptimization)]
    private static void Nibbles2<TForm>(in CodeTile t, float* c, nint strideC)
        where TForm : struct, ICodeForm
    {
        for (int half = 0; half < 2; half++, c += 16)
        {
            byte* w = t.Codes + (half * 64);
            sbyte* x = t.Rows;
            for (int group = 0; group < t.Groups; group++)
            {
                Vector256<short> s00 = Vector256<short>.Zero, s01 = s00;
                Vector256<short> s10 = Vector256<short>.Zero, s11 = s10;
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
                float* k = t.RowScales + (group * 2), terms = t.RowTerms + (group * 2);
                Vector256<float> d0 = Avx.LoadVector256(t.Scales + at), d1 = Avx.LoadVector256(t.Scales + at + 8);
                Vector256<float> m0 = default, m1 = default;
                if (TForm.HasMin) (m0, m1) = (Avx.LoadVector256(t.Mins + at), Avx.LoadVector256(t.Mins + at + 8));
                Finish<TForm>(Pairs(s00), d0, m0, k + 0, terms + 0, c + (0 * strideC));
                Finish<TForm>(Pairs(s01), d1, m1, k + 0, terms + 0, c + (0 * strideC) + 8);
                Finish<TForm>(Pairs(s10), d0, m0, k + 1, terms + 1, c + (1 * strideC));
                Finish<TForm>(Pairs(s11), d1, m1, k + 1, terms + 1, c + (1 * strideC) + 8);
            }
        }
    }

    [MethodImpl(AggressiveOptimization)]
    private static void Nibbles1<TForm>(in CodeTile t, float* c, nint strideC)
        where TForm : struct, ICodeForm
    {
        for (int half = 0; half < 2; half++, c += 16)
        {
            byte* w = t.Codes + (half * 64);
            sbyte* x = t.Rows;
            for (int group = 0; group < t.Groups; group++)
            {
                Vector256<short> s00 = Vector256<short>.Zero, s01 = s00;
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
                float* k = t.RowScales + (group * 1), terms = t.RowTerms + (group * 1);
                Vector256<float> d0 = Avx.LoadVector256(t.Scales + at), d1 = Avx.LoadVector256(t.Scales + at + 8);
                Vector256<float> m0 = default, m1 = default;
                if (TForm.HasMin) (m0, m1) = (Avx.LoadVector256(t.Mins + at), Avx.LoadVector256(t.Mins + at + 8));
                Finish<TForm>(Pairs(s00), d0, m0, k + 0, terms + 0, c + (0 * strideC));
                Finish<TForm>(Pairs(s01), d1, m1, k + 0, terms + 0, c + (0 * strideC) + 8);
            }
        }
    }

    [MethodImpl(AggressiveInlining)]
    private static void Step6(
        byte* w, sbyte* x, ref Vector256<short> s00, ref Vector256<short> s01, ref Vector256<short> s10,
        ref Vector256<short> s11, ref Vector256<short> s20, ref Vector256<short> s21, ref Vector256<short> s30,
        ref Vector256<short> s31, ref Vector256<short> s40, ref Vector256<short> s41, ref Vector256<short> s50,
        ref Vector256<short> s51)
    {
        Vector256<byte> w0 = Avx.LoadVector256(w), w1 = Avx.LoadVector256(w + 32);
        Vector256<sbyte> v = Four(x + 0);
        s00 = Avx2.Add(s00, Avx2.MultiplyAddAdjacent(w0, v));
        s01 = Avx2.Add(s01, Avx2.MultiplyAddAdjacent(w1, v));
        v = Four(x + 4);
        s10 = Avx2.Add(s10, Avx2.MultiplyAddAdjacent(w0, v));
        s11 = Avx2.Add(s11, Avx2.MultiplyAddAdjacent(w1, v));
        v = Four(x + 8);
        s20 = Avx2.Add(s20, Avx2.MultiplyAddAdjacent(w0, v));
        s21 = Avx2.Add(s21, Avx2.MultiplyAddAdjacent(w1, v));
        v = Four(x + 12);
        s30 = Avx2.Add(s30, Avx2.MultiplyAddAdjacent(w0, v));
        s31 = Avx2.Add(s31, Avx2.MultiplyAddAdjacent(w1, v));
        v = Four(x + 16);
        s40 = Avx2.Add(s40, Avx2.MultiplyAddAdjacent(w0, v));
        s41 = Avx2.Add(s41, Avx2.MultiplyAddAdjacent(w1, v));
        v = Four(x + 20);
        s50 = Avx2.Add(s50, Avx2.MultiplyAddAdjacent(w0, v));
        s51 = Avx2.Add(s51, Avx2.MultiplyAddAdjacent(w1, v));
    }

    [MethodImpl(AggressiveInlining)]
    private static void Step2(
        byte* w, sbyte* x, ref Vector256<short> s00, ref Vector256<short> s01, ref Vector256<short> s10,
        ref Vector256<short> s11)
    {
        Vector256<byte> w0 = Avx.LoadVector256(w), w1 = Avx.LoadVector256(w + 32);
        Vector256<sbyte> v = Four(x + 0);
        s00 = Avx2.Add(s00, Avx2.MultiplyAddAdjacent(w0, v));
        s01 = Avx2.Add(s01, Avx2.MultiplyAddAdjacent(w1, v));
        v = Four(x + 4);
        s10 = Avx2.Add(s10, Avx2.MultiplyAddAdjacent(w0, v));
        s11 = Avx2.Add(s11, Avx2.MultiplyAddAdjacent(w1, v));
    }

    [MethodImpl(AggressiveInlining)]
    private static void Step1(
        byte* w, sbyte* x, ref Vector256<short> s00, ref Vector256<short> s01)
    {
        Vector256<byte> w0 = Avx.LoadVector256(w), w1 = Avx.LoadVector256(w + 32);
        Vector256<sbyte> v = Four(x + 0);
        s00 = Avx2.Add(s00, Avx2.MultiplyAddAdjacent(w0, v));
        s01 = Avx2.Add(s01, Avx2.MultiplyAddAdjacent(w1, v));
    }

    [MethodImpl(AggressiveInlining)]
    private static Vector256<sbyte> Four(sbyte* x) => Vector256.Create(*(int*)x).AsSByte();

    /// <summary>Sums of pairs.</summary>
    [MethodImpl(AggressiveInlining)]
    private static Vector256<int> Pairs(Vector256<short> sums) => Avx2.MultiplyAddAdjacent(sums, Vector256<short>.One);

    [MethodImpl(AggressiveInlining)]
    private static void Finish<TForm>(
        Vector256<int> sums, Vector256<float> d, Vector256<float> m, float* rowScale, float* rowTerm, float* c)
        where TForm : struct, ICodeForm
    {
        if (!TForm.HasMin) sums = Avx2.Add(sums, Avx2.BroadcastScalarToVector256((int*)rowTerm));
        Vector256<float> scale = Avx.Multiply(d, Avx.BroadcastScalarToVector256(rowScale));
        Vector256<float> sum = Avx.LoadVector256(c);
        sum = Fma.MultiplyAdd(Avx.ConvertToVector256Single(sums), scale, sum);
        if (TForm.HasMin) sum = Fma.MultiplyAdd(m, Avx.BroadcastScalarToVector256(rowTerm), sum);
        Avx.Store(c, sum);
    }
}
