using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using static System.Runtime.CompilerServices.MethodImplOptions;

namespace Innate.Compute.Simd.Integers;

/// <summary>Codes above 15, as two numbers of four bits each.</summary>
internal readonly unsafe partial struct IntegerTile512
{
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
                for (int step = 0; step < TForm.Steps; step += 4)
                {
                    StepOfBytes6(
                        w, x, ref low0, ref high0, ref low1, ref high1, ref low2, ref high2, ref low3, ref high3, ref low4,
                        ref high4, ref low5, ref high5);
                    StepOfBytes6(
                        w + (1 * CodeTile.StepBytes), x + 24, ref low0, ref high0, ref low1, ref high1, ref low2, ref high2,
                        ref low3, ref high3, ref low4, ref high4, ref low5, ref high5);
                    StepOfBytes6(
                        w + (2 * CodeTile.StepBytes), x + 48, ref low0, ref high0, ref low1, ref high1, ref low2, ref high2,
                        ref low3, ref high3, ref low4, ref high4, ref low5, ref high5);
                    StepOfBytes6(
                        w + (3 * CodeTile.StepBytes), x + 72, ref low0, ref high0, ref low1, ref high1, ref low2, ref high2,
                        ref low3, ref high3, ref low4, ref high4, ref low5, ref high5);
                    x += 96;
                    w += 4 * CodeTile.StepBytes;
                }

                int at = (group * 32) + (half * 16);
                float* k = t.RowScales + (group * 6), terms = t.RowTerms + (group * 6);
                Vector512<float> d = Avx512F.LoadVector512(t.Scales + at);
                Vector512<float> m = TForm.HasMin ? Avx512F.LoadVector512(t.Mins + at) : default;
                Finish<TForm>(Pairs(low0, high0), d, m, k + 0, terms + 0, c + (0 * strideC));
                Finish<TForm>(Pairs(low1, high1), d, m, k + 1, terms + 1, c + (1 * strideC));
                Finish<TForm>(Pairs(low2, high2), d, m, k + 2, terms + 2, c + (2 * strideC));
                Finish<TForm>(Pairs(low3, high3), d, m, k + 3, terms + 3, c + (3 * strideC));
                Finish<TForm>(Pairs(low4, high4), d, m, k + 4, terms + 4, c + (4 * strideC));
                Finish<TForm>(Pairs(low5, high5), d, m, k + 5, terms + 5, c + (5 * strideC));
            }
        }
    }

    [MethodImpl(AggressiveOptimization)]
    private static void Bytes2<TForm>(in CodeTile t, float* c, nint strideC)
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
                for (int step = 0; step < TForm.Steps; step += 4)
                {
                    StepOfBytes2(w, x, ref low0, ref high0, ref low1, ref high1);
                    StepOfBytes2(w + (1 * CodeTile.StepBytes), x + 8, ref low0, ref high0, ref low1, ref high1);
                    StepOfBytes2(w + (2 * CodeTile.StepBytes), x + 16, ref low0, ref high0, ref low1, ref high1);
                    StepOfBytes2(w + (3 * CodeTile.StepBytes), x + 24, ref low0, ref high0, ref low1, ref high1);
                    x += 32;
                    w += 4 * CodeTile.StepBytes;
                }

                int at = (group * 32) + (half * 16);
                float* k = t.RowScales + (group * 2), terms = t.RowTerms + (group * 2);
                Vector512<float> d = Avx512F.LoadVector512(t.Scales + at);
                Vector512<float> m = TForm.HasMin ? Avx512F.LoadVector512(t.Mins + at) : default;
                Finish<TForm>(Pairs(low0, high0), d, m, k + 0, terms + 0, c + (0 * strideC));
                Finish<TForm>(Pairs(low1, high1), d, m, k + 1, terms + 1, c + (1 * strideC));
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
                for (int step = 0; step < TForm.Steps; step += 4)
                {
                    StepOfBytes1(w, x, ref low0, ref high0);
                    StepOfBytes1(w + (1 * CodeTile.StepBytes), x + 4, ref low0, ref high0);
                    StepOfBytes1(w + (2 * CodeTile.StepBytes), x + 8, ref low0, ref high0);
                    StepOfBytes1(w + (3 * CodeTile.StepBytes), x + 12, ref low0, ref high0);
                    x += 16;
                    w += 4 * CodeTile.StepBytes;
                }

                int at = (group * 32) + (half * 16);
                float* k = t.RowScales + (group * 1), terms = t.RowTerms + (group * 1);
                Vector512<float> d = Avx512F.LoadVector512(t.Scales + at);
                Vector512<float> m = TForm.HasMin ? Avx512F.LoadVector512(t.Mins + at) : default;
                Finish<TForm>(Pairs(low0, high0), d, m, k + 0, terms + 0, c + (0 * strideC));
            }
        }
    }

    [MethodImpl(AggressiveInlining)]
    private static void StepOfBytes6(
        byte* w, sbyte* x, ref Vector512<short> low0, ref Vector512<short> high0, ref Vector512<short> low1,
        ref Vector512<short> high1, ref Vector512<short> low2, ref Vector512<short> high2, ref Vector512<short> low3,
        ref Vector512<short> high3, ref Vector512<short> low4, ref Vector512<short> high4, ref Vector512<short> low5,
        ref Vector512<short> high5)
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
    }

    [MethodImpl(AggressiveInlining)]
    private static void StepOfBytes2(
        byte* w, sbyte* x, ref Vector512<short> low0, ref Vector512<short> high0, ref Vector512<short> low1,
        ref Vector512<short> high1)
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
    }

    [MethodImpl(AggressiveInlining)]
    private static void StepOfBytes1(
        byte* w, sbyte* x, ref Vector512<short> low0, ref Vector512<short> high0)
    {
        Vector512<byte> low = Avx512F.LoadVector512(w);
        Vector512<byte> high = Low(Avx512BW.ShiftRightLogical(low.AsUInt16(), 4).AsByte());
        low = Low(low);
        Vector512<sbyte> v = Four(x + 0);
        low0 = Avx512BW.Add(low0, Avx512BW.MultiplyAddAdjacent(low, v));
        high0 = Avx512BW.Add(high0, Avx512BW.MultiplyAddAdjacent(high, v));
    }

    [MethodImpl(AggressiveInlining)]
    private static Vector512<byte> Low(Vector512<byte> w) => Avx512F.And(w, Vector512.Create((byte)15));

    /// <summary>Sums of pairs of low + 16 high.</summary>
    [MethodImpl(AggressiveInlining)]
    private static Vector512<int> Pairs(Vector512<short> low, Vector512<short> high) =>
        Avx512F.Add(Pairs(low), Avx512BW.MultiplyAddAdjacent(high, Vector512.Create((short)16)));
}
