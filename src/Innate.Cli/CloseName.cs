namespace Innate.Cli;

/// <summary>The name that a mistyped one was meant to be. Pure.</summary>
internal static class CloseName
{
    /// <summary>
    /// The nearest of some names by letters that were left out, put in, exchanged or swapped with their neighbour (Damerau 1964);
    /// null: none is near. One that begins as it was written is near too.
    /// </summary>
    public static string? Of(string written, IEnumerable<string> names)
    {
        string bare = written.TrimStart('-');
        (string Name, int Distance)[] near =
        [
            .. names.Select(n => (Name: n, Distance: Distance(bare, n.TrimStart('-'))))
                .OrderBy(n => n.Distance).ThenBy(n => n.Name, StringComparer.Ordinal),
        ];
        int most = Math.Max(1, bare.Length / 3);
        if (near.Length > 0 && near[0].Distance <= most) return near[0].Name;
        string[] longer = [.. near.Select(n => n.Name).Where(n => n.TrimStart('-').StartsWith(bare, StringComparison.Ordinal))];
        return bare.Length >= 3 && longer.Length == 1 ? longer[0] : null;
    }

    private static int Distance(string a, string b)
    {
        int[,] cost = new int[a.Length + 1, b.Length + 1];
        for (int i = 0; i <= a.Length; i++) cost[i, 0] = i;
        for (int j = 0; j <= b.Length; j++) cost[0, j] = j;
        for (int i = 1; i <= a.Length; i++)
        {
            for (int j = 1; j <= b.Length; j++)
            {
                int exchanged = cost[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
                int best = Math.Min(exchanged, Math.Min(cost[i - 1, j], cost[i, j - 1]) + 1);
                bool isSwap = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
                cost[i, j] = isSwap ? Math.Min(best, cost[i - 2, j - 2] + 1) : best;
            }
        }

        return cost[a.Length, b.Length];
    }
}
