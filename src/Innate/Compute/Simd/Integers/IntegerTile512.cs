using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using static System.Runtime.CompilerServices.MethodImplOptions;

namespace Innate.Compute.Simd.Integers;

/// <summary>
/// Tiles in 512-bit registers, as in AVX2's: pairs of products are summed in 16 bits, which codes up to 15 allow for a whole
/// group; larger codes are two numbers of four bits each, or go by 256-bit VNNI, which is faster where the processor has it.
/// </summary>
internal readonly unsafe partial struct IntegerTile512 : IIntegerTile
{
    [MethodImpl(AggressiveInlining)]
    public static void Multiply6<TForm>(in CodeTile t, float* c, nint strideC)
        where TForm : struct, ICodeForm
    {
        if (TForm.IsSmall) Nibbles6<TForm>(t, c, strideC);
        else if (AvxVnni.IsSupported) IntegerTileVnni.Multiply6<TForm>(t, c, strideC);
        else Bytes6<TForm>(t, c, strideC);
    }

    [MethodImpl(AggressiveInlining)]
    public static void Multiply2<TForm>(in CodeTile t, float* c, nint strideC)
        where TForm : struct, ICodeForm
    {
        if (TForm.IsSmall) Nibbles2<TForm>(t, c, strideC);
        else if (AvxVnni.IsSupported) IntegerTileVnni.Multiply2<TForm>(t, c, strideC);
        else Bytes2<TForm>(t, c, strideC);
    }

    [MethodImpl(AggressiveInlining)]
    public static void Multiply1<TForm>(in CodeTile t, float* c, nint strideC)
        where TForm : struct, ICodeForm
    {
        if (TForm.IsSmall) Nibbles1<TForm>(t, c, strideC);
        else if (AvxVnni.IsSupported) IntegerTileVnni.Multiply1<TForm>(t, c, strideC);
        else Bytes1<TForm>(t, c, strideC);
    }

    [MethodImpl(AggressiveOptimization)]
    private static void Nibbles6<TForm>(in CodeTile t, float* c, nint strideC)
        where TForm : struct, ICodeForm
    {
        byte* w = t.Codes;
        sbyte* x = t.Rows;
        for (int group = 0; group < t.Groups; group++)
        {
            Vector512<short> s00 = Vector512<short>.Zero, s01 = s00;
            Vector512<short> s10 = Vector512<short>.Zero, s11 = s10;
            Vector512<short> s20 = Vector512<short>.Zero, s21 = s20;
            Vector512<short> s30 = Vector512<short>.Zero, s31 = s30;
            Vector512<short> s40 = Vector512<short>.Zero, s41 = s40;
            Vector512<short> s50 = Vector512<short>.Zero, s51 = s50;
            for (int step = 0; step < TForm.Steps; step += 4)
            {
                Step6(
                    w, x, ref s00, ref s01, ref s10, ref s11, ref s20, ref s21, ref s30, ref s31, ref s40, ref s41, ref s50,
                    ref s51);
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

            int at = group * 32;
            float* k = t.RowScales + (group * 6), terms = t.RowTerms + (group * 6);
            Vector512<float> d0 = Avx512F.LoadVector512(t.Scales + at), d1 = Avx512F.LoadVector512(t.Scales + at + 16);
            Vector512<float> m0 = default, m1 = default;
            if (TForm.HasMin) (m0, m1) = (Avx512F.LoadVector512(t.Mins + at), Avx512F.LoadVector512(t.Mins + at + 16));
            Finish<TForm>(Pairs(s00), d0, m0, k + 0, terms + 0, c + (0 * strideC));
            Finish<TForm>(Pairs(s01), d1, m1, k + 0, terms + 0, c + (0 * strideC) + 16);
            Finish<TForm>(Pairs(s10), d0, m0, k + 1, terms + 1, c + (1 * strideC));
            Finish<TForm>(Pairs(s11), d1, m1, k + 1, terms + 1, c + (1 * strideC) + 16);
            Finish<TForm>(Pairs(s20), d0, m0, k + 2, terms + 2, c + (2 * strideC));
            Finish<TForm>(Pairs(s21), d1, m1, k + 2, terms + 2, c + (2 * strideC) + 16);
            Finish<TForm>(Pairs(s30), d0, m0, k + 3, terms + 3, c + (3 * strideC));
            Finish<TForm>(Pairs(s31), d1, m1, k + 3, terms + 3, c + (3 * strideC) + 16);
            Finish<TForm>(Pairs(s40), d0, m0, k + 4, terms + 4, c + (4 * strideC));
            Finish<TForm>(Pairs(s41), d1, m1, k + 4, terms + 4, c + (4 * strideC) + 16);
            Finish<TForm>(Pairs(s50), d0, m0, k + 5, terms + 5, c + (5 * strideC));
            Finish<TForm>(Pairs(s51), d1, m1, k + 5, terms + 5, c + (5 * strideC) + 16);
        }
    }

    [MethodImpl(AggressiveOptimization)]
    private static void Nibbles2<TForm>(in CodeTile t, float* c, nint strideC)
        where TForm : struct, ICodeForm
    {
        byte* w = t.Codes;
        sbyte* x = t.Rows;
        for (int group = 0; group < t.Groups; group++)
        {
            Vector512<short> s00 = Vector512<short>.Zero, s01 = s00;
            Vector512<short> s10 = Vector512<short>.Zero, s11 = s10;
            for (int step = 0; step < TForm.Steps; step += 4)
            {
                Step2(w, x, ref s00, ref s01, ref s10, ref s11);
                Step2(w + (1 * CodeTile.StepBytes), x + 8, ref s00, ref s01, ref s10, ref s11);
                Step2(w + (2 * CodeTile.StepBytes), x + 16, ref s00, ref s01, ref s10, ref s11);
                Step2(w + (3 * CodeTile.StepBytes), x + 24, ref s00, ref s01, ref s10, ref s11);
                x += 32;
                w += 4 * CodeTile.StepBytes;
            }

            int at = group * 32;
            float* k = t.RowScales + (group * 2), terms = t.RowTerms + (group * 2);
            Vector512<float> d0 = Avx512F.LoadVector512(t.Scales + at), d1 = Avx512F.LoadVector512(t.Scales + at + 16);
            Vector512<float> m0 = default, m1 = default;
            if (TForm.HasMin) (m0, m1) = (Avx512F.LoadVector512(t.Mins + at), Avx512F.LoadVector512(t.Mins + at + 16));
            Finish<TForm>(Pairs(s00), d0, m0, k + 0, terms + 0, c + (0 * strideC));
            Finish<TForm>(Pairs(s01), d1, m1, k + 0, terms + 0, c + (0 * strideC) + 16);
            Finish<TForm>(Pairs(s10), d0, m0, k + 1, terms + 1, c + (1 * strideC));
            Finish<TForm>(Pairs(s11), d1, m1, k + 1, terms + 1, c + (1 * strideC) + 16);
        }
    }

    [MethodImpl(AggressiveOptimization)]
    private static void Nibbles1<TForm>(in CodeTile t, float* c, nint strideC)
        where TForm : struct, ICodeForm
    {
        byte* w = t.Codes;
        sbyte* x = t.Rows;
        for (int group = 0; group < t.Groups; group++)
        {
            Vector512<short> s00 = Vector512<short>.Zero, s01 = s00;
            for (int step = 0; step < TForm.Steps; step += 4)
            {
                Step1(w, x, ref s00, ref s01);
                Step1(w + (1 * CodeTile.StepBytes), x + 4, ref s00, ref s01);
                Step1(w + (2 * CodeTile.StepBytes), x + 8, ref s00, ref s01);
                Step1(w + (3 * CodeTile.StepBytes), x + 12, ref s00, ref s01);
                x += 16;
                w += 4 * CodeTile.StepBytes;
            }

            int at = group * 32;
            float* k = t.RowScales + (group * 1), terms = t.RowTerms + (group * 1);
            Vector512<float> d0 = Avx512F.LoadVector512(t.Scales + at), d1 = Avx512F.LoadVector512(t.Scales + at + 16);
            Vector512<float> m0 = default, m1 = default;
            if (TForm.HasMin) (m0, m1) = (Avx512F.LoadVector512(t.Mins + at), Avx512F.LoadVector512(t.Mins + at + 16));
            Finish<TForm>(Pairs(s00), d0, m0, k + 0, terms + 0, c + (0 * strideC));
            Finish<TForm>(Pairs(s01), d1, m1, k + 0, terms + 0, c + (0 * strideC) + 16);
        }
    }

    [MethodImpl(AggressiveInlining)]
    private static void Step6(
        byte* w, sbyte* x, ref Vector512<short> s00, ref Vector512<short> s01, ref Vector512<short> s10,
        ref Vector512<short> s11, ref Vector512<short> s20, ref Vector512<short> s21, ref Vector512<short> s30,
        ref Vector512<short> s31, ref Vector512<short> s40, ref Vector512<short> s41, ref Vector512<short> s50,
        ref Vector512<short> s51)
    {
        Vector512<byte> w0 = Avx512F.LoadVector512(w), w1 = Avx512F.LoadVector512(w + 64);
        Vector512<sbyte> v = Four(x + 0);
        s00 = Avx512BW.Add(s00, Avx512BW.MultiplyAddAdjacent(w0, v));
        s01 = Avx512BW.Add(s01, Avx512BW.MultiplyAddAdjacent(w1, v));
        v = Four(x + 4);
        s10 = Avx512BW.Add(s10, Avx512BW.MultiplyAddAdjacent(w0, v));
        s11 = Avx512BW.Add(s11, Avx512BW.MultiplyAddAdjacent(w1, v));
        v = Four(x + 8);
        s20 = Avx512BW.Add(s20, Avx512BW.MultiplyAddAdjacent(w0, v));
        s21 = Avx512BW.Add(s21, Avx512BW.MultiplyAddAdjacent(w1, v));
        v = Four(x + 12);
        s30 = Avx512BW.Add(s30, Avx512BW.MultiplyAddAdjacent(w0, v));
        s31 = Avx512BW.Add(s31, Avx512BW.MultiplyAddAdjacent(w1, v));
        v = Four(x + 16);
        s40 = Avx512BW.Add(s40, Avx512BW.MultiplyAddAdjacent(w0, v));
        s41 = Avx512BW.Add(s41, Avx512BW.MultiplyAddAdjacent(w1, v));
        v = Four(x + 20);
        s50 = Avx512BW.Add(s50, Avx512BW.MultiplyAddAdjacent(w0, v));
        s51 = Avx512BW.Add(s51, Avx512BW.MultiplyAddAdjacent(w1, v));
    }

    [MethodImpl(AggressiveInlining)]
    private static void Step2(
        byte* w, sbyte* x, ref Vector512<short> s00, ref Vector512<short> s01, ref Vector512<short> s10,
        ref Vector512<short> s11)
    {
        Vector512<byte> w0 = Avx512F.LoadVector512(w), w1 = Avx512F.LoadVector512(w + 64);
        Vector512<sbyte> v = Four(x + 0);
        s00 = Avx512BW.Add(s00, Avx512BW.MultiplyAddAdjacent(w0, v));
        s01 = Avx512BW.Add(s01, Avx512BW.MultiplyAddAdjacent(w1, v));
        v = Four(x + 4);
        s10 = Avx512BW.Add(s10, Avx512BW.MultiplyAddAdjacent(w0, v));
        s11 = Avx512BW.Add(s11, Avx512BW.MultiplyAddAdjacent(w1, v));
    }

    [MethodImpl(AggressiveInlining)]
    private static void Step1(
        byte* w, sbyte* x, ref Vector512<short> s00, ref Vector512<short> s01)
    {
        Vector512<byte> w0 = Avx512F.LoadVector512(w), w1 = Avx512F.LoadVector512(w + 64);
        Vector512<sbyte> v = Four(x + 0);
        s00 = Avx512BW.Add(s00, Avx512BW.MultiplyAddAdjacent(w0, v));
        s01 = Avx512BW.Add(s01, Avx512BW.MultiplyAddAdjacent(w1, v));
    }

    [MethodImpl(AggressiveInlining)]
    private static Vector512<sbyte> Four(sbyte* x) => Vector512.Create(*(int*)x).AsSByte();

    /// <summary>Sums of pairs.</summary>
    [MethodImpl(AggressiveInlining)]
    private static Vector512<int> Pairs(Vector512<short> sums) => Avx512BW.MultiplyAddAdjacent(sums, Vector512<short>.One);

    [MethodImpl(AggressiveInlining)]
    private static void Finish<TForm>(
        Vector512<int> sums, Vector512<float> d, Vector512<float> m, float* rowScale, float* rowTerm, float* c)
        where TForm : struct, ICodeForm
    {
        if (!TForm.HasMin) sums = Avx512F.Add(sums, Vector512.Create(*(int*)rowTerm));
        Vector512<float> scale = Avx512F.Multiply(d, Vector512.Create(*rowScale));
        Vector512<float> sum = Avx512F.LoadVector512(c);
        sum = Avx512F.FusedMultiplyAdd(Avx512F.ConvertToVector512Single(sums), scale, sum);
        if (TForm.HasMin) sum = Avx512F.FusedMultiplyAdd(m, Vector512.Create(*rowTerm), sum);
        Avx512F.Store(c, sum);
    }
}
