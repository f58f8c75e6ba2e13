namespace Innate.Verifiers;

/// <summary>
/// How alike two steps are, by their letters alone: the cosine of the counts of their words and numbers, each number a word of
/// its own (ours, in the place of GRACE's sentence embeddings, ROSCOE). 1 for the same words in any order, 0 for none in common.
/// </summary>
internal static class TextSimilarity
{
    /// <summary>The cosine.</summary>
    public static double Of(string a, string b)
    {
        Dictionary<string, int> first = Count(a), second = Count(b);
        double dot = first.Sum(w => (double)w.Value * second.GetValueOrDefault(w.Key));
        double length = Math.Sqrt(Squares(first) * Squares(second));
        return length > 0 ? Math.Min(1, dot / length) : 0;
    }

    private static double Squares(Dictionary<string, int> counts) => counts.Values.Sum(n => (double)n * n);

    private static Dictionary<string, int> Count(string text)
    {
        Dictionary<string, int> counts = new(StringComparer.OrdinalIgnoreCase);
        for (int at = 0; at < text.Length;)
        {
            int end = at + 1;
            if (char.IsLetterOrDigit(text[at]))
            {
                while (end < text.Length && char.IsLetterOrDigit(text[end])) end++;
            }

            // Signs of arithmetic count; white space and full stops do not.
            string word = text[at..end];
            if (!char.IsWhiteSpace(word[0]) && word is not ("." or ",")) counts[word] = counts.GetValueOrDefault(word) + 1;
            at = end;
        }

        return counts;
    }
}
