using System.Globalization;
using FsCheck;
using FsCheck.Fluent;
using Innate.Benchmarks.Arithmetic;
using Innate.Scoring.Grading;

namespace Innate.Tests.Scoring.Grading;

/// <summary>A right answer is right however it is written, and a wrong one is not.</summary>
public sealed class VerifiableAnswerTests
{
    [Theory]
    [InlineData("0.5", @"\frac{1}{2}", @"\frac12", @"\dfrac{1}{2}", "1/2", ".5", "2/4", "50%", @"50\%", "0.50", @"$\tfrac{1}2$",
        "50 percent", @"\frac{-1}{-2}")]
    [InlineData("-0.5", @"-\frac{1}{2}", @"\frac{-1}{2}", @"\frac{1}{-2}", "-1/2", "- 1/2", "\u22121/2", "1/-2")]
    [InlineData("1000", "1,000", "1{,}000", @"1\,000", "$1,000", @"\$1,000.00", "+1000", "1000.", "1e3", "10^3",
        @"1 \times 10^{3}", "1 thousand", "€1000", "1000 dollars")]
    [InlineData("1.5", "1 1/2", @"1\frac{1}{2}", @"1\frac12", "3/2", "x = 1.5", @"\text{1.5}", "{1.5}", "(1.5)", "**1.5**",
        @"\left(\frac{3}{2}\right)")]
    [InlineData("5", "5 cm", "5cm", @"5\text{ cm}", @"5\text{cm}", @"5\,\mathrm{cm}", "5 apples", "5.", "5 km/h", "5 square feet",
        @"5\text{ m}^2", "05", "5 m", @"5^\circ")]
    [InlineData("90", @"90^\circ", @"90^{\circ}", "90°", "90 degrees", @"90\degree")]
    [InlineData("(1,0.5]", @"(1, \frac{1}{2}]", @"\left(1,\frac12\right]", "( 1 , 2/4 ]", @"x \in (1,\tfrac12]")]
    [InlineData("(1,2)", @"\left( 1, 2 \right)", "(1, 2.0)", "(1,2)")]
    [InlineData(@"\{1,2\}", @"\{2, 1\}", @"\{1,1,2\}", "1, 2", "2,1", "1 and 2", "2 or 1", @"\left\{2,\frac{2}{2}\right\}", "1,2",
        "x = 1, 2")]
    [InlineData(@"(-\infty,1]\cup[2,3)", @"[2,3) \cup \left(-\infty, 1\right]", "(-∞,1]∪[2,3)")]
    [InlineData(@"2\pi", @"2 \pi", "2π", "2pi", @"2\cdot\pi", "2*pi")]
    [InlineData(@"\sqrt{2}", @"\sqrt2", "√2", "sqrt(2)", @"\sqrt 2")]
    [InlineData(@"\frac{\pi}{2}", @"\dfrac{\pi}{2}", @"\frac{ \pi }{ 2 }")]
    [InlineData("B", "(B)", @"\text{B}", @"\text{(B)}", "B.", "**B**")]
    [InlineData("Yes", "yes", "YES", @"\text{Yes}", "Yes.")]
    [InlineData("x^2+1", "x^2 + 1", "$x^2+1$")]
    [InlineData("2500000", "2.5 million", @"2.5 \times 10^6", "2.5e6", @"\$2.5\text{ million}")]
    [InlineData("1/1024", "2^{-10}", @"\frac{1}{1024}")]
    public void Equal_answers_are_equal(string answer, params string[] others)
    {
        foreach (string other in others)
        {
            Assert.True(VerifiableAnswer.AreEquivalent(answer, other), $"{answer} and {other}");
            Assert.True(VerifiableAnswer.AreEquivalent(other, answer));
            Assert.Equal(1, VerifiableAnswer.Check($@"So it is \boxed{{{other}}}.", answer).Reward);
        }
    }

