namespace Innate.Audits.Edits;

/// <summary>The name that somebody meant, by the least number of letters put in, taken out or changed.</summary>
internal static class NearName
{
    /// <summary>The nearest name that is at most half of its letters away; null: none is.</summary>
    public static string? Of(string typed, IReadOnlyList<string> names)
    {
        (string name, int distance) = names.Select(n => (n, Distance(typed, n))).MinBy(n => n.Item2);
        return 2 * distance <= name.Length ? name : null;
    }

    // Levenshtein's, one row at a time.
    private static int Distance(string a, string b)
    {
        int[] row = [.. Enumerable.Range(0, b.Length + 1)];
        for (int i = 1; i <= a.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.Length; j++)
            {
                int changed = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(changed, 1 + Math.Min(row[j], row[j - 1]));
            }
        }

        return row[^1];
    }
}
