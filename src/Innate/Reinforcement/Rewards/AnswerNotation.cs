using System.Text;
using System.Text.RegularExpressions;

namespace Innate.Reinforcement.Rewards;

/// <summary>The ways of writing one thing, brought to one way: first for every answer, then for those that stay text.</summary>
internal static partial class AnswerNotation
{
    private static readonly (string Written, string Plain)[] Replacements =
    [
        ("\u2212", "-"), ("\u2013", "-"), ("\u00a0", " "), ("\u2009", ""), ("\u202f", ""),
        ("\u00b0", ""), ("\u03c0", @"\pi "), ("\u221a", @"\sqrt "), ("\u221e", @"\infty "), ("\u222a", @"\cup "),
        ("\u00d7", @"\times "),
        ("**", ""), (@"\$", ""), ("$", ""), (@"\%", "%"), (@"\(", ""), (@"\)", ""), (@"\[", ""), (@"\]", ""),
        (@"\left", ""), (@"\right", ""), (@"\lbrace", @"\{"), (@"\rbrace", @"\}"),
        (@"\!", ""), (@"\,", ""), (@"\;", " "), (@"\:", " "), (@"\ ", " "), ("~", " "), (@"\quad", " "),
        (@"\dfrac", @"\frac"), (@"\tfrac", @"\frac"), (@"\cfrac", @"\frac"), ("{,}", ","),
        (@"^\circ", ""), (@"^{\circ}", ""), (@"\degree", ""), (@"\pounds", "£"), (@"\euro", "€"),
    ];

    /// <summary>Without markdown, dollar signs, degrees and LaTeX's spacing, its words out of their boxes.</summary>
    public static string Plain(string text)
    {
        var plain = new StringBuilder(text.Normalize());
        foreach ((string written, string to) in Replacements) plain.Replace(written, to);
        string unboxed = TextBox().Replace(plain.ToString(), " $1 ");
        string spaced = Space().Replace(unboxed, " ").Replace(" ^", "^", StringComparison.Ordinal);
        return spaced.Trim().TrimEnd('.', ',', ';', ':').TrimEnd();
    }

    /// <summary>The key of an answer that is no number: 2 \pi and 2\pi, \sqrt2 and \sqrt{2}, Yes and yes have one.</summary>
    public static string TextKey(string s)
    {
        if (Words().IsMatch(s)) return s.Length > 1 ? s.ToLowerInvariant() : s;
        s = SquareRoot().Replace(s, @"\sqrt{${a}}");
        s = ShortFraction().Replace(s, @"\frac{${a}}{${b}}");
        s = Constant().Replace(s, @"\$1");
        s = Dot().Replace(s, "");
        return InnerSpace().Replace(s, "");
    }

    [GeneratedRegex(@"\\(?:text|textbf|textit|textrm|mathrm|mathbf|mbox|operatorname)\s*\{([^{}]*)\}")]
    private static partial Regex TextBox();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Space();

    [GeneratedRegex(@"^[\p{L} '-]+$")]
    private static partial Regex Words();

    [GeneratedRegex(@"\\?sqrt\s*(?:\((?<a>[^()]*)\)|\{(?<a>[^{}]*)\}|(?<a>[0-9A-Za-z]))")]
    private static partial Regex SquareRoot();

    [GeneratedRegex(@"\\frac\s*(?:(?<a>[0-9A-Za-z])|\{(?<a>[^{}]*)\})\s*(?:(?<b>[0-9A-Za-z])|\{(?<b>[^{}]*)\})")]
    private static partial Regex ShortFraction();

    [GeneratedRegex(@"(?<![A-Za-z\\])(pi|infty)(?![A-Za-z])")]
    private static partial Regex Constant();

    // 2 * \pi, 3 \cdot \sqrt2
    [GeneratedRegex(@"\s*(?:\*|\\cdot\b)\s*(?=\\(?:pi|sqrt))")]
    private static partial Regex Dot();

    // Between two letters or digits a space separates them; elsewhere it says nothing.
    [GeneratedRegex(@"(?<![0-9A-Za-z])\s+|\s+(?![0-9A-Za-z])")]
    private static partial Regex InnerSpace();
}
