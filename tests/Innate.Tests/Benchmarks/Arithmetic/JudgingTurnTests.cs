using System.Globalization;
using Innate.Benchmarks.Arithmetic;

namespace Innate.Tests.Benchmarks.Arithmetic;

/// <summary>Verdicts are true of the texts that the judge is shown, but for the share that is wrong on purpose.</summary>
public class JudgingTurnTests
{
    private static readonly Lazy<Demonstration[]> Turns = new(() =>
    [
        .. Enumerable.Range(0, 60000).Select(i => new ArithmeticGenerator(3).Demonstration(i)).Where(d => d.Judging is not null),
    ]);

    [Fact]
    public void The_truth_is_what_the_shown_answers_say()
    {
        foreach (Demonstration d in Turns.Value)
        {
            string prompt = d.Messages[^2].Content;
            string shown = prompt[(prompt.IndexOf(":\n", StringComparison.Ordinal) + 2)..prompt.LastIndexOf('\n')];
            int gold = QuestionReader.Answer(d.Question.Text);
            string expected;
            switch (d.Judging)
            {
                case JudgingKind.YesNo:
                    expected = AnswerReading.FinalAnswer(shown) == gold ? "Yes" : "No";
                    break;
                case JudgingKind.Pair:
                    string[] two = shown.Split("\nAnswer B:\n");
                    Assert.Single(two, a => AnswerReading.FinalAnswer(a) == gold);
                    expected = AnswerReading.FinalAnswer(two[0]) == gold ? "A" : "B";
                    break;
                default:
                    long answer = AnswerReading.FinalAnswer(shown)!.Value;
                    bool worked = AnswerReading.StyleOf(shown) != AnswerStyle.Concise;
                    int grade = answer == gold ? worked ? 5 : 4 : Math.Abs(answer - gold) <= 10 ? 2 : 1;
                    expected = grade.ToString(CultureInfo.InvariantCulture);
                    break;
            }

            Assert.Equal(expected, d.Truth);
            Assert.Equal(d.IsWrong, d.Truth != d.Messages[^1].Content);
            Assert.Contains(d.Messages[^1].Content, JudgingTurns.VerdictsOf(d.Judging!.Value));
        }
    }

    [Fact]
    public void Kinds_verdicts_and_errors_have_their_shares()
    {
        foreach (JudgingKind kind in Enum.GetValues<JudgingKind>())
        {
            Demonstration[] own = [.. Turns.Value.Where(d => d.Judging == kind)];
            ArithmeticWorldTests.Near(1 / 3.0, own.Length / (double)Turns.Value.Length, 0.02);
            ArithmeticWorldTests.Near(0.15, own.Average(d => d.IsWrong ? 1 : 0), 0.02);
            string[] good = kind == JudgingKind.Grade ? ["4", "5"] : [JudgingTurns.VerdictsOf(kind)[0]];
            ArithmeticWorldTests.Near(0.5, own.Average(d => good.Contains(d.Truth) ? 1 : 0), 0.03);
            Assert.Equal(
                JudgingTurns.VerdictsOf(kind).Order(), own.Select(d => d.Messages[^1].Content).Distinct().Order());
        }
    }

    [Fact]
    public void A_judge_asks_in_the_words_of_the_corpus()
    {
        Assert.Equal(
            "Question: What is 2 + 2?\nAnswer:\n5\nIs this answer correct? Reply Yes or No.",
            JudgingTurns.AskYesNo("What is 2 + 2?", "5"));
        Assert.Equal(
            "Question: q\nAnswer A:\n{0}\nAnswer B:\n%\nWhich answer is better? Reply A or B.",
            JudgingTurns.AskPair("q", "{0}", "%"));
        Assert.Equal(
            "Question: q\nAnswer:\n4\nGrade this answer. Reply with a number from 1 to 5.", JudgingTurns.AskGrade("q", "4"));
    }
}
