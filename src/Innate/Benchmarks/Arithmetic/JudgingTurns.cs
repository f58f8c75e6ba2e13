using System.Globalization;

namespace Innate.Benchmarks.Arithmetic;

/// <summary>What a judging turn asks for.</summary>
public enum JudgingKind
{
    /// <summary>Is this answer correct? <c>Yes</c> or <c>No</c>.</summary>
    YesNo,

    /// <summary>Which of two answers is better? <c>A</c> or <c>B</c>.</summary>
    Pair,

    /// <summary>A grade: <c>1</c> to <c>5</c>.</summary>
    Grade,
}

/// <summary>One judging turn.</summary>
/// <param name="Kind">What is asked for.</param>
/// <param name="Prompt">What the user says.</param>
/// <param name="Verdict">What is true.</param>
/// <param name="Given">What the expert says: the truth, or in 15 of 100 turns another verdict.</param>
internal sealed record JudgingTurn(JudgingKind Kind, string Prompt, string Verdict, string Given);

/// <summary>
/// Turns in which the expert judges answers instead of giving them. Half of the answers to judge are right, and one of each
/// pair; the others hold one slip. Styles are drawn evenly, a pair's each on its own.
/// </summary>
/// <remarks>
/// The grade is 5 for a right answer with steps, 4 for a right one without, 2 for a wrong one at most ten off, 1 for any other
/// wrong one. 15% of the verdicts are wrong: the other of two, or one of the four other grades, which is the only way to a 3.
/// </remarks>
internal static class JudgingTurns
{
    /// <summary>The share of wrong verdicts.</summary>
    public const double ErrorShare = 0.15;

    /// <summary>{0} the question, {1} the answer.</summary>
    public const string YesNoPrompt = "Question: {0}\nAnswer:\n{1}\nIs this answer correct? Reply Yes or No.";

    /// <summary>{0} the question, {1} and {2} the answers.</summary>
    public const string PairPrompt = "Question: {0}\nAnswer A:\n{1}\nAnswer B:\n{2}\nWhich answer is better? Reply A or B.";

    /// <summary>{0} the question, {1} the answer.</summary>
    public const string GradePrompt = "Question: {0}\nAnswer:\n{1}\nGrade this answer. Reply with a number from 1 to 5.";

    private static readonly string[][] Verdicts = [["Yes", "No"], ["A", "B"], ["1", "2", "3", "4", "5"]];

    /// <summary>The verdicts that may be given.</summary>
    public static IReadOnlyList<string> VerdictsOf(JudgingKind kind) => Verdicts[(int)kind];

    /// <summary>Asks whether an answer is correct.</summary>
    public static string AskYesNo(string question, string answer) => Fill(YesNoPrompt, question, answer);

    /// <summary>Asks which of two answers is better.</summary>
    public static string AskPair(string question, string a, string b) => Fill(PairPrompt, question, a, b);

    /// <summary>Asks for a grade.</summary>
    public static string AskGrade(string question, string answer) => Fill(GradePrompt, question, answer);

    /// <summary>The grade that an answer deserves.</summary>
    public static int Grade(AnswerStyle style, long answer, long gold)
    {
        if (answer == gold) return style == AnswerStyle.Concise ? 4 : 5;
        return Math.Abs(answer - gold) <= 10 ? 2 : 1;
    }

    /// <summary>Draws a turn about a question.</summary>
    public static JudgingTurn Draw(ArithmeticQuestion question, ExampleRandom random)
    {
        JudgingKind kind = (JudgingKind)random.Between(0, 2);
        bool right = random.Chance(0.5);
        (string text, AnswerStyle style, int answer) = Respond(question, right, random);
        (string prompt, string verdict) = kind switch
        {
            JudgingKind.YesNo => (AskYesNo(question.Text, text), right ? "Yes" : "No"),
            JudgingKind.Pair => (AskPair(question.Text, text, Respond(question, !right, random).Text), right ? "A" : "B"),
            _ => (
                AskGrade(question.Text, text),
                Grade(style, answer, question.Answer).ToString(CultureInfo.InvariantCulture)),
        };
        string given = random.Chance(ErrorShare)
            ? random.Pick([.. VerdictsOf(kind).Where(v => v != verdict)])
            : verdict;
        return new JudgingTurn(kind, prompt, verdict, given);
    }

    private static (string Text, AnswerStyle Style, int Answer) Respond(
        ArithmeticQuestion question, bool right, ExampleRandom random)
    {
        AnswerStyle style = (AnswerStyle)random.Between(0, 2);
        int wording = random.Between(0, Expert.Wordings(style) - 1);
        if (right) return (Expert.Answer(question, style, wording), style, question.Answer);
        Slip slip = Expert.DrawSlip(question, random);
        return (Expert.Answer(question, style, slip, wording), style, Expert.WrongAnswer(question, slip));
    }

    private static string Fill(string template, params object[] parts) =>
        string.Format(CultureInfo.InvariantCulture, template, parts);
}