    [Theory]
    [InlineData("1", "-1")]
    [InlineData("0.3333", "1/3")]
    [InlineData("12", "1 2")]
    [InlineData("1000", "1,00")]
    [InlineData("5", "5x")]
    [InlineData("5", "5 x")]
    [InlineData("5", "5 million")]
    [InlineData("5", "5 or 6")]
    [InlineData("2", @"2\pi")]
    [InlineData("16", @"\sqrt{4}")]
    [InlineData("(1,2)", "(2,1)")]
    [InlineData("(1,2)", "(1,2]")]
    [InlineData("[1,2]", @"\{1,2\}")]
    [InlineData("(1,2)", "(1,2,3)")]
    [InlineData(@"\{1,2\}", @"\{1,2,3\}")]
    [InlineData("B", "C")]
    [InlineData("x", "X")]
    [InlineData("x^2", "x2")]
    [InlineData("1/2", "1/0")]
    [InlineData("5", "")]
    [InlineData("50", "0.5")]
    [InlineData("5", "5!")]
    [InlineData("-1.5", @"1\frac{-1}{2}")]
    [InlineData("0.5", @"1\frac{-1}{2}")]
    [InlineData("4", "4 and x")]
    [InlineData("3.14", @"\pi")]
    [InlineData("10^3", "103")]
    [InlineData("100000000000000000000", "100000000000000000001")]
    public void Different_answers_are_different(string answer, string other)
    {
        Assert.False(VerifiableAnswer.AreEquivalent(answer, other));
        Assert.False(VerifiableAnswer.AreEquivalent(other, answer));
    }

    [Theory]
    [InlineData(@"First \boxed{3}, no: \boxed{\frac{1}{2}}", @"\frac{1}{2}", nameof(AnswerSource.Box))]
    [InlineData(@"\boxed{\{1,\frac{2}{3}\}} is it", @"\{1,\frac{2}{3}\}", nameof(AnswerSource.Box))]
    [InlineData(@"\boxed{4} and cut off \boxed{5", "4", nameof(AnswerSource.Box))]
    [InlineData(@"\boxed 7$ is 8", "7", nameof(AnswerSource.Box))]
    [InlineData(@"\boxed{\left\{x,y\right.}", @"\left\{x,y\right.", nameof(AnswerSource.Box))]
    [InlineData(@"\fbox{6}", "6", nameof(AnswerSource.Box))]
    [InlineData(@"\boxed{} The answer is 9.", "9", nameof(AnswerSource.Phrase))]
    [InlineData("The answer is 5. It took 7 steps.", "5", nameof(AnswerSource.Phrase))]
    [InlineData("The answer is 3.14.", "3.14", nameof(AnswerSource.Phrase))]
    [InlineData("**Answer:** 132", "132", nameof(AnswerSource.Phrase))]
    [InlineData("**Answer**: 132\nChecked in 2 ways", "132", nameof(AnswerSource.Phrase))]
    [InlineData("The final answer is: **x+1**.", "x+1", nameof(AnswerSource.Phrase))]
    [InlineData("5 + 5 = 10\n#### 10", "10", nameof(AnswerSource.Phrase))]
    [InlineData("the answer is 4; no, the answer is 5", "5", nameof(AnswerSource.Phrase))]
    [InlineData("so 3 apples and 1/2 pear", "1/2", nameof(AnswerSource.LastNumber))]
    [InlineData("-12.50 in all", "-12.50", nameof(AnswerSource.LastNumber))]
    [InlineData("9-5 = 4", "4", nameof(AnswerSource.LastNumber))]
    [InlineData("<answer>3/4</answer>", "3/4", nameof(AnswerSource.Tag))]
    [InlineData("<think>first 5</think> so 6", "6", nameof(AnswerSource.LastNumber))]
    [InlineData("it has area 12 cm^2.", "12 cm^2", nameof(AnswerSource.LastNumber))]
    [InlineData(@"and so $(x-4)(x+1)$.", "(x-4)(x+1)", nameof(AnswerSource.LastNumber))]
    [InlineData("seven (7 in digits)", "7", nameof(AnswerSource.LastNumber))]
    [InlineData("所以一共有三百二十五个。", "三百二十五", nameof(AnswerSource.LastNumber))]
    [InlineData("答案应为：５０％。", "５０％", nameof(AnswerSource.Phrase))]
    [InlineData("The final answer is:\n$$\n\\frac{1}{3}\n$$", "\\frac{1}{3}", nameof(AnswerSource.Phrase))]
    [InlineData("The answer is .5", ".5", nameof(AnswerSource.Phrase))]
    [InlineData("about -.5 then", "-.5", nameof(AnswerSource.LastNumber))]
    [InlineData("The answer is 5, as 2 + 3 = 5.", "5", nameof(AnswerSource.Phrase))]
    [InlineData("Answer: 5 because 2 + 4 = 6", "5", nameof(AnswerSource.Phrase))]
    [InlineData("**Answer:**\n42", "42", nameof(AnswerSource.Phrase))]
    public void The_final_answer_is_found(string response, string text, string source) =>
        Assert.Equal(new ExtractedAnswer(text, Enum.Parse<AnswerSource>(source)), VerifiableAnswer.Extract(response));

