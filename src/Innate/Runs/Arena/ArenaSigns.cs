namespace Innate.Runs.Arena;

/// <summary>The sign test: how many seeds must agree before something is said.</summary>
internal static class ArenaSigns
{
    private const double Chance = 0.05;

    /// <summary>
    /// The fewest of n seeds that must agree: chance alone would make so many agree in at most 5 % of cases. 5 of 5, 7 of 8;
    /// null: so few seeds can show nothing.
    /// </summary>
    /// <param name="seeds">n.</param>
    public static int? Needed(int seeds)
    {
        for (int k = seeds; k >= 0; k--)
        {
            if (Tail(seeds, k) > Chance) return k == seeds ? null : k + 1;
        }

        return null;
    }

    /// <summary>The chance that at least k of n fair coins fall heads.</summary>
    public static double Tail(int seeds, int k)
    {
        double sum = 0, term = Math.Pow(0.5, seeds);
        for (int i = 0; i <= seeds; i++)
        {
            if (i >= k) sum += term;
            term = term * (seeds - i) / (i + 1);
        }

        return sum;
    }

    /// <summary>Whether enough of them are above 0.</summary>
    public static bool Agree(IReadOnlyCollection<double> differences) =>
        Needed(differences.Count) is { } needed && differences.Count(d => d > 0) >= needed;
}
