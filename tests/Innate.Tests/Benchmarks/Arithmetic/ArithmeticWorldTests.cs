using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Innate.Benchmarks.Arithmetic;
using Innate.Text;

namespace Innate.Tests.Benchmarks.Arithmetic;

/// <summary>What is trained on is right where it says so, wrong where it says so, and never what is measured on.</summary>
public class ArithmeticWorldTests
{
    private const int Many = 20000;
    private static readonly ArithmeticGenerator Generator = new(11);
    private static readonly Lazy<Demonstration[]> Training = new(() =>
    [
        .. Enumerable.Range(0, Many).Select(i => Generator.Demonstration(i)),
    ]);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_reader_of_the_text_alone_finds_the_gold_answer(bool heldOut)
    {
        for (int i = 0; i < 5000; i++)
        {
            ArithmeticQuestion question = Generator.Question(i, heldOut);
            Assert.True(QuestionReader.Answer(question.Text) == question.Answer, $"{question}");
            Assert.InRange(question.Text.Length, 9, 110);
            Assert.DoesNotContain('{', question.Text);
            bool words = question.Family is ArithmeticFamily.OneStep or ArithmeticFamily.TwoStep;
            Assert.False(words && Regex.IsMatch(question.Text, @"\b1\b"), question.Text);
        }
    }

    [Fact]
    public void Right_answers_say_the_gold_number_and_every_step_is_true()
    {
        foreach ((ArithmeticQuestion question, AnswerStyle style, int wording) in Questions(1500))
        {
            string answer = Expert.Answer(question, style, wording);
            Assert.Equal(question.Answer, AnswerReading.FinalAnswer(answer));
            Assert.Equal(0, FalseSteps(answer));
        }
    }

    [Fact]
    public void Every_slip_ends_in_one_wrong_number_whatever_the_style()
    {
        HashSet<(ArithmeticFamily, SlipKind)> seen = [];
        for (int i = 0; i < 1500; i++)
        {
            ArithmeticQuestion question = Generator.Question(i, heldOut: true);
            foreach (SlipKind kind in Enum.GetValues<SlipKind>())
            {
                foreach (Slip slip in Expert.Slips(question, kind))
                {
                    seen.Add((question.Family, kind));
                    int wrong = Expert.WrongAnswer(question, slip);
                    Assert.NotEqual(question.Answer, wrong);
                    Assert.True(wrong >= 0);
                    foreach (AnswerStyle style in Enum.GetValues<AnswerStyle>())
                    {
                        string answer = Expert.Answer(question, style, slip);
                        Assert.Equal(wrong, AnswerReading.FinalAnswer(answer));
                        Assert.Equal(style, AnswerReading.StyleOf(answer));
                        Assert.True(FalseSteps(answer) <= 1, answer);
                    }
                }
            }
        }

        // Words can be misread, symbols cannot; only three operands have an order. Sums by columns have no step to be off by ten.
        foreach (ArithmeticFamily family in Enum.GetValues<ArithmeticFamily>())
        {
            bool words = family is ArithmeticFamily.OneStep or ArithmeticFamily.TwoStep;
            Assert.Contains((family, SlipKind.OffByOne), seen);
            Assert.Contains((family, SlipKind.ForgottenCarry), seen);
            Assert.Contains((family, SlipKind.TransposedDigits), seen);
            if (family != ArithmeticFamily.AddSubtract) Assert.Contains((family, SlipKind.OffByTen), seen);
            Assert.Equal(words, seen.Contains((family, SlipKind.WrongOperation)));
            Assert.Equal(family == ArithmeticFamily.ThreeOperands, seen.Contains((family, SlipKind.WrongOrder)));
        }
    }

