using System.Globalization;

namespace Innate.Scoring.Expressions;

/// <summary>Reads an expression's text piece by piece and knows where it is.</summary>
/// <param name="text">The text.</param>
internal sealed class ExpressionScanner(string text)
{
    /// <summary>Where the next piece begins, from 0.</summary>
    public int At { get; private set; }

    /// <summary>Where the next piece begins that is no white space.</summary>
    public int Start
    {
        get
        {
            SkipSpace();
            return At;
        }
    }

    /// <summary>The whole text.</summary>
    public string Text => text;

    /// <summary>Whether nothing but white space is left.</summary>
    public bool IsAtEnd => Start >= text.Length;

    /// <summary>The next character that is no white space; 0 at the end.</summary>
    public char Next => IsAtEnd ? '\0' : text[At];

    /// <summary>What ends a value that stands without quotes.</summary>
    public static bool EndsValue(char c) => c is ',' or '(' or ')' or '"' || char.IsWhiteSpace(c);

    /// <summary>Goes to a place that was seen before.</summary>
    public void Return(int at) => At = at;

    /// <summary>Takes a character where it is the next.</summary>
    public bool Take(char c)
    {
        if (IsAtEnd || text[At] != c) return false;
        At++;
        return true;
    }

    /// <summary>
    /// Takes a name: a letter, then letters, digits, underscores, and hyphens before a letter; null: none is next.
    /// </summary>
    public string? Name()
    {
        SkipSpace();
        if (At >= text.Length || !char.IsAsciiLetter(text[At])) return null;
        int start = At++;
        while (At < text.Length && (char.IsAsciiLetterOrDigit(text[At]) || text[At] == '_' || IsHyphen(At))) At++;
        return text[start..At];
    }

    /// <summary>Takes a number without a sign; null: none is next. One that is too large is infinite.</summary>
    public double? Number()
    {
        if (!IsNumberNext) return null;
        int start = At;
        SkipDigits();
        if (At < text.Length && text[At] == '.')
        {
            At++;
            SkipDigits();
        }

        if (At < text.Length && text[At] is 'e' or 'E')
        {
            int exponent = At++;
            if (At < text.Length && text[At] is '+' or '-') At++;
            int digits = At;
            SkipDigits();
            if (At == digits) At = exponent;
        }

        return double.Parse(text.AsSpan(start, At - start), NumberStyles.Float, CultureInfo.InvariantCulture);
    }

    /// <summary>Whether a number is next.</summary>
    public bool IsNumberNext => !IsAtEnd && (char.IsAsciiDigit(text[At])
        || (text[At] == '.' && At + 1 < text.Length && char.IsAsciiDigit(text[At + 1])));

    /// <summary>
    /// Takes an option's value: in double quotes anything, a quote written twice; else all up to a comma, a bracket, a quote or
    /// white space.
    /// </summary>
    /// <returns>Null: the quotes do not end.</returns>
    public string? Value()
    {
        SkipSpace();
        int start = At;
        if (At >= text.Length || text[At] != '"')
        {
            while (At < text.Length && !EndsValue(text[At])) At++;
            return text[start..At];
        }

        for (At++; At < text.Length; At++)
        {
            if (text[At] != '"') continue;
            if (At + 1 < text.Length && text[At + 1] == '"')
            {
                At++;
                continue;
            }

            At++;
            return text[(start + 1)..(At - 1)].Replace("\"\"", "\"", StringComparison.Ordinal);
        }

        return null;
    }

    /// <summary>What is next, for messages.</summary>
    public string Found()
    {
        if (IsAtEnd) return "the end";
        int start = At;
        string found = Name() ?? (Number() is null ? TextAt(start) : text[start..At]);
        At = start;
        return $"'{found}'";
    }

    // A character outside the basic plane is two units, and is shown whole.
    private string TextAt(int at) =>
        char.IsHighSurrogate(text[at]) && at + 1 < text.Length ? text.Substring(at, 2) : text[at].ToString();

    private bool IsHyphen(int at) => text[at] == '-' && at + 1 < text.Length && char.IsAsciiLetter(text[at + 1]);

    private void SkipSpace()
    {
        while (At < text.Length && char.IsWhiteSpace(text[At])) At++;
    }

    private void SkipDigits()
    {
        while (At < text.Length && char.IsAsciiDigit(text[At])) At++;
    }
}
