namespace Innate.Benchmarks.Arithmetic;

/// <summary>What became of one response.</summary>
/// <param name="Family">The question's family.</param>
/// <param name="Asked">The style that was asked for; null: none.</param>
/// <param name="Style">The response's style.</param>
/// <param name="IsRight">Whether its final answer is the gold one.</param>
/// <param name="Length">Its length in characters.</param>
public readonly record struct GradedResponse(
    ArithmeticFamily Family, AnswerStyle? Asked, AnswerStyle Style, bool IsRight, int Length)
{
    /// <summary>Grades a response.</summary>
    /// <param name="family">The question's family.</param>
    /// <param name="asked">The style that was asked for; null: none.</param>
    /// <param name="gold">The right answer.</param>
    /// <param name="text">The response.</param>
    public static GradedResponse Of(ArithmeticFamily family, AnswerStyle? asked, long gold, string text) =>
        new(family, asked, AnswerReading.StyleOf(text), AnswerReading.FinalAnswer(text) == gold, text.Length);
}

/// <summary>A group of graded responses in numbers.</summary>
/// <param name="Count">How many there are.</param>
/// <param name="Accuracy">The share of right ones, 0 to 1; NaN of none.</param>
/// <param name="MeanLength">Mean length in characters; NaN of none.</param>
/// <param name="Asked">How many were asked for a style.</param>
/// <param name="Obeyed">The share of those in the style asked for, 0 to 1; NaN of none.</param>
public sealed record ArithmeticGrade(int Count, double Accuracy, double MeanLength, int Asked, double Obeyed)
{
    /// <summary>Sums up a group.</summary>
    public static ArithmeticGrade Of(IReadOnlyCollection<GradedResponse> responses)
    {
        GradedResponse[] asked = [.. responses.Where(r => r.Asked is not null)];
        return new ArithmeticGrade(
            responses.Count,
            Mean(responses, r => r.IsRight ? 1 : 0),
            Mean(responses, r => r.Length),
            asked.Length,
            Mean(asked, r => r.Asked == r.Style ? 1 : 0));
    }

    private static double Mean(IReadOnlyCollection<GradedResponse> responses, Func<GradedResponse, double> value) =>
        responses.Count == 0 ? double.NaN : responses.Sum(value) / responses.Count;
}