    [Theory]
    [InlineData('+', 47, 85, SlipKind.ForgottenCarry, 1, 1, "Ones: 7 + 5 = 12. Tens: 4 + 8 = 12. The answer is 122.")]
    [InlineData('-', 92, 85, SlipKind.ForgottenCarry, 1, 1, "Ones: 12 - 5 = 7. Tens: 9 - 8 = 1. The answer is 17.")]
    [InlineData('+', 47, 85, SlipKind.TransposedDigits, 2, 1, "Ones: 7 + 5 = 12. Tens: 4 + 8 + 1 = 13. The answer is 123.")]
    [InlineData('x', 6, 73, SlipKind.OffByTen, 0, 10, "6 x 70 = 430. 6 x 3 = 18. 430 + 18 = 448. The answer is 448.")]
    [InlineData('x', 86, 6, SlipKind.ForgottenCarry, 2, 10, "80 x 6 = 480. 6 x 6 = 36. 480 + 36 = 416. The answer is 416.")]
    public void Slips_read_as_a_pupil_makes_them(char symbol, int a, int b, SlipKind kind, int line, int amount, string expected)
    {
        ArithmeticFamily family = symbol == 'x' ? ArithmeticFamily.Products : ArithmeticFamily.AddSubtract;
        ArithmeticQuestion question = new(family, "?", new Operation(symbol, a, b), null);
        Assert.Equal(expected, Expert.Answer(question, AnswerStyle.Plain, new Slip(kind, line, amount)));
    }

    [Fact]
    public void A_slip_without_a_place_is_refused()
    {
        ArithmeticQuestion question = new(ArithmeticFamily.AddSubtract, "?", new Operation('+', 11, 22), null);
        Slip carry = new(SlipKind.ForgottenCarry, 1, 1);
        Assert.Throws<ArgumentException>(() => Expert.Answer(question, AnswerStyle.Plain, carry));
        Assert.Throws<ArgumentException>(() => Expert.WrongAnswer(question, new Slip(SlipKind.WrongOrder, 0, 0)));
    }

    [Fact]
    public void Demonstrations_err_where_they_say_so_and_are_in_the_style_they_say()
    {
        foreach (Demonstration d in Training.Value)
        {
            string answer = d.Messages[^1].Content;
            Assert.Equal("assistant", d.Messages[^1].Role);
            Assert.Equal("user", d.Messages[^2].Role);
            Assert.InRange(d.Messages.Sum(m => m.Content.Length), 10, 400);
            if (d.Judging is not null) continue;
            Assert.Equal(d.Style, AnswerReading.StyleOf(answer));
            Assert.Equal(d.IsWrong, AnswerReading.FinalAnswer(answer) != d.Question.Answer);
            Assert.Equal(d.IsWrong, d.Slip is not null);
            Assert.InRange(answer.Length, 1, 105);
            bool asks = d.Messages[0].Role == "system" && !SystemPrompts.Neutral.Contains(d.Messages[0].Content);
            Assert.Equal(d.Asked is not null, asks);
            if (d.Asked is { } asked)
            {
                Assert.Equal(asked, d.Style);
                Assert.Contains(d.Messages[0].Content, SystemPrompts.Asking(asked));
            }
        }
    }

    [Fact]
    public void Shares_are_as_documented()
    {
        Demonstration[] answers = [.. Training.Value.Where(d => d.Judging is null)];
        Demonstration[] judging = [.. Training.Value.Where(d => d.Judging is not null)];
        Near(ArithmeticGenerator.JudgingShare, judging.Length / (double)Many);
        Near(0.15, answers.Average(d => d.IsWrong ? 1 : 0));
        Near(0.5, answers.Average(d => d.Messages.Count == 2 ? 1 : 0), 0.015);
        foreach (AnswerStyle style in Enum.GetValues<AnswerStyle>())
        {
            Near(1 / 3.0, answers.Average(d => d.Style == style ? 1 : 0), 0.015);
            Near(1 / 3.0, answers.Where(d => d.Messages.Count == 2).Average(d => d.Style == style ? 1 : 0), 0.02);
            Near(0.4 / 3, answers.Average(d => d.Asked == style ? 1 : 0));
            Near(0.15, answers.Where(d => d.Style == style).Average(d => d.IsWrong ? 1 : 0), 0.02);
        }

        foreach (ArithmeticFamily family in Enum.GetValues<ArithmeticFamily>())
        {
            Near(0.2, answers.Average(d => d.Question.Family == family ? 1 : 0), 0.015);
        }

        Assert.Equal(6, answers.Where(d => d.IsWrong).Select(d => d.Slip).Distinct().Count());
    }

