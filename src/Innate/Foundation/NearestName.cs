namespace Innate.Foundation;

/// <summary>What a name that is none was probably meant to be.</summary>
public static class NearestName
{
    // Names that are longer than any of ours are not compared.
    private const int Longest = 40;

    /// <summary><c> (did you mean NAME?)</c>; empty where no name is near.</summary>
    /// <param name="name">The name that is none.</param>
    /// <param name="names">Those that there are.</param>
    public static string Hint(string name, IEnumerable<string> names) =>
        Of(name, names) is { } nearest ? $" (did you mean {nearest}?)" : "";

    /// <summary>The nearest of some names; of equally near ones the first; null: none is near.</summary>
    /// <inheritdoc cref="Hint"/>
    public static string? Of(string name, IEnumerable<string> names)
    {
        ArgumentNullException.ThrowIfNull(name);
        return Of(name, names, Math.Max(1, name.Length / 3));
    }

    /// <summary>The same of names that are at most some letters away.</summary>
    /// <param name="name">The name that is none.</param>
    /// <param name="names">Those that there are.</param>
    /// <param name="most">Letters to put in, take out, replace or swap.</param>
    public static string? Of(string name, IEnumerable<string> names, int most)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(names);
        if (name.Length is 0 or > Longest) return null;
        (string Name, int Distance) nearest = names.Select(n => (n, Distance(name.ToLowerInvariant(), n)))
            .DefaultIfEmpty(("", int.MaxValue)).MinBy(n => n.Item2);
        return nearest.Distance <= most ? nearest.Name : null;
    }

    // The fewest letters to put in, take out, replace or swap with their neighbour (Damerau 1964).
    private static int Distance(string a, string b)
    {
        int[,] cost = new int[a.Length + 1, b.Length + 1];
        for (int i = 0; i <= a.Length; i++) cost[i, 0] = i;
        for (int j = 0; j <= b.Length; j++) cost[0, j] = j;
        for (int i = 1; i <= a.Length; i++)
        {
            for (int j = 1; j <= b.Length; j++)
            {
                int replaced = cost[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
                int best = Math.Min(replaced, Math.Min(cost[i - 1, j], cost[i, j - 1]) + 1);
                bool isSwap = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
                cost[i, j] = isSwap ? Math.Min(best, cost[i - 2, j - 2] + 1) : best;
            }
        }

        return cost[a.Length, b.Length];
    }
}
