using Innate.Foundation;

namespace Innate.Benchmarks.Stripes;

/// <summary>
/// A picture of two colours on 8 x 8 cells, and what it shows: a world in which it is known what every picture should be, for
/// models whose tokens are no text. Pure.
/// </summary>
internal static class StripePicture
{
    /// <summary>Cells, row by row.</summary>
    public const int Cells = StripeLabel.Side * StripeLabel.Side;

    /// <summary>The ids of both colours: the bytes of . and #.</summary>
    public const string Colours = ".#";

    /// <summary>The prompt that asks for nothing: the bytes of two hyphens.</summary>
    public const string NullLabel = "--";

    /// <summary>Cells that may be wrong in a picture that is right.</summary>
    public const int Tolerated = 3;

    /// <summary>A picture of a label; line i depends on the seed and i only.</summary>
    /// <param name="label">What it shows.</param>
    /// <param name="noise">The most that a cell is likely to have the other colour: drawn for each picture from 0 to it.</param>
    /// <param name="seed">Decides it.</param>
    /// <param name="index">Which picture.</param>
    /// <returns>A colour a cell, 0 or 1.</returns>
    public static int[] Draw(StripeLabel label, double noise, ulong seed, int index)
    {
        ulong key = RandomBits.Key(seed, (ulong)index);
        double Uniform(int draw) => RandomBits.Uniform(RandomBits.Bits(key, (ulong)draw));
        int phase = (int)(Uniform(0) * label.Phases);
        double flips = Uniform(1) * noise;
        return
        [
            .. Enumerable.Range(0, Cells).Select(i =>
                label.Cell(i / StripeLabel.Side, i % StripeLabel.Side, phase) ^ (Uniform(2 + i) < flips ? 1 : 0)),
        ];
    }

    /// <summary>How many cells are as the label asks, in the phase that agrees best.</summary>
    /// <param name="cells">A colour a cell; another number agrees with none.</param>
    /// <param name="label">The label.</param>
    /// <exception cref="ArgumentException">There are not as many cells as a picture has.</exception>
    public static int Agreement(IReadOnlyList<int> cells, StripeLabel label)
    {
        if (cells.Count != Cells) throw new ArgumentException($"cells: expected {Cells}, found {cells.Count}.", nameof(cells));
        return Enumerable.Range(0, label.Phases).Max(phase =>
            cells.Where((c, i) => c == label.Cell(i / StripeLabel.Side, i % StripeLabel.Side, phase)).Count());
    }

    /// <summary>Whether a picture shows what its label asks for.</summary>
    public static bool IsRight(IReadOnlyList<int> cells, StripeLabel label) => Agreement(cells, label) >= Cells - Tolerated;

    /// <summary>A picture written as . and #; null: it is no picture.</summary>
    public static int[]? Read(string text) =>
        text.Length == Cells && text.All(c => Colours.Contains(c, StringComparison.Ordinal))
            ? [.. text.Select(c => Colours.IndexOf(c, StringComparison.Ordinal))]
            : null;

    /// <summary>The text of a picture.</summary>
    public static string Write(IReadOnlyList<int> cells) => string.Concat(cells.Select(c => Colours[c]));
}
