namespace Innate.Audits.Edits;

/// <summary>Where sentences begin: at the first word, and after each full stop, question or exclamation mark.</summary>
internal static class Sentences
{
    /// <summary>The places of the sentences' first characters that are no white space.</summary>
    public static IReadOnlyList<int> Starts(string text)
    {
        List<int> starts = [];
        bool isDue = true;
        for (int i = 0; i < text.Length; i++)
        {
            if (char.IsWhiteSpace(text[i]))
            {
                // A number's point has no white space after it, and "2." at a line's beginning numbers a list.
                if (i > 0 && text[i - 1] is '.' or '!' or '?' && !IsNumber(text, i - 2)) isDue = true;
                continue;
            }

            if (isDue) starts.Add(i);
            isDue = false;
        }

        return starts;
    }

    // Whether what ends here is a line's own number.
    private static bool IsNumber(string text, int end)
    {
        int at = end;
        while (at >= 0 && char.IsAsciiDigit(text[at])) at--;
        return at < end && (at < 0 || text[at] == '\n');
    }
}
