using Innate.Compute;

namespace Innate.Layers;

/// <summary>
/// Rotary positions of an image's tokens, as LlamaGen has them (Sun et al. 2024, arXiv 2406.06525; from its published code): of a
/// head's pairs the first half turn with the row, the second with the column.
/// <code>
/// angle[i]          = row    theta^(-2i / (d/2)),   i = 0 .. d/4 - 1
/// angle[i + d/4]    = column theta^(-2i / (d/2))
/// </code>
/// The tokens of the condition, which come first, have no place: their cosine and sine are both 0, so that their queries and keys
/// become zero vectors, not unturned ones.
/// </summary>
internal static class GridRotary
{
    /// <summary>The angles at one place, in radians: one a pair, d/2 in all.</summary>
    /// <param name="headDimension">d, a multiple of 4.</param>
    /// <param name="theta">The base, above 0.</param>
    /// <param name="row">From 0.</param>
    /// <param name="column">From 0.</param>
    /// <exception cref="ArgumentException">The head's width is no multiple of 4.</exception>
    public static double[] Angles(int headDimension, double theta, int row, int column)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(theta);
        if (headDimension <= 0 || headDimension % 4 != 0)
        {
            throw new ArgumentException($"head dimension: expected a multiple of 4, found {headDimension}.");
        }

        int quarter = headDimension / 4;
        double[] angles = new double[2 * quarter];
        for (int i = 0; i < quarter; i++)
        {
            double frequency = PortableMath.Pow(theta, -2.0 * i / (2 * quarter));
            (angles[i], angles[i + quarter]) = (row * frequency, column * frequency);
        }

        return angles;
    }

    /// <summary>Cosine and sine of each pair, for the condition's tokens and then the image's, row by row.</summary>
    /// <param name="headDimension">d, a multiple of 4.</param>
    /// <param name="theta">The base, above 0.</param>
    /// <param name="grid">Rows, and columns, of the image.</param>
    /// <param name="conditionTokens">How many tokens come before the image.</param>
    /// <returns>[condition + grid^2, d/2].</returns>
    public static (double Cos, double Sin)[][] Table(int headDimension, double theta, int grid, int conditionTokens)
    {
        (double, double)[][] table = new (double, double)[conditionTokens + (grid * grid)][];
        for (int t = 0; t < table.Length; t++)
        {
            int place = t - conditionTokens;
            table[t] = place < 0
                ? new (double, double)[headDimension / 2]
                : [.. Angles(headDimension, theta, place / grid, place % grid).Select(CosSin)];
        }

        return table;

        static (double, double) CosSin(double angle)
        {
            (double sin, double cos) = PortableMath.SinCos(angle);
            return (cos, sin);
        }
    }
}
