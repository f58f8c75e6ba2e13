using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using static System.Runtime.CompilerServices.MethodImplOptions;

namespace Innate.Compute.Simd.Integers;

/// <summary>
/// Tiles in 128-bit registers through the runtime's portable API: the reference that the faster ones are tested against.
/// </summary>
internal readonly unsafe struct IntegerTile128 : IIntegerTile
{
    public static void Multiply6<TForm>(in CodeTile t, float* c, nint strideC)
        where TForm : struct, ICodeForm
    {
        for (int row = 0; row < IIntegerTile.Height; row++)
        {
            Row<TForm>(t, IIntegerTile.Height, row, c + (row * strideC));
        }
    }

    public static void Multiply2<TForm>(in CodeTile t, float* c, nint strideC)
        where TForm : struct, ICodeForm
    {
        Row<TForm>(t, 2, 0, c);
        Row<TForm>(t, 2, 1, c + strideC);
    }

    public static void Multiply1<TForm>(in CodeTile t, float* c, nint strideC)
        where TForm : struct, ICodeForm => Row<TForm>(t, 1, 0, c);

    [MethodImpl(AggressiveOptimization)]
    private static void Row<TForm>(in CodeTile t, int height, int row, float* c)
        where TForm : struct, ICodeForm
    {
        for (int four = 0; four < 32; four += 4)
        {
            byte* w = t.Codes + (four * 4);
            sbyte* x = t.Rows + (row * 4);
            Vector128<float> sum = Vector128.Load(c + four);
            for (int group = 0; group < t.Groups; group++)
            {
                // Of each output the sums over even and over odd pairs of columns lie side by side.
                Vector128<int> low = Vector128<int>.Zero, high = low;
                for (int step = 0; step < TForm.Steps; step++, w += CodeTile.StepBytes, x += 4 * height)
                {
                    Vector128<byte> codes = Vector128.Load(w);
                    Vector128<short> v = Vector128.WidenLower(Vector128.Create(*(int*)x).AsSByte());
                    low += Pairs(Vector128.WidenLower(codes).AsInt16() * v);
                    high += Pairs(Vector128.WidenUpper(codes).AsInt16() * v);
                }

                Vector128<int> dots = Vector128.Create(low[0] + low[1], low[2] + low[3], high[0] + high[1], high[2] + high[3]);
                int at = (group * 32) + four, ofRow = (group * height) + row;
                if (!TForm.HasMin) dots += Vector128.Create(((int*)t.RowTerms)[ofRow]);
                Vector128<float> scale = Vector128.Load(t.Scales + at) * Vector128.Create(t.RowScales[ofRow]);
                sum = Vector128.FusedMultiplyAdd(Vector128.ConvertToSingle(dots), scale, sum);
                if (!TForm.HasMin) continue;
                sum = Vector128.FusedMultiplyAdd(Vector128.Load(t.Mins + at), Vector128.Create(t.RowTerms[ofRow]), sum);
            }

            sum.Store(c + four);
        }
    }

    // A product is at most 255 * 127 and has room in 16 bits; a sum of two has not.
    [MethodImpl(AggressiveInlining)]
    private static Vector128<int> Pairs(Vector128<short> products) =>
        Vector128.ShiftRightArithmetic(Vector128.ShiftLeft(products.AsInt32(), 16), 16)
        + Vector128.ShiftRightArithmetic(products.AsInt32(), 16);
}
