using System.Globalization;
using Innate.Benchmarks.Arithmetic;
using Innate.Learning.Data;
using Innate.Rows;
using Innate.Scoring.Grading;
using Innate.Text;

namespace Innate.Benchmarks.Policy;

/// <summary>The kinds of questions whose answers can be checked.</summary>
public enum QuestionKind
{
    /// <summary>GSM8K: <c>question</c>, <c>answer</c> ending in "#### n".</summary>
    Gsm8K,

    /// <summary>
    /// MATH and sets like it: <c>problem</c> or <c>question</c>; <c>answer</c>, or <c>solution</c> with the answer in a box.
    /// </summary>
    Math,

    /// <summary>The arithmetic world's: rows of <c>innate arithmetic generate --questions</c>.</summary>
    Arith,
}

/// <summary>A question with its known answer.</summary>
/// <param name="Messages">What is asked.</param>
/// <param name="Expected">The known answer.</param>
/// <param name="Group">Its subset or family; null: none.</param>
/// <param name="Number">Its place, from 1: its line in the file.</param>
public sealed record CheckedQuestion(IReadOnlyList<ConversationMessage> Messages, string Expected, string? Group, long Number);

/// <summary>Questions whose answers can be checked, and how.</summary>
public static class QuestionSet
{
    private static readonly string[] Groups = ["subset", "subject", "type", "level"];

    /// <summary>The kinds' names.</summary>
    public static IReadOnlyList<string> Names { get; } = ["gsm8k", "math", "arith"];

    /// <summary>The kind of a name; null where there is none.</summary>
    public static QuestionKind? Parse(string name)
    {
        int at = Names.ToList().IndexOf(name);
        return at < 0 ? null : (QuestionKind)at;
    }

    /// <summary>Reads a file of JSON lines.</summary>
    /// <param name="kind">Its layout.</param>
    /// <param name="file">The file.</param>
    /// <param name="limit">Only the first so many; 0: all.</param>
    /// <exception cref="InputException">
    /// A line of another layout, named by file, line and field; or there is no question.
    /// </exception>
    public static IReadOnlyList<CheckedQuestion> Read(QuestionKind kind, string file, int limit = 0)
    {
        List<CheckedQuestion> questions = [];
        questions.AddRange(RowInput.Read(file, line => Of(kind, new RowFields(RowJson.ParseObject(line)), line.Number))
            .Take(limit > 0 ? limit : int.MaxValue).Select(q => q.Row));
        return questions.Count > 0 ? questions : throw new InputException($"{file}: expected questions, found none.");
    }

    /// <summary>Held-out questions of the arithmetic world, made on the spot.</summary>
    /// <param name="count">How many.</param>
    /// <param name="seed">Decides them.</param>
    public static IReadOnlyList<CheckedQuestion> Arithmetic(int count, ulong seed)
    {
        ArithmeticGenerator generator = new(seed);
        return
        [
            .. Enumerable.Range(0, count).Select(i => generator.Question(i, heldOut: true)).Select((q, i) => new CheckedQuestion(
                [new ConversationMessage("user", q.Text)], q.Answer.ToString(CultureInfo.InvariantCulture),
                ArithmeticNames.Of(q.Family), i + 1)),
        ];
    }

    /// <summary>
    /// Grades one response: by <see cref="AnswerReading"/> in the arithmetic world (the last number), else by
    /// <see cref="VerifiableAnswer"/> (the last box, else "the answer is", else the last number).
    /// </summary>
    public static GradedSample Grade(QuestionKind kind, string response, string expected)
    {
        if (kind == QuestionKind.Arith)
        {
            string? number = AnswerReading.FinalAnswer(response)?.ToString(CultureInfo.InvariantCulture);
            return new GradedSample(number, number == expected);
        }

        AnswerCheck check = VerifiableAnswer.Check(response, expected);
        return new GradedSample(check.Answer?.Text, check.Reward == 1);
    }

    private static CheckedQuestion Of(QuestionKind kind, RowFields row, long number)
    {
        switch (kind)
        {
            case QuestionKind.Gsm8K:
                string worked = row.Text("answer");
                int mark = worked.LastIndexOf("####", StringComparison.Ordinal);
                return mark < 0 || string.IsNullOrWhiteSpace(worked[(mark + 4)..])
                    ? throw new InputException("\"answer\": expected an end of \"#### n\", found none")
                    : new CheckedQuestion(User(row.Text("question")), worked[(mark + 4)..].Trim(), null, number);
            case QuestionKind.Math:
                string known = row.Has("answer") ? row.Scalar("answer") : AnswerBox.Last(row.Text("solution"))
                    ?? throw new InputException("\"solution\": expected an answer in \\boxed{...}, found none");
                if (string.IsNullOrWhiteSpace(known))
                {
                    throw new InputException("\"answer\": expected a known answer, found an empty one");
                }

                string? group = Groups.FirstOrDefault(row.Has);
                return new CheckedQuestion(
                    User(row.Text(row.Has("problem") ? "problem" : "question")), AnswerBox.Last(known) ?? known.Trim(),
                    group is null ? null : row.Scalar(group), number);
            default:
                string answer = row.Scalar("answer");
                if (AnswerReading.FinalAnswer(answer)?.ToString(CultureInfo.InvariantCulture) != answer)
                {
                    throw new InputException($"\"answer\": expected a whole number, found \"{answer}\"");
                }

                return new CheckedQuestion(
                    RowForms.Prompt(row).Conversation, answer, row.Has("family") ? row.Text("family") : null, number);
        }
    }

    private static ConversationMessage[] User(string text) => [new ConversationMessage("user", text)];
}
