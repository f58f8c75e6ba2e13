using System.Globalization;

namespace Innate.Benchmarks.Arithmetic;

/// <summary>
/// Who answers the questions in the corpus: in three styles, rightly or with one slip. The same slip gives the same wrong
/// answer in every style.
/// </summary>
/// <remarks>
/// A slip's kind is drawn among those that the question has a place for, with the weights: forgotten carry 3, off by one 2,
/// off by ten 2, transposed digits 1.5, wrong operation 1.5, wrong order 3; then its place, all equally likely. Counted over
/// 164,000 answers, 15.0% slip: off by one 5.0, transposed digits 3.1, off by ten 2.9, forgotten carry 2.6, wrong operation 1.4
/// (words only: 3.4 there), wrong order 0.2 (three operands only: 1.1 there).
/// </remarks>
internal static class Expert
{
    /// <summary>The share of demonstrations that hold a slip.</summary>
    public const double SlipShare = 0.15;

    private static readonly double[] Weights = [3, 2, 2, 1.5, 1.5, 3];

    /// <summary>How many wordings an answer of this style has.</summary>
    public static int Wordings(AnswerStyle style) => style == AnswerStyle.Concise ? ArithmeticTexts.Concise.Length : 1;

    /// <summary>The right answer.</summary>
    /// <param name="question">The question.</param>
    /// <param name="style">How to write.</param>
    /// <param name="wording">Which of the style's wordings, from 0.</param>
    public static string Answer(ArithmeticQuestion question, AnswerStyle style, int wording = 0) =>
        Write(Working.Solve(question, null)!, style, wording);

    /// <summary>An answer with a slip: its final number is wrong.</summary>
    /// <param name="question">The question.</param>
    /// <param name="style">How to write.</param>
    /// <param name="slip">What goes wrong; null: nothing.</param>
    /// <param name="wording">Which of the style's wordings, from 0.</param>
    /// <exception cref="ArgumentException">The question has no place for this slip.</exception>
    public static string Answer(ArithmeticQuestion question, AnswerStyle style, Slip? slip, int wording = 0) =>
        Write(Working.Solve(question, slip) ?? throw NoPlace(question, slip), style, wording);

    /// <summary>The number that a slip leads to; never the right one.</summary>
    /// <exception cref="ArgumentException">The question has no place for this slip.</exception>
    public static int WrongAnswer(ArithmeticQuestion question, Slip slip) =>
        (Working.Solve(question, slip) ?? throw NoPlace(question, slip)).Answer;

    /// <summary>Draws a slip that the question has a place for; there always is one.</summary>
    public static Slip DrawSlip(ArithmeticQuestion question, ExampleRandom random)
    {
        double[] weights = [.. Weights];
        while (true)
        {
            int kind = random.Weighted(weights);
            IReadOnlyList<Slip> slips = Slips(question, (SlipKind)kind);
            if (slips.Count > 0) return random.Pick(slips);
            weights[kind] = 0;
        }
    }

    /// <summary>The slip that makes the answer one too high; where none does, the one of the last step.</summary>
    public static Slip OneTooHigh(ArithmeticQuestion question)
    {
        Slip[] up = [.. Slips(question, SlipKind.OffByOne).Where(s => s.Amount == 1)];
        int at = Array.FindIndex(up, s => WrongAnswer(question, s) == question.Answer + 1);
        return at >= 0 ? up[at] : up.MaxBy(s => s.Line);
    }

    /// <summary>All slips of a kind that the question has a place for.</summary>
    public static IReadOnlyList<Slip> Slips(ArithmeticQuestion question, SlipKind kind)
    {
        int steps = Working.Solve(question, null)!.Steps.Count;
        int[] amounts = kind switch
        {
            SlipKind.ForgottenCarry or SlipKind.TransposedDigits => [1, 10, 100],
            SlipKind.OffByOne => [-1, 1],
            SlipKind.OffByTen => [-10, 10],
            _ => [0],
        };
        return
        [
            .. from line in Enumerable.Range(0, kind == SlipKind.WrongOrder ? 1 : steps + 1)
               from amount in amounts
               let slip = new Slip(kind, line, amount)
               where Working.Solve(question, slip) is not null
               select slip,
        ];
    }

    private static string Write(Working working, AnswerStyle style, int wording)
    {
        string answer = working.Answer.ToString(CultureInfo.InvariantCulture);
        switch (style)
        {
            case AnswerStyle.Concise:
                return ArithmeticTexts.Concise[wording].Replace("{n}", answer, StringComparison.Ordinal);
            case AnswerStyle.Plain:
                IEnumerable<string> sentences = working.IsChain
                    ? [$"First, {working.Steps[0]}.", $"Then {working.Steps[1]}."]
                    : working.Steps.Select(s => s + ".");
                if (working.Task is not null) sentences = sentences.Prepend($"We need {working.Task}.");
                return string.Join(' ', sentences.Append($"The answer is {answer}."));
            default:
                IEnumerable<string> items = working.Steps.Select(s => $"- {s}\n");
                if (working.Task is not null) items = items.Prepend($"- {working.Task}\n");
                return $"{string.Concat(items)}\n**Answer:** {answer}";
        }
    }

    private static ArgumentException NoPlace(ArithmeticQuestion question, Slip? slip) =>
        new($"the question has no place for this slip: {question.Text} {slip}", nameof(slip));
}
