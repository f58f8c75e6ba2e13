using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using static System.Runtime.CompilerServices.MethodImplOptions;

namespace Innate.Compute.Simd.Integers;

/// <summary>
/// Tiles in AVX2 registers. Pairs of products are summed in 16 bits (<c>maddubs</c>), which codes up to 15 allow for a whole
/// group; larger codes are two numbers of four bits each.
/// </summary>
internal readonly unsafe struct IntegerTile256 : IIntegerTile
{
    [MethodImpl(AggressiveInlining)]
    public static void Multiply6<TForm>(in CodeTile t, float* c, nint strideC)
        where TForm : struct, ICodeForm
    {
        if (TForm.IsSmall) Nibbles6<TForm>(t, c, strideC);
        else Bytes6<TForm>(t, c, strideC);
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
                for (int step = 0; step < TForm.Steps; step++)
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
                    x += 24;
                    w += CodeTile.StepBytes;
                }

                int at = (group * 32) + (half * 16);
                var of = new RowNumbers(t, group * 6);
                Vector256<float> d0 = Avx.LoadVector256(t.Scales + at), d1 = Avx.LoadVector256(t.Scales + at + 8);
                Vector256<float> m0 = default, m1 = default;
                if (TForm.HasMin) (m0, m1) = (Avx.LoadVector256(t.Mins + at), Avx.LoadVector256(t.Mins + at + 8));
                Finish<TForm>(Pairs(s00), d0, m0, of, 0, c + (0 * strideC));
                Finish<TForm>(Pairs(s01), d1, m1, of, 0, c + (0 * strideC) + 8);
                Finish<TForm>(Pairs(s10), d0, m0, of, 1, c + (1 * strideC));
                Finish<TForm>(Pairs(s11), d1, m1, of, 1, c + (1 * strideC) + 8);
                Finish<TForm>(Pairs(s20), d0, m0, of, 2, c + (2 * strideC));
                Finish<TForm>(Pairs(s21), d1, m1, of, 2, c + (2 * strideC) + 8);
                Finish<TForm>(Pairs(s30), d0, m0, of, 3, c + (3 * strideC));
                Finish<TForm>(Pairs(s31), d1, m1, of, 3, c + (3 * strideC) + 8);
                Finish<TForm>(Pairs(s40), d0, m0, of, 4, c + (4 * strideC));
                Finish<TForm>(Pairs(s41), d1, m1, of, 4, c + (4 * strideC) + 8);
                Finish<TForm>(Pairs(s50), d0, m0, of, 5, c + (5 * strideC));
                Finish<TForm>(Pairs(s51), d1, m1, of, 5, c + (5 * strideC) + 8);
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
                for (int step = 0; step < TForm.Steps; step++)
                {
                    Vector256<byte> w0 = Avx.LoadVector256(w), w1 = Avx.LoadVector256(w + 32);
                    Vector256<sbyte> v = Four(x + 0);
                    s00 = Avx2.Add(s00, Avx2.MultiplyAddAdjacent(w0, v));
                    s01 = Avx2.Add(s01, Avx2.MultiplyAddAdjacent(w1, v));
                    x += 4;
                    w += CodeTile.StepBytes;
                }

                int at = (group * 32) + (half * 16);
                var of = new RowNumbers(t, group * 1);
                Vector256<float> d0 = Avx.LoadVector256(t.Scales + at), d1 = Avx.LoadVector256(t.Scales + at + 8);
                Vector256<float> m0 = default, m1 = default;
                if (TForm.HasMin) (m0, m1) = (Avx.LoadVector256(t.Mins + at), Avx.LoadVector256(t.Mins + at + 8));
                Finish<TForm>(Pairs(s00), d0, m0, of, 0, c + (0 * strideC));
                Finish<TForm>(Pairs(s01), d1, m1, of, 0, c + (0 * strideC) + 8);
            }
        }
    }

    [MethodImpl(AggressiveOptimization)]
    private static void Bytes6<TForm>(in CodeTile t, float* c, nint strideC)
        where TForm : struct, ICodeForm
    {
        for (int quarter = 0; quarter < 4; quarter++, c += 8)
        {
            byte* w = t.Codes + (quarter * 32);
            sbyte* x = t.Rows;
            for (int group = 0; group < t.Groups; group++)
            {
                Vector256<short> low0 = Vector256<short>.Zero, high0 = low0;
                Vector256<short> low1 = Vector256<short>.Zero, high1 = low1;
                Vector256<short> low2 = Vector256<short>.Zero, high2 = low2;
                Vector256<short> low3 = Vector256<short>.Zero, high3 = low3;
                Vector256<short> low4 = Vector256<short>.Zero, high4 = low4;
                Vector256<short> low5 = Vector256<short>.Zero, high5 = low5;
                for (int step = 0; step < TForm.Steps; step++)
                {
                    Vector256<byte> low = Avx.LoadVector256(w), high = Low(Avx2.ShiftRightLogical(low.AsUInt16(), 4).AsByte());
                    low = Low(low);
                    Vector256<sbyte> v = Four(x + 0);
                    low0 = Avx2.Add(low0, Avx2.MultiplyAddAdjacent(low, v));
                    high0 = Avx2.Add(high0, Avx2.MultiplyAddAdjacent(high, v));
                    v = Four(x + 4);
                    low1 = Avx2.Add(low1, Avx2.MultiplyAddAdjacent(low, v));
                    high1 = Avx2.Add(high1, Avx2.MultiplyAddAdjacent(high, v));
                    v = Four(x + 8);
                    low2 = Avx2.Add(low2, Avx2.MultiplyAddAdjacent(low, v));
                    high2 = Avx2.Add(high2, Avx2.MultiplyAddAdjacent(high, v));
                    v = Four(x + 12);
                    low3 = Avx2.Add(low3, Avx2.MultiplyAddAdjacent(low, v));
                    high3 = Avx2.Add(high3, Avx2.MultiplyAddAdjacent(high, v));
                    v = Four(x + 16);
                    low4 = Avx2.Add(low4, Avx2.MultiplyAddAdjacent(low, v));
                    high4 = Avx2.Add(high4, Avx2.MultiplyAddAdjacent(high, v));
                    v = Four(x + 20);
                    low5 = Avx2.Add(low5, Avx2.MultiplyAddAdjacent(low, v));
                    high5 = Avx2.Add(high5, Avx2.MultiplyAddAdjacent(high, v));
                    x += 24;
                    w += CodeTile.StepBytes;
                }

                int at = (group * 32) + (quarter * 8);
                var of = new RowNumbers(t, group * 6);
                Vector256<float> d = Avx.LoadVector256(t.Scales + at);
                Vector256<float> m = TForm.HasMin ? Avx.LoadVector256(t.Mins + at) : default;
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
        for (int quarter = 0; quarter < 4; quarter++, c += 8)
        {
            byte* w = t.Codes + (quarter * 32);
            sbyte* x = t.Rows;
            for (int group = 0; group < t.Groups; group++)
            {
                Vector256<short> low0 = Vector256<short>.Zero, high0 = low0;
                for (int step = 0; step < TForm.Steps; step++)
                {
                    Vector256<byte> low = Avx.LoadVector256(w), high = Low(Avx2.ShiftRightLogical(low.AsUInt16(), 4).AsByte());
                    low = Low(low);
                    Vector256<sbyte> v = Four(x + 0);
                    low0 = Avx2.Add(low0, Avx2.MultiplyAddAdjacent(low, v));
                    high0 = Avx2.Add(high0, Avx2.MultiplyAddAdjacent(high, v));
                    x += 4;
                    w += CodeTile.StepBytes;
                }

                int at = (group * 32) + (quarter * 8);
                var of = new RowNumbers(t, group * 1);
                Vector256<float> d = Avx.LoadVector256(t.Scales + at);
                Vector256<float> m = TForm.HasMin ? Avx.LoadVector256(t.Mins + at) : default;
                Finish<TForm>(Pairs(low0, high0), d, m, of, 0, c + (0 * strideC));
            }
        }
    }

    [MethodImpl(AggressiveInlining)]
    private static Vector256<sbyte> Four(sbyte* x) => Vector256.Create(*(int*)x).AsSByte();

    [MethodImpl(AggressiveInlining)]
    private static Vector256<byte> Low(Vector256<byte> w) => Avx2.And(w, Vector256.Create((byte)15));

    /// <summary>Sums of pairs.</summary>
    [MethodImpl(AggressiveInlining)]
    private static Vector256<int> Pairs(Vector256<short> sums) => Avx2.MultiplyAddAdjacent(sums, Vector256<short>.One);

    /// <summary>Sums of pairs of low + 16 high.</summary>
    [MethodImpl(AggressiveInlining)]
    private static Vector256<int> Pairs(Vector256<short> low, Vector256<short> high) =>
        Avx2.Add(Pairs(low), Avx2.MultiplyAddAdjacent(high, Vector256.Create((short)16)));

    [MethodImpl(AggressiveInlining)]
    private static void Finish<TForm>(
        Vector256<int> sums, Vector256<float> d, Vector256<float> m, in RowNumbers of, int row, float* c)
        where TForm : struct, ICodeForm
    {
        if (!TForm.HasMin) sums = Avx2.Add(sums, Avx2.BroadcastScalarToVector256(of.Bias + row));
        Vector256<float> scale = Avx.Multiply(d, Avx.BroadcastScalarToVector256(of.Scales + row)), sum = Avx.LoadVector256(c);
        sum = Fma.MultiplyAdd(Avx.ConvertToVector256Single(sums), scale, sum);
        if (TForm.HasMin) sum = Fma.MultiplyAdd(m, Avx.BroadcastScalarToVector256(of.Sums + row), sum);
        Avx.Store(c, sum);
    }
}