    [Fact]
    public void Without_an_answer_there_is_no_reward()
    {
        AnswerCheck none = VerifiableAnswer.Check("I do not know", "5");
        Assert.Equal((0.0, null), (none.Reward, none.Answer));
        Assert.StartsWith("no answer", none.Reason, StringComparison.Ordinal);
        Assert.Null(VerifiableAnswer.Extract("<think>It is 5"));
        Assert.Null(VerifiableAnswer.Extract("<answer>5"));
        Assert.Null(VerifiableAnswer.Extract("The answer is 5", boxOnly: true));
        Assert.Equal(0, VerifiableAnswer.Check("The answer is 5", "5", boxOnly: true).Reward);
        Assert.Throws<InputException>(() => VerifiableAnswer.Check("5", " "));
    }

    [Fact]
    public void The_known_answer_may_be_a_whole_solution()
    {
        Assert.Equal(1, VerifiableAnswer.Check("The answer is 1,200.", "600 * 2 = 1200\n#### 1200").Reward);
        Assert.Equal(1, VerifiableAnswer.Check(@"\boxed{0.5}", @"Half of 1 is $\boxed{\frac12}$.").Reward);
    }

    [Theory]
    [InlineData("50%", "50", 1)]
    [InlineData("50%", "0.5", 1)]
    [InlineData("50", "50%", 1)]
    [InlineData("50%", "5", 0)]
    [InlineData("50%", "50%", 1)]
    [InlineData("0.5%", "50%", 0)]
    public void A_percentage_answers_for_both_its_numbers(string answer, string expected, double reward) =>
        Assert.Equal(reward, VerifiableAnswer.Check($"The answer is {answer}.", expected).Reward);

