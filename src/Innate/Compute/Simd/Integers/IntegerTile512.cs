using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using static System.Runtime.CompilerServices.MethodImplOptions;

namespace Innate.Compute.Simd.Integers;

/// <summary>
/// Tiles in 512-bit registers, as in AVX2's: pairs of products are summed in 16 bits, which codes up to 15 allow for a whole
/// group; larger codes are two numbers of four bits each, or go by 256-bit VNNI, which is faster where the processor has it.
/// </summary>
internal readonly unsafe struct IntegerTile512 : IIntegerTile
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
            for (int step = 0; step < TForm.Steps; step++)
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
                x += 24;
                w += CodeTile.StepBytes;
            }

            int at = group * 32;
            var of = new RowNumbers(t, group * 6);
            Vector512<float> d0 = Avx512F.LoadVector512(t.Scales + at), d1 = Avx512F.LoadVector512(t.Scales + at + 16);
            Vector512<float> m0 = default, m1 = default;
            if (TForm.HasMin) (m0, m1) = (Avx512F.LoadVector512(t.Mins + at), Avx512F.LoadVector512(t.Mins + at + 16));
            Finish<TForm>(Pairs(s00), d0, m0, of, 0, c + (0 * strideC));
            Finish<TForm>(Pairs(s01), d1, m1, of, 0, c + (0 * strideC) + 16);
            Finish<TForm>(Pairs(s10), d0, m0, of, 1, c + (1 * strideC));
            Finish<TForm>(Pairs(s11), d1, m1, of, 1, c + (1 * strideC) + 16);
            Finish<TForm>(Pairs(s20), d0, m0, of, 2, c + (2 * strideC));
            Finish<TForm>(Pairs(s21), d1, m1, of, 2, c + (2 * strideC) + 16);
            Finish<TForm>(Pairs(s30), d0, m0, of, 3, c + (3 * strideC));
            Finish<TForm>(Pairs(s31), d1, m1, of, 3, c + (3 * strideC) + 16);
            Finish<TForm>(Pairs(s40), d0, m0, of, 4, c + (4 * strideC));
            Finish<TForm>(Pairs(s41), d1, m1, of, 4, c + (4 * strideC) + 16);
            Finish<TForm>(Pairs(s50), d0, m0, of, 5, c + (5 * strideC));
            Finish<TForm>(Pairs(s51), d1, m1, of, 5, c + (5 * strideC) + 16);
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
            for (int step = 0; step < TForm.Steps; step++)
            {
                Vector512<byte> w0 = Avx512F.LoadVector512(w), w1 = Avx512F.LoadVector512(w + 64);
                Vector512<sbyte> v = Four(x + 0);
                s00 = Avx512BW.Add(s00, Avx512BW.MultiplyAddAdjacent(w0, v));
                s01 = Avx512BW.Add(s01, Avx512BW.MultiplyAddAdjacent(w1, v));
                x += 4;
                w += CodeTile.StepBytes;
            }

            int at = group * 32;
            var of = new RowNumbers(t, group * 1);
            Vector512<float> d0 = Avx512F.LoadVector512(t.Scales + at), d1 = Avx512F.LoadVector512(t.Scales + at + 16);
            Vector512<float> m0 = default, m1 = default;
            if (TForm.HasMin) (m0, m1) = (Avx512F.LoadVector512(t.Mins + at), Avx512F.LoadVector512(t.Mins + at + 16));
            Finish<TForm>(Pairs(s00), d0, m0, of, 0, c + (0 * strideC));
            Finish<TForm>(Pairs(s01), d1, m1, of, 0, c + (0 * strideC) + 16);
        }
    }

    [MethodImpl(AggressiveOptimization)]
    private static void Bytes6<TForm>(in CodeTile t, float* c, nint strideC)
        where TForm : struct, ICodeForm
    {
        for (int half = 0; half < 2; half++, c += 16)
        {
            byte* w = t.Codes + (half * 64);
            sbyte* x = t.Rows;
            for (int group = 0; group < t.Groups; group++)
            {
                Vector512<short> low0 = Vector512<short>.Zero, high0 = low0;
                Vector512<short> low1 = Vector512<short>.Zero, high1 = low1;
                Vector512<short> low2 = Vector512<short>.Zero, high2 = low2;
                Vector512<short> low3 = Vector512<short>.Zero, high3 = low3;
                Vector512<short> low4 = Vector512<short>.Zero, high4 = low4;
                Vector512<short> low5 = Vector512<short>.Zero, high5 = low5;
                for (int step = 0; step < TForm.Steps; step++)
                {
                    Vector512<byte> low = Avx512F.LoadVector512(w);
                    Vector512<byte> high = Low(Avx512BW.ShiftRightLogical(low.AsUInt16(), 4).AsByte());
                    low = Low(low);
                    Vector512<sbyte> v = Four(x + 0);
                    low0 = Avx512BW.Add(low0, Avx512BW.MultiplyAddAdjacent(low, v));
                    high0 = Avx512BW.Add(high0, Avx512BW.MultiplyAddAdjacent(high, v));
                    v = Four(x + 4);
                    low1 = Avx512BW.Add(low1, Avx512BW.MultiplyAddAdjacent(low, v));
                    high1 = Avx512BW.Add(high1, Avx512BW.MultiplyAddAdjacent(high, v));
                    v = Four(x + 8);
                    low2 = Avx512BW.Add(low2, Avx512BW.MultiplyAddAdjacent(low, v));
                    high2 = Avx512BW.Add(high2, Avx512BW.MultiplyAddAdjacent(high, v));
                    v = Four(x + 12);
                    low3 = Avx512BW.Add(low3, Avx512BW.MultiplyAddAdjacent(low, v));
                    high3 = Avx512BW.Add(high3, Avx512BW.MultiplyAddAdjacent(high, v));
                    v = Four(x + 16);
                    low4 = Avx512BW.Add(low4, Avx512BW.MultiplyAddAdjacent(low, v));
                    high4 = Avx512BW.Add(high4, Avx512BW.MultiplyAddAdjacent(high, v));
                    v = Four(x + 20);
                    low5 = Avx512BW.Add(low5, Avx512BW.MultiplyAddAdjacent(low, v));
                    high5 = Avx512BW.Add(high5, Avx512BW.MultiplyAddAdjacent(high, v));
                    x += 24;
                    w += CodeTile.StepBytes;
                }

                int at = (group * 32) + (half * 16);
                var of = new RowNumbers(t, group * 6);
                Vector512<float> d = Avx512F.LoadVector512(t.Scales + at);
                Vector512<float> m = TForm.HasMin ? Avx512F.LoadVector512(t.Mins + at) : default;
                Finish<TForm>(Pairs(low0, high0), d, m, of, 0, c + (0 * strideC));
                Finish<TForm>(Pairs(low1, high1), d, m, of, 1, c + (1 * strideC));
                Finish<TForm>(Pairs(low2, high2), d, m, of, 2, c + (2 * strideC));
                Finish<TForm>(Pairs(low3, high3), d, m, of, 3, c + (3 * strideC));
                Finish<TForm>(Pairs(low4, high4), d, m, of, 4, c + (4 * strideC));
                Finish<TForm>(Pairs(low5, high5), d, m, of, 5, c + (5 * strideC));
            }
        }
    }

    [MethodImpl(AggressiveOptimization)]
    private static void Bytes1<TForm>(in CodeTile t, float* c, nint strideC)
        where TForm : struct, ICodeForm
    {
        for (int half = 0; half < 2; half++, c += 16)
        {
            byte* w = t.Codes + (half * 64);
            sbyte* x = t.Rows;
            for (int group = 0; group < t.Groups; group++)
            {
                Vector512<short> low0 = Vector512<short>.Zero, high0 = low0;
                for (int step = 0; step < TForm.Steps; step++)
                {
                    Vector512<byte> low = Avx512F.LoadVector512(w);
                    Vector512<byte> high = Low(Avx512BW.ShiftRightLogical(low.AsUInt16(), 4).AsByte());
                    low = Low(low);
                    Vector512<sbyte> v = Four(x + 0);
                    low0 = Avx512BW.Add(low0, Avx512BW.MultiplyAddAdjacent(low, v));
                    high0 = Avx512BW.Add(high0, Avx512BW.MultiplyAddAdjacent(high, v));
                    x += 4;
                    w += CodeTile.StepBytes;
                }

                int at = (group * 32) + (half * 16);
                var of = new RowNumbers(t, group * 1);
                Vector512<float> d = Avx512F.LoadVector512(t.Scales + at);
                Vector512<float> m = TForm.HasMin ? Avx512F.LoadVector512(t.Mins + at) : default;
                Finish<TForm>(Pairs(low0, high0), d, m, of, 0, c + (0 * strideC));
            }
        }
    }

    [MethodImpl(AggressiveInlining)]
    private static Vector512<sbyte> Four(sbyte* x) => Vector512.Create(*(int*)x).AsSByte();

    [MethodImpl(AggressiveInlining)]
    private static Vector512<byte> Low(Vector512<byte> w) => Avx512F.And(w, Vector512.Create((byte)15));

    /// <summary>Sums of pairs.</summary>
    [MethodImpl(AggressiveInlining)]
    private static Vector512<int> Pairs(Vector512<short> sums) => Avx512BW.MultiplyAddAdjacent(sums, Vector512<short>.One);

    /// <summary>Sums of pairs of low + 16 high.</summary>
    [MethodImpl(AggressiveInlining)]
    private static Vector512<int> Pairs(Vector512<short> low, Vector512<short> high) =>
        Avx512F.Add(Pairs(low), Avx512BW.MultiplyAddAdjacent(high, Vector512.Create((short)16)));

    [MethodImpl(AggressiveInlining)]
    private static void Finish<TForm>(
        Vector512<int> sums, Vector512<float> d, Vector512<float> m, in RowNumbers of, int row, float* c)
        where TForm : struct, ICodeForm
    {
        if (!TForm.HasMin) sums = Avx512F.Add(sums, Vector512.Create(of.Bias[row]));
        Vector512<float> scale = Avx512F.Multiply(d, Vector512.Create(of.Scales[row])), sum = Avx512F.LoadVector512(c);
        sum = Avx512F.FusedMultiplyAdd(Avx512F.ConvertToVector512Single(sums), scale, sum);
        if (TForm.HasMin) sum = Avx512F.FusedMultiplyAdd(m, Vector512.Create(of.Sums[row]), sum);
        Avx512F.Store(c, sum);
    }
}
