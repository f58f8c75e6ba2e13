using System.Globalization;
using FsCheck;
using FsCheck.Fluent;
using Innate.Benchmarks.Arithmetic;

namespace Innate.Tests.Benchmarks.Arithmetic;

/// <summary>Whatever a model writes is read the same way: its last number counts.</summary>
public class AnswerReadingTests
{
    [Theory]
    [InlineData("132", 132L)]
    [InlineData("It is 132.", 132L)]
    [InlineData("47 + 85 = 132. The answer is 132.", 132L)]
    [InlineData("- 47 + 85\n\n**Answer:** 132", 132L)]
    [InlineData("**132**", 132L)]
    [InlineData("She has 12 apples", 12L)]
    [InlineData("1,234,567.", 1234567L)]
    [InlineData("1,2345", 2345L)]
    [InlineData("12, 34", 34L)]
    [InlineData("-5", -5L)]
    [InlineData("It is **-5**.", -5L)]
    [InlineData("9-5", 5L)]
    [InlineData("9 - 5", 5L)]
    [InlineData("7.00", 7L)]
    [InlineData("7.5", null)]
    [InlineData("007", 7L)]
    [InlineData("", null)]
    [InlineData("no idea", null)]
    [InlineData("99999999999999999999", null)]
    public void The_last_number_is_the_answer(string text, long? expected) =>
        Assert.Equal(expected, AnswerReading.FinalAnswer(text));

    [Theory]
    [InlineData("132", AnswerStyle.Concise)]
    [InlineData("132.\n", AnswerStyle.Concise)]
    [InlineData("It is 132.", AnswerStyle.Concise)]
    [InlineData("", AnswerStyle.Concise)]
    [InlineData("12. The answer is 12.", AnswerStyle.Plain)]
    [InlineData("47 + 85 = 132", AnswerStyle.Plain)]
    [InlineData("First 12\nthen 13", AnswerStyle.Plain)]
    [InlineData("9 - 5 = 4. The answer is 4.", AnswerStyle.Plain)]
    [InlineData("- 9 - 5 = 4\n\n4", AnswerStyle.Markdown)]
    [InlineData("It is **4**", AnswerStyle.Markdown)]
    [InlineData("1. 9 - 5\n2. 4", AnswerStyle.Markdown)]
    [InlineData("# Answer\n4", AnswerStyle.Markdown)]
    public void The_style_shows_in_the_text(string text, AnswerStyle expected) =>
        Assert.Equal(expected, AnswerReading.StyleOf(text));

    [Fact]
    public void Any_text_can_be_read_and_a_number_put_behind_it_is_found()
    {
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(2000), Prop.ForAll<string, PositiveInt>((text, number) =>
        {
            AnswerReading.StyleOf(text ?? "");
            _ = AnswerReading.FinalAnswer(text ?? "");
            string n = number.Get.ToString(CultureInfo.InvariantCulture);
            return AnswerReading.FinalAnswer($"{text} {n}.") == number.Get
                && AnswerReading.FinalAnswer($"{text} **Answer:** {n}") == number.Get;
        }));
    }
}
