using System.Globalization;

namespace Innate.Benchmarks.Stripes;

/// <summary>Which way stripes go.</summary>
internal enum StripeDirection
{
    /// <summary>Along rows.</summary>
    Horizontal,

    /// <summary>Along columns.</summary>
    Vertical,

    /// <summary>From the lower left to the upper right.</summary>
    Rising,

    /// <summary>From the upper left to the lower right.</summary>
    Falling,

    /// <summary>No stripes: one colour.</summary>
    Flat,
}

/// <summary>What a picture is asked to show: a direction and a width, or one colour.</summary>
/// <param name="Direction">The direction.</param>
/// <param name="Width">Cells that a stripe is wide; 1 for one colour.</param>
internal readonly record struct StripeLabel(StripeDirection Direction, int Width)
{
    /// <summary>Cells of a side.</summary>
    public const int Side = 8;

    private const string Letters = "hvrfo";

    /// <summary>Every label: four directions in two widths, and one colour.</summary>
    public static IReadOnlyList<StripeLabel> All { get; } =
    [
        .. from direction in Enum.GetValues<StripeDirection>()
           where direction != StripeDirection.Flat
           from width in (int[])[2, 3]
           select new StripeLabel(direction, width),
        new StripeLabel(StripeDirection.Flat, 1),
    ];

    /// <summary>The labels that are kept for measuring: each direction and each width is known from another.</summary>
    public static IReadOnlyList<StripeLabel> HeldOut { get; } =
        [new(StripeDirection.Vertical, 3), new(StripeDirection.Rising, 2)];

    /// <summary>In how many places stripes can begin.</summary>
    public int Phases => 2 * Width;

    /// <summary>The label of two letters; null: there is none.</summary>
    public static StripeLabel? Find(string text)
    {
        foreach (StripeLabel label in All)
        {
            if (label.ToString() == text) return label;
        }

        return null;
    }

    /// <summary>A cell's colour, 0 or 1, in a picture without noise.</summary>
    /// <param name="row">From 0.</param>
    /// <param name="column">From 0.</param>
    /// <param name="phase">Where stripes begin, from 0.</param>
    public int Cell(int row, int column, int phase)
    {
        int along = Direction switch
        {
            StripeDirection.Horizontal => row,
            StripeDirection.Vertical => column,
            StripeDirection.Rising => row + column,
            StripeDirection.Falling => row - column + (2 * Width * Side),
            _ => 0,
        };
        return (along + phase) / Width % 2;
    }

    /// <summary>Two letters: h, v, r, f with the width, or o1 for one colour.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Letters[(int)Direction]}{Width}");
}