    [Fact]
    public void A_number_is_itself_in_every_dress()
    {
        var numbers =
            from cents in Gen.Choose(-99999999, 99999999)
            from factor in Gen.Choose(1, 99)
            select (cents, factor);
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(500), Prop.ForAll(numbers.ToArbitrary(), n =>
        {
            string plain = (n.cents / 100m).ToString("0.00", CultureInfo.InvariantCulture);
            string[] dresses =
            [
                plain, (n.cents / 100m).ToString("#,##0.00", CultureInfo.InvariantCulture),
                $@"\frac{{{n.cents * (long)n.factor}}}{{{100 * n.factor}}}", $"{n.cents}/100",
                $@"\dfrac{{{-(long)n.cents}}}{{-100}}",
                $"{plain} cm", $@"{plain}\text{{ kg}}", $"${plain}$", $"({plain})", $"{n.cents}%", $"{n.cents}e-2",
            ];
            foreach (string dress in dresses)
            {
                Assert.True(VerifiableAnswer.AreEquivalent(plain, dress), $"{plain} and {dress}");
                Assert.False(VerifiableAnswer.AreEquivalent(dress, $"{n.cents + 1}/100"), dress);
            }
        }));
    }

    [Theory]
    [InlineData("7 - 3", "3")]
    [InlineData(@"which is \frac{3}{4", "4")]
    [InlineData("1 000", "0")]
    [InlineData("2024-05-06", "6")]
    [InlineData("version 1.2.3", "3")]
    [InlineData("|−3|", "-3")]
    [InlineData(@"3 \bmod 5", "5")]
    [InlineData("17 + 5 =", "5")]
    public void A_piece_of_a_formula_is_no_answer(string response, string piece) =>
        Assert.Null(VerifiableAnswer.Extract(response) is { } found && VerifiableAnswer.AreEquivalent(found.Text, piece) ? found : null);

    [Fact]
    public void The_last_number_is_the_arithmetic_worlds()
    {
        ArithmeticGenerator generator = new(5);
        foreach (int i in Enumerable.Range(0, 300))
        {
            ArithmeticQuestion question = generator.Question(i, heldOut: i % 2 == 0);
            foreach (AnswerStyle style in Enum.GetValues<AnswerStyle>())
            {
                for (int wording = 0; wording < Expert.Wordings(style); wording++)
                {
                    string text = Expert.Answer(question, style, wording);
                    Assert.Equal(question.Answer, AnswerReading.FinalAnswer(text));
                    Assert.True(VerifiableAnswer.Check(text, $"{question.Answer}").Reward == 1, text);
                    Assert.Equal(0, VerifiableAnswer.Check(text, $"{question.Answer + 1}").Reward);
                }
            }
        }
    }

    [Fact]
    public void Any_text_can_be_read_and_is_its_own_equal()
    {
        string[] pieces = [@"\boxed{", "}", "{", @"\{", @"\}", @"\frac", "(", "]", "[", ")", ",", "1", "-2", ".", "/", "^", "%",
            "$", @"\", " ", "and", "x", @"\cup", @"\text{", "e9", "answer is ", "\n", "√", "°", "million"];
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(3000), Prop.ForAll(Words(pieces), text =>
        {
            Assert.True(VerifiableAnswer.AreEquivalent(text, text));
            if (VerifiableAnswer.Extract(text) is not ExtractedAnswer answer) return;
            Assert.False(string.IsNullOrWhiteSpace(answer.Text));
            Assert.Contains(answer.Text, text, StringComparison.Ordinal);
            Assert.Equal(1, VerifiableAnswer.Check($@"{text} }} \boxed{{\frac{{1}}{{2}}}}", "0.5").Reward);
        }));
        Check.QuickThrowOnFailure(Prop.ForAll<string>(text => VerifiableAnswer.AreEquivalent(text ?? "", text ?? "")));
    }

    [Fact]
    public void A_hostile_text_comes_to_an_end()
    {
        string[] pieces = [@"\boxed{", "{", "1,234,", "9", "(", "answer is ", "answer **  ", @"\frac{1}{2} ", "1 ", "1/", "- ",
            "^9", @"\cup", "a b ", "%", @"\text{"];
        foreach (string piece in pieces)
        {
            string text = string.Concat(Enumerable.Repeat(piece, 20_000));
            _ = VerifiableAnswer.Extract(text);
            _ = VerifiableAnswer.AreEquivalent(text, text[..1900]);
            _ = VerifiableAnswer.AreEquivalent(text[..1900], text[..190]);
        }

        Assert.False(VerifiableAnswer.AreEquivalent("9^999", "999999^300"));
    }

    private static Arbitrary<string> Words(string[] pieces) =>
        Gen.ListOf(Gen.Elements(pieces)).Select(string.Concat).ToArbitrary();
}
