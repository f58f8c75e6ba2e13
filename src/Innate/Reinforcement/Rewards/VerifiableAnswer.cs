using System.Text.RegularExpressions;

namespace Innate.Reinforcement.Rewards;

/// <summary>How a final answer was found.</summary>
internal enum AnswerSource
{
    /// <summary>In the last complete <c>\boxed{...}</c>.</summary>
    Box,

    /// <summary>After the last "answer is", "Answer:" or "####", up to the end of its sentence.</summary>
    Phrase,

    /// <summary>The last number of the text.</summary>
    LastNumber,
}

/// <summary>A final answer as it was written.</summary>
/// <param name="Text">Its text, without box or phrase.</param>
/// <param name="Source">How it was found; the first that applies.</param>
internal sealed record ExtractedAnswer(string Text, AnswerSource Source);

/// <summary>A response's verdict.</summary>
/// <param name="Reward">1 where the answer is the expected one, else 0.</param>
/// <param name="Answer">What was compared; null where the response has no answer.</param>
internal sealed record AnswerCheck(double Reward, ExtractedAnswer? Answer);

/// <summary>
/// Rewards that can be checked: the final answer of a response against the known one, by value. 1/2, 0.5 and \frac12 are equal,
/// and so are 1,000 and 1000, $5 and 5, 90^\circ and 90, (1, 0.5] and (1,\frac12], \{2,1\} and \{1,2\}; sets and lists without
/// brackets have no order. Units and currencies are passed over and not compared; a percentage is its hundredth, and
/// "million" a factor. Whatever is not built of numbers (\pi, \sqrt2, x+1, a word) is compared as text, spacing and the ways of
/// writing one thing in LaTeX aside. A factorial is text: 5! is not 5.
/// </summary>
internal static partial class VerifiableAnswer
{
    /// <summary>The final answer of a response; null where it has none.</summary>
    /// <param name="response">The response's text.</param>
    /// <param name="boxOnly">Whether only a box counts: without it a number mentioned last is an answer.</param>
    public static ExtractedAnswer? Extract(string response, bool boxOnly = false)
    {
        if (AnswerBox.Last(response) is string boxed) return new ExtractedAnswer(boxed, AnswerSource.Box);
        if (boxOnly) return null;
        if (Phrase().Matches(response).LastOrDefault() is Match phrase)
        {
            string line = LineFrom(response, phrase.Index + phrase.Length);
            string text = SentenceEnd().Split(line, 2)[0].Trim(' ', '\t', '\r', '*').TrimEnd('.');
            if (text.Length > 0) return new ExtractedAnswer(text, AnswerSource.Phrase);
        }

        Match? number = Number().Matches(response).LastOrDefault();
        return number is null ? null : new ExtractedAnswer(number.Value, AnswerSource.LastNumber);
    }

    /// <summary>Whether two answers say the same: an equivalence, so that answers can be counted.</summary>
    /// <param name="answer">One answer's text, not a whole response.</param>
    /// <param name="other">The other's.</param>
    public static bool AreEquivalent(string answer, string other) => AnswerForm.Of(answer).Key == AnswerForm.Of(other).Key;

    /// <summary>
    /// Compares a response's final answer with the known one. Where one of the two alone has a percent sign the bare number
    /// counts too, as in the benchmarks' own graders: "50%" answers both 0.5 and 50.
    /// </summary>
    /// <param name="response">The response's text.</param>
    /// <param name="expected">The known answer, or a solution that ends with it in a box or after "####".</param>
    /// <param name="boxOnly">Whether only a boxed answer counts.</param>
    /// <exception cref="InputException">The known answer is empty.</exception>
    public static AnswerCheck Check(string response, string expected, bool boxOnly = false)
    {
        if (string.IsNullOrWhiteSpace(expected)) throw new InputException("answer: expected a known answer, found none.");
        if (Extract(response, boxOnly) is not ExtractedAnswer found) return new AnswerCheck(0, null);
        AnswerForm answer = AnswerForm.Of(found.Text), known = AnswerForm.Of(Known(expected));
        bool isRight = answer.Key == known.Key
            || (answer.BareKey is not null && known.BareKey is null && answer.BareKey == known.Key)
            || (known.BareKey is not null && answer.BareKey is null && known.BareKey == answer.Key);
        return new AnswerCheck(isRight ? 1 : 0, found);
    }

    private static string Known(string expected)
    {
        if (AnswerBox.Last(expected) is string boxed) return boxed;
        int mark = expected.LastIndexOf("####", StringComparison.Ordinal);
        return mark < 0 ? expected : expected[(mark + 4)..];
    }

    private static string LineFrom(string text, int start)
    {
        int end = text.IndexOf('\n', start);
        return end < 0 ? text[start..] : text[start..end];
    }

    [GeneratedRegex(@"(?:\banswer\b\**\s*(?:is\b\s*:?|:)|####)[\s*]*", RegexOptions.IgnoreCase)]
    private static partial Regex Phrase();

    // A full stop that ends a sentence (not the one in 3.14), or where the reason begins.
    [GeneratedRegex(@"\.(?=\s|\*|$)|,?\s+(?:because|since|as|which|so)\b", RegexOptions.IgnoreCase)]
    private static partial Regex SentenceEnd();

    // A minus sign counts where no digit, letter or closing bracket stands before it, as in AnswerReading.
    [GeneratedRegex(
        @"(?:(?<![0-9A-Za-z)])-)?"
        + @"(?:(?<![0-9.])\.[0-9]+|(?:[0-9]{1,3}(?:,[0-9]{3})+(?![0-9])|[0-9]+)(?:\.[0-9]+|/[0-9]+)?)%?")]
    private static partial Regex Number();
}
