namespace Innate.Scoring.Grading;

/// <summary>
/// Rewards that can be checked: the final answer of a response against the known one, by value (docs/grading.md has examples).
/// Only what follows the thoughts counts. 1/2, 0.5 and \frac12 are equal, and so are 1,000 and 1000, \sqrt{8} and 2\sqrt{2},
/// (1, 0.5] and (1,\frac12], \{2,1\} and \{1,2\}, 三百 and 300; sets and lists without brackets have no order. What is not built
/// of numbers and letters is compared as text, spacing and the ways of writing one thing in LaTeX aside.
/// </summary>
internal static class VerifiableAnswer
{
    /// <summary>The final answer of a response; null where it has none.</summary>
    /// <param name="response">The response's text.</param>
    /// <param name="boxOnly">Whether only a box counts: without it a number mentioned last is an answer.</param>
    public static ExtractedAnswer? Extract(string response, bool boxOnly = false) => Find(response, boxOnly).Answer;

    /// <summary>Where in a response its final answer stands; null where it has none.</summary>
    /// <inheritdoc cref="Extract"/>
    public static Range? Place(string response, bool boxOnly = false) => Locate(response, boxOnly).Place;

    /// <summary>Whether two answers say the same: an equivalence, so that answers can be counted.</summary>
    /// <param name="answer">One answer's text, not a whole response.</param>
    /// <param name="other">The other's.</param>
    public static bool AreEquivalent(string answer, string other) => AnswerForm.Of(answer).Key == AnswerForm.Of(other).Key;

    /// <summary>Compares a response's final answer with the known one: see <see cref="AnswerForm.Answers"/>.</summary>
    /// <param name="response">The response's text.</param>
    /// <param name="expected">The known answer, or a solution that ends with it in a box or after "####".</param>
    /// <param name="boxOnly">Whether only a boxed answer counts.</param>
    /// <exception cref="InputException">The known answer is empty.</exception>
    public static AnswerCheck Check(string response, string expected, bool boxOnly = false)
    {
        if (string.IsNullOrWhiteSpace(expected)) throw new InputException("answer: expected a known answer, found none.");
        (ExtractedAnswer? found, string reason) = Find(response, boxOnly);
        if (found is null) return new AnswerCheck(0, null, reason);
        AnswerForm answer = AnswerForm.Of(found.Text), known = AnswerForm.Of(Known(expected));
        if (AnswerForm.Answers(answer, known)) return new AnswerCheck(1, found, "equal");
        return new AnswerCheck(0, found, answer.IsValue == known.IsValue
            ? "different"
            : answer.IsValue ? "different: the known answer is a text" : "different: the answer is a text");
    }

    private static (ExtractedAnswer? Answer, string Reason) Find(string response, bool boxOnly)
    {
        (Range? place, AnswerSource source, string reason) = Locate(response, boxOnly);
        return (place is { } found ? new ExtractedAnswer(response[found], source) : null, reason);
    }

    private static (Range? Place, AnswerSource Source, string Reason) Locate(string response, bool boxOnly)
    {
        if (FinalPart.Of(response) is not { } final) return (null, default, "no answer: the thoughts do not end");
        int at = response.Length - final.Length;
        (Range? tagged, bool isCutOff) = boxOnly ? (null, false) : FinalPart.Tagged(final);
        if (isCutOff) return (null, default, "no answer: <answer> does not end");
        string part = tagged is { } inTag ? final[inTag] : final;
        if (tagged is { } tag) at += tag.Start.Value;
        if (AnswerBox.Place(part) is { } boxed) return (Of(boxed), AnswerSource.Box, "");
        if (boxOnly) return (null, default, "no answer: no box");
        if (AnswerPhrase.Place(part) is { } said) return (Of(said), AnswerSource.Phrase, "");
        if (tagged is not null && part.Length > 0) return (at..(at + part.Length), AnswerSource.Tag, "");
        return LastFormula.Place(part) is { } number
            ? (Of(number), AnswerSource.LastNumber, "")
            : (null, default,
                "no answer: no box, no phrase, and no number or formula at the end that can be read as a whole");

        Range Of(Range found) => (at + found.Start.Value)..(at + found.End.Value);
    }

    /// <summary>The answer itself of a known one that is a whole solution.</summary>
    /// <param name="expected">The known answer, or a solution that ends with it in a box or after "####".</param>
    public static string Known(string expected)
    {
        if (AnswerBox.Last(expected) is string boxed) return boxed;
        int mark = expected.LastIndexOf("####", StringComparison.Ordinal);
        return mark < 0 ? expected : expected[(mark + 4)..];
    }
}
