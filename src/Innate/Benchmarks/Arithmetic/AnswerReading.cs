using System.Globalization;
using System.Text.RegularExpressions;

namespace Innate.Benchmarks.Arithmetic;

/// <summary>What an answer says and how: read from its text alone, whoever wrote it.</summary>
internal static partial class AnswerReading
{
    /// <summary>
    /// The final answer: the last number in the text. Commas between groups of three digits are passed over, and so is
    /// whatever stands around the number (a full stop, bold marks, a unit); a minus sign counts where it is written against
    /// the number and no digit, letter or closing bracket stands before it.
    /// </summary>
    /// <returns>Null where the text has no number, or the last is not whole or has over 18 digits.</returns>
    public static long? FinalAnswer(string text)
    {
        Match? last = Number().Matches(text).LastOrDefault();
        if (last is null) return null;
        string digits = last.Groups["whole"].Value.Replace(",", "", StringComparison.Ordinal);
        if (last.Groups["rest"].Value.Trim('0').Length > 0 || digits.Length > 18) return null;
        long value = long.Parse(digits, NumberStyles.None, CultureInfo.InvariantCulture);
        return last.Groups["sign"].Length > 0 ? -value : value;
    }

    /// <summary>
    /// The style: markdown where there is a bold mark, a heading, a bullet, or a list that counts from one to two; else plain
    /// where there are steps (an equals sign, or more than one sentence or line); else concise.
    /// </summary>
    public static AnswerStyle StyleOf(string text)
    {
        if (Markup().IsMatch(text)) return AnswerStyle.Markdown;
        return Steps().IsMatch(text.Trim()) ? AnswerStyle.Plain : AnswerStyle.Concise;
    }

    [GeneratedRegex(@"(?<sign>(?<![0-9A-Za-z)])-)?(?<whole>[0-9]{1,3}(?:,[0-9]{3})+(?![0-9])|[0-9]+)(?:\.(?<rest>[0-9]+))?")]
    private static partial Regex Number();

    [GeneratedRegex(@"\*\*|^ *(?:[-*+]|#+) +\S|^ *1\. +\S.*\n(?:.*\n)*? *2\. +\S", RegexOptions.Multiline)]
    private static partial Regex Markup();

    [GeneratedRegex(@"=|[.!?:]\s|\n")]
    private static partial Regex Steps();
}
