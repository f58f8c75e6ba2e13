namespace Innate.Text.Tokenization.Patterns;

/// <summary>Something to find in text: a string, a published splitting pattern, or any regular expression.</summary>
internal abstract class TextPattern
{
    /// <summary>
    /// Appends the matches in <paramref name="text"/>, left to right and without overlap, as (start, end) in code units.
    /// </summary>
    /// <exception cref="InputException">A regular expression backtracks without end on this text.</exception>
    public abstract void FindAll(ReadOnlySpan<char> text, List<(int Start, int End)> matches);

    /// <summary>
    /// The pattern of a regular expression: a hand-written scanner where it is a known one, else our own engine.
    /// </summary>
    /// <exception cref="InputException">The expression is not valid or uses what is not supported; the message names
    /// <paramref name="field"/>.</exception>
    public static TextPattern FromRegex(string expression, string field) =>
        (TextPattern?)PublishedPattern.TryGet(expression) ?? new RegexPattern(expression, field);
}

/// <summary>A literal string.</summary>
internal sealed class LiteralPattern(string literal) : TextPattern
{
    /// <inheritdoc/>
    public override void FindAll(ReadOnlySpan<char> text, List<(int Start, int End)> matches)
    {
        if (literal.Length == 0) return;
        EncodingBudget.Charge(text.Length);
        int end = 0;
        while (text[end..].IndexOf(literal, StringComparison.Ordinal) is var at and >= 0)
        {
            int start = end + at;
            end = start + literal.Length;
            matches.Add((start, end));
        }
    }
}

/// <summary>Maximal runs, or single characters, of a class.</summary>
internal sealed class ClassPattern(Func<int, bool> contains, bool runs) : TextPattern
{
    /// <inheritdoc/>
    public override void FindAll(ReadOnlySpan<char> text, List<(int Start, int End)> matches)
    {
        EncodingBudget.Charge(text.Length);
        int runStart = -1;
        for (int i = 0, length; i < text.Length; i += length)
        {
            length = char.IsHighSurrogate(text[i]) && i + 1 < text.Length ? 2 : 1;
            bool inside = contains(length == 2 ? char.ConvertToUtf32(text[i], text[i + 1]) : text[i]);
            if (inside && !runs) matches.Add((i, i + length));
            if (inside && runs && runStart < 0) runStart = i;
            if (!inside && runStart >= 0)
            {
                matches.Add((runStart, i));
                runStart = -1;
            }
        }

        if (runStart >= 0) matches.Add((runStart, text.Length));
    }
}
