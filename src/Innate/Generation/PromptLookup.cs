namespace Innate.Generation;

/// <summary>
/// Guesses what comes next from what was there before: the tokens that followed the end of the text where it stood earlier
/// (prompt look-up, as in transformers' <c>prompt_lookup_num_tokens</c>). Pure. A guess costs a row of a pass and is taken only
/// where the sampler picks it, so no result depends on how good it is.
/// </summary>
internal static class PromptLookup
{
    // Words that were said once with the same token before are no sign that the rest comes again.
    private const int FewestTokens = 2;

    // A longer agreement is hardly a better sign than this.
    private const int MostTokens = 4;

    /// <summary>The guess.</summary>
    /// <param name="text">Prompt and response so far.</param>
    /// <param name="most">How many tokens are wanted.</param>
    /// <returns>
    /// So many tokens, where the text's last two to four tokens stood earlier; else none. Where they stood several times, the
    /// longest agreement counts, of equal ones the latest.
    /// </returns>
    public static int[] Next(ReadOnlySpan<int> text, int most)
    {
        int follows = most > 0 ? Find(text) : 0;
        if (follows == 0) return [];
        var next = new int[most];

        // A text that repeats itself is expected to go on doing so: beyond its end the guess is read from its own beginning.
        for (int i = 0; i < most; i++)
        {
            int at = follows + i;
            next[i] = at < text.Length ? text[at] : next[at - text.Length];
        }

        return next;
    }

    // The position after the earlier occurrence; 0 where there is none.
    private static int Find(ReadOnlySpan<int> text)
    {
        int best = 0, longest = FewestTokens - 1;
        if (text.Length <= FewestTokens) return 0;
        int last = text[^1];
        for (int at = text[..^1].LastIndexOf(last); at >= longest; at = text[..at].LastIndexOf(last))
        {
            int length = 1;
            while (length < MostTokens && length <= at && text[at - length] == text[^(1 + length)]) length++;
            if (length <= longest) continue;
            (best, longest) = (at + 1, length);
            if (length == MostTokens) break;
        }

        return best;
    }
}
