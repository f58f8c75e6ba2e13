namespace Innate.Scoring.Grading;

/// <summary>A part of a text by its place.</summary>
internal static class TextPlace
{
    /// <summary>The place without the white space at both ends.</summary>
    /// <param name="text">The text.</param>
    /// <param name="start">Where the part starts.</param>
    /// <param name="end">One past its last character.</param>
    public static Range Trimmed(string text, int start, int end)
    {
        while (end > start && char.IsWhiteSpace(text[end - 1])) end--;
        while (end > start && char.IsWhiteSpace(text[start])) start++;
        return start..end;
    }
}