    [Fact]
    public void Held_out_questions_and_training_questions_never_meet()
    {
        HashSet<string> trained = [.. Training.Value.Select(d => d.Question.Text)];
        for (int i = 0; i < 3000; i++)
        {
            ArithmeticQuestion question = new ArithmeticGenerator(5).Question(i, heldOut: true);
            Assert.True(question.IsHeldOut);
            Assert.DoesNotContain(question.Text, trained);
            Assert.True(Generator.Demonstration(i, heldOut: true).Question.IsHeldOut);
        }

        // In judging turns neither; and a training message holds no held-out text in any other way.
        Assert.All(Training.Value, d => Assert.False(d.Question.IsHeldOut));
        Assert.All(Training.Value, d => Assert.Contains(d.Question.Text, d.Messages[^2].Content, StringComparison.Ordinal));
    }

    [Fact]
    public void What_may_be_swapped_is_held_out_together()
    {
        int held = 0;
        int all = 0;
        for (int a = 2; a < 60; a++)
        {
            for (int b = a; b < 60; b++)
            {
                bool sum = Held('+', a, b, null);
                Assert.Equal(sum, Held('+', b, a, null));
                Assert.Equal(Held('x', a, b, null), Held('x', b, a, null));
                Assert.Equal(Held('+', a, b, new FollowUp('-', 7, true)), Held('-', b, 7, new FollowUp('+', a, true)));
                Assert.Equal(Held('-', 70, a, new FollowUp('-', b, true)), Held('-', 70, b, new FollowUp('-', a, true)));
                Assert.Equal(Held('x', a, b, new FollowUp('+', 7, true)), Held('x', b, a, new FollowUp('+', 7, false)));
                held += sum ? 1 : 0;
                all++;
            }
        }

        Near(ArithmeticQuestion.HeldOutShare, held / (double)all, 0.015);

        // What may not be swapped is told apart.
        string left = ArithmeticQuestion.Canonical(ArithmeticFamily.TwoStep, new('x', 2, 3), new FollowUp('-', 4, true));
        string right = ArithmeticQuestion.Canonical(ArithmeticFamily.TwoStep, new('x', 2, 3), new FollowUp('-', 4, false));
        Assert.NotEqual(left, right);

        static bool Held(char symbol, int a, int b, FollowUp? next) =>
            ArithmeticQuestion.HeldOut(ArithmeticFamily.ThreeOperands, new Operation(symbol, a, b), next);
    }

    [Fact]
    public void An_example_depends_on_its_seed_and_index_alone()
    {
        foreach (int i in new[] { 19999, 7, 0, 4242 })
        {
            Assert.Equal(Training.Value[i].Messages, new ArithmeticGenerator(11).Demonstration(i).Messages);
        }

        Assert.NotEqual(Training.Value[7].Messages, new ArithmeticGenerator(12).Demonstration(7).Messages);
        Assert.NotEqual(Training.Value[7].Messages, Training.Value[8].Messages);
    }

    // The model that ships was trained on this world: its held-out questions stay held out only while the world stays.
    [Fact]
    public void The_world_has_not_moved()
    {
        StringBuilder text = new();
        for (int i = 0; i < 500; i++)
        {
            foreach (bool heldOut in new[] { false, true })
            {
                Demonstration demonstration = new ArithmeticGenerator(1).Demonstration(i, heldOut);
                foreach (ConversationMessage message in demonstration.Messages) text.Append(message.Content).Append('\n');
            }
        }

        string digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())))[..16];
        Assert.Equal("5881af91e43b5f56", digest);
    }

    internal static void Near(double expected, double found, double within = 0.01) =>
        Assert.InRange(found, expected - within, expected + within);

    private static IEnumerable<(ArithmeticQuestion, AnswerStyle, int)> Questions(int count) =>
        from i in Enumerable.Range(0, count)
        let question = Generator.Question(i, heldOut: i % 2 == 0)
        from style in Enum.GetValues<AnswerStyle>()
        from wording in Enumerable.Range(0, Expert.Wordings(style))
        select (question, style, wording);

    private static int FalseSteps(string answer) => Regex.Matches(answer, @"(\d+(?: [-+x/] \d+)+) = (\d+)")
        .Count(m => QuestionReader.Evaluate(m.Groups[1].Value) != int.Parse(m.Groups[2].Value, CultureInfo.InvariantCulture));
}
