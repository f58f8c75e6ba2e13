namespace Innate.Text;

/// <summary>Text as Unicode has it: .NET's strings may hold what is none.</summary>
internal static class UnicodeText
{
    /// <summary>The text with U+FFFD in place of every half of a surrogate pair; the same memory where there is none.</summary>
    /// <param name="text">Any characters.</param>
    public static ReadOnlySpan<char> WithoutLoneSurrogates(ReadOnlySpan<char> text)
    {
        char[]? repaired = null;
        for (int i = 0; i < text.Length; i++)
        {
            int next = text[i..].IndexOfAnyInRange('\uD800', '\uDFFF');
            if (next < 0) break;
            i += next;
            if (i + 1 < text.Length && char.IsSurrogatePair(text[i], text[i + 1]))
            {
                i++;
            }
            else
            {
                repaired ??= text.ToArray();
                repaired[i] = '\uFFFD';
            }
        }

        return repaired ?? text;
    }
}
