using System.Runtime.CompilerServices;
using Innate.Compute.Simd.Tiles;

namespace Innate.Compute.Simd;

/// <summary>Up to 32 rows that lie anywhere, side by side in a panel's lanes, and back: values are only moved.</summary>
internal static unsafe class RowLanes
{
    private const int W = ITile.Width;

    /// <summary>to[i][r] = rows[r][i].</summary>
    /// <param name="rows">32 rows.</param>
    /// <param name="width">Values a row.</param>
    /// <param name="to">[width][32].</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Gather(float** rows, int width, float* to)
    {
        int whole = width & ~3;
        for (int r = 0; r < W; r += 4)
        {
            float* a = rows[r], b = rows[r + 1], c = rows[r + 2], d = rows[r + 3], into = to + r;
            for (int i = 0; i < whole; i += 4) Transpose.FourByFour(a + i, b + i, c + i, d + i, into + ((nint)i * W), W);
            for (int i = whole; i < width; i++)
            {
                float* lanes = into + ((nint)i * W);
                (lanes[0], lanes[1], lanes[2], lanes[3]) = (a[i], b[i], c[i], d[i]);
            }
        }
    }

    /// <summary>rows[r][i] = from[i][r].</summary>
    /// <param name="from">[width][32].</param>
    /// <param name="rows">The rows.</param>
    /// <param name="count">How many there are.</param>
    /// <param name="width">Values a row.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Scatter(float* from, float** rows, int count, int width)
    {
        int whole = width & ~3, fours = count & ~3;
        for (int r = 0; r < fours; r += 4)
        {
            float* a = rows[r], b = rows[r + 1], c = rows[r + 2], d = rows[r + 3], lanes = from + r;
            for (int i = 0; i < whole; i += 4) Transpose.FourByFour(lanes + ((nint)i * W), W, a + i, b + i, c + i, d + i);
            for (int i = whole; i < width; i++)
            {
                float* at = lanes + ((nint)i * W);
                (a[i], b[i], c[i], d[i]) = (at[0], at[1], at[2], at[3]);
            }
        }

        for (int r = fours; r < count; r++)
        {
            for (int i = 0; i < width; i++) rows[r][i] = from[((nint)i * W) + r];
        }
    }
}
