namespace Innate.Judges;

/// <summary>A question to a judge that is shown all responses at once.</summary>
internal static class Listed
{
    /// <summary>What it is shown, in the order of the responses.</summary>
    /// <param name="question">The question.</param>
    /// <param name="name">What the response at a place is called.</param>
    public static JudgedText Of(JudgeQuestion question, Func<int, string> name) =>
        new(Questions.TextOf(question.Prompt), "") { All = [.. question.Responses.Select((r, i) => (name(i), r))] };
}
