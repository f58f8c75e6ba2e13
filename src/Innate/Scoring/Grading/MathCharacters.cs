namespace Innate.Scoring.Grading;

/// <summary>Characters that are other ways of writing what has a plain sign, or a command.</summary>
internal static class MathCharacters
{
    private const string Superscripts = "⁰¹²³⁴⁵⁶⁷⁸⁹";

    /// <summary>Full-width signs, minus signs, brackets and quotation marks as plain ones.</summary>
    public static char Plain(char c) => c switch
    {
        >= '\uff01' and <= '\uff5e' => (char)(c - 0xfee0),
        '\u2212' or '\u2013' or '\u2010' or '\u2011' or '\ufe63' => '-',
        '\u00a0' or '\u3000' or '\u2009' or '\u202f' => ' ',
        '。' or '｡' => '\u3002',
        '【' => '[',
        '】' => ']',
        '〈' or '⟨' => '<',
        '〉' or '⟩' => '>',
        '\u2044' or '\u2215' => '/',
        '\u2236' => ':',
        '￥' => '¥',
        _ => c,
    };

    /// <summary>The LaTeX command of a sign; null where there is none.</summary>
    public static string? Command(char c) => c switch
    {
        '×' or '✕' or '∗' => "times",
        '·' or '⋅' or '∙' => "cdot",
        '÷' => "div",
        '±' => "pm",
        '∓' => "mp",
        'π' => "pi",
        '√' => "sqrt",
        '∞' => "infty",
        '∪' => "cup",
        '∩' => "cap",
        '∈' => "in",
        '∅' => "emptyset",
        '≤' or '⩽' => "leq",
        '≥' or '⩾' => "geq",
        '≠' => "neq",
        '≈' => "approx",
        '°' or '˚' => "circ",
        '→' => "to",
        'θ' => "theta",
        'α' => "alpha",
        'β' => "beta",
        _ => null,
    };

    /// <summary>A fraction in one character; null where it is none.</summary>
    public static (string Top, string Bottom)? Fraction(char c) => c switch
    {
        '½' => ("1", "2"),
        '⅓' => ("1", "3"),
        '⅔' => ("2", "3"),
        '¼' => ("1", "4"),
        '¾' => ("3", "4"),
        '⅕' => ("1", "5"),
        '⅖' => ("2", "5"),
        '⅗' => ("3", "5"),
        '⅘' => ("4", "5"),
        '⅙' => ("1", "6"),
        '⅚' => ("5", "6"),
        '⅛' => ("1", "8"),
        '⅜' => ("3", "8"),
        '⅝' => ("5", "8"),
        '⅞' => ("7", "8"),
        _ => null,
    };

    /// <summary>A raised digit or sign as a plain one; null where it is none.</summary>
    public static char? Superscript(char c)
    {
        if (c == '⁻') return '-';
        if (c == '⁺') return '+';
        int digit = Superscripts.IndexOf(c, StringComparison.Ordinal);
        return digit < 0 ? null : (char)('0' + digit);
    }
}
