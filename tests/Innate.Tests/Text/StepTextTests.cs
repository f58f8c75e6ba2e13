using FsCheck;
using FsCheck.Fluent;
using Innate.Text;

namespace Innate.Tests.Text;

/// <summary>Solutions cut into steps.</summary>
public class StepTextTests
{
    private const string List = "- 40 x 8 = 320\n- 7 x 8 = 56\n\n**Answer:** 376";

    [Theory]
    [InlineData(List, StepSplit.Paragraphs, "- 40 x 8 = 320\n- 7 x 8 = 56", "**Answer:** 376")]
    [InlineData(List, StepSplit.Lines, "- 40 x 8 = 320", "- 7 x 8 = 56", "**Answer:** 376")]
    [InlineData("a b\nc", StepSplit.Paragraphs, "a b", "c")] // no blank line: its lines
    [InlineData("One is 3.5. Two! Is it? 7", StepSplit.Sentences, "One is 3.5.", "Two!", "Is it?", "7")]
    [InlineData("One. Two.\nThree.", StepSplit.Lines, "One. Two.", "Three.")]
    [InlineData("One.\r\n \r\nTwo", StepSplit.Paragraphs, "One.", "Two")]
    [InlineData("One.\n---\n", StepSplit.Sentences, "One.\n---")] // a rule says nothing
    [InlineData("\n\n- a", StepSplit.Sentences, "- a")]
    [InlineData("...", StepSplit.Sentences)]
    [InlineData("", StepSplit.Paragraphs)]
    public void A_solution_is_cut_where_a_reader_would(string text, StepSplit split, params string[] steps) =>
        Assert.Equal(steps, StepText.Split(text, split));

    [Fact]
    public void The_pieces_are_the_text_and_each_says_something()
    {
        Gen<(string, StepSplit)> cases =
            from letters in Gen.Elements('a', '1', ' ', '\n', '.', '\t', '\r', '!', '*', '\u3002').ArrayOf()
            from split in Gen.Elements(StepSplit.Paragraphs, StepSplit.Lines, StepSplit.Sentences)
            select (new string(letters), split);
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(1000), Prop.ForAll(Arb.From(cases), c =>
        {
            (string text, StepSplit split) = c;
            int[] ends = StepText.Ends(text, split);
            Assert.Equal(text.Any(char.IsLetterOrDigit), ends.Length > 0);
            if (ends.Length > 0) Assert.Equal(text.Length, ends[^1]);
            int start = 0;
            foreach (int end in ends)
            {
                Assert.Contains(text[start..end], char.IsLetterOrDigit);
                start = end;
            }
        }));
    }

    [Fact]
    public void A_given_step_is_one_step_and_an_empty_one_is_refused()
    {
        Assert.Equal("a\nb", StepText.Clean(" a\n\n\n b\n"));
        Assert.Contains("a step is empty", Assert.Throws<InputException>(() => StepText.Clean(" \n\n ")).Message,
            StringComparison.Ordinal);
    }
}
