using System.Runtime.CompilerServices;
using Innate.Compute.Memory;
using Innate.Compute.Simd;
using Innate.Compute.Simd.Tiles;

namespace Innate.Compute.Kernels;

/// <summary>
/// Activations rearranged for tiles: rows in groups of 12, then of 4, then of 1, each group column after column. The group
/// that begins at row r lies at r * columns floats.
/// </summary>
internal static unsafe class RowGroups
{
    /// <summary>How many groups so many rows make.</summary>
    public static int Count(int rows)
    {
        int rest = rows % ITile.Height;
        return (rows / ITile.Height) + (rest / 4) + (rest % 4);
    }

    /// <summary>The first row and the height of a group.</summary>
    public static (int Row, int Height) At(int group, int rows)
    {
        int full = rows / ITile.Height;
        if (group < full) return (group * ITile.Height, ITile.Height);
        int row = full * ITile.Height;
        int fours = (rows - row) / 4;
        group -= full;
        return group < fours ? (row + (group * 4), 4) : (row + (fours * 4) + group - fours, 1);
    }

    /// <summary>Copies one group of <paramref name="x"/> into its packed place.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Pack(Matrix x, int group, float* packed)
    {
        (int row, int height) = At(group, x.Rows);
        float* to = packed + ((nint)row * x.Columns);
        int columns = x.Columns;
        if (height == 1)
        {
            new ReadOnlySpan<float>(x.RowPointer(row), columns).CopyTo(new Span<float>(to, columns));
            return;
        }

        int whole = columns & ~3;
        for (int r = 0; r < height; r += 4)
        {
            float* from = x.RowPointer(row + r);
            float* into = to + r;
            for (int c = 0; c < whole; c += 4) Transpose.FourByFour(from + c, x.Stride, into + ((nint)c * height), height);
            for (int c = whole; c < columns; c++)
            {
                for (int i = 0; i < 4; i++) into[((nint)c * height) + i] = from[((nint)i * x.Stride) + c];
            }
        }
    }
}
