using System.Text;

namespace Innate.Audits.Words;

/// <summary>Words as runs of letters and digits: "he" is no part of "the".</summary>
internal static class WholeWords
{
    /// <summary>The words of a text, in order.</summary>
    public static IEnumerable<string> Of(string text)
    {
        for (int i = 0; i < text.Length;)
        {
            int end = End(text, i);
            if (end > i) yield return text[i..end];
            i = Math.Max(end, i + 1);
        }
    }

    /// <summary>The text with other words in the place of some; null where none has another.</summary>
    /// <param name="text">The text.</param>
    /// <param name="other">The other word, in lower case where any case is meant; null: the word stays.</param>
    public static string? Replace(string text, Func<string, string?> other)
    {
        StringBuilder result = new(text.Length);
        bool isChanged = false;
        for (int i = 0; i < text.Length;)
        {
            int end = End(text, i);
            if (end == i)
            {
                result.Append(text[i++]);
                continue;
            }

            string word = text[i..end];
            string? put = other(word);
            isChanged |= put is not null;
            result.Append(put is null ? word : InCaseOf(word, put));
            i = end;
        }

        return isChanged ? result.ToString() : null;
    }

    private static int End(string text, int start)
    {
        int end = start;
        while (end < text.Length && char.IsLetterOrDigit(text[end])) end++;
        return end;
    }

    // A word at the beginning of a sentence, or shouted, stays so.
    private static string InCaseOf(string word, string put)
    {
        if (!char.IsUpper(word[0]) || char.IsUpper(put[0])) return put;
        return word.Length > 1 && word.All(c => !char.IsLetter(c) || char.IsUpper(c))
            ? put.ToUpperInvariant()
            : char.ToUpperInvariant(put[0]) + put[1..];
    }
}
