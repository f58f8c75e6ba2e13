namespace Innate.Scoring.Expressions;

/// <summary>What a name that is none was probably meant to be.</summary>
internal static class NearestName
{
    // Names that are longer than any of ours are not compared.
    private const int Longest = 40;

    /// <summary><c> (did you mean NAME?)</c>; empty where no name is near.</summary>
    /// <param name="name">The name that is none.</param>
    /// <param name="names">Those that there are.</param>
    public static string Hint(string name, IEnumerable<string> names)
    {
        if (name.Length is 0 or > Longest) return "";
        (string Name, int Distance) nearest = names.Select(n => (n, Distance(name.ToLowerInvariant(), n)))
            .DefaultIfEmpty(("", int.MaxValue)).MinBy(n => n.Item2);
        return nearest.Distance <= Math.Max(1, name.Length / 3) ? $" (did you mean {nearest.Name}?)" : "";
    }

    /// <summary>The fewest letters to put in, take out or replace (Levenshtein).</summary>
    public static int Distance(string a, string b)
    {
        int[] last = [.. Enumerable.Range(0, b.Length + 1)];
        for (int i = 1; i <= a.Length; i++)
        {
            int[] row = new int[b.Length + 1];
            row[0] = i;
            for (int j = 1; j <= b.Length; j++)
            {
                int replaced = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
                row[j] = Math.Min(replaced, 1 + Math.Min(last[j], row[j - 1]));
            }

            last = row;
        }

        return last[b.Length];
    }
}
