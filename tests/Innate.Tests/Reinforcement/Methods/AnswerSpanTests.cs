using Innate.Checkpoints;
using Innate.Reinforcement.Methods;
using Innate.Scoring.Grading;
using Innate.Text;

namespace Innate.Tests.Reinforcement.Methods;

/// <summary>Which tokens of a response hold its answer, and where its steps end, by the tokenizer inside.</summary>
public sealed class AnswerSpanTests
{
    private static readonly Tokenizer Tokenizer = Tokenizer.Load(EmbeddedModel.Folder);

    [Theory]
    [InlineData("First, 12 + 52 = 64. Then 64 + 29 = 93. The answer is 93.", "93", "")]
    [InlineData("- 78 - 52 = 25\n- 25 + 12 = 37\n\n**Answer:** 37", "37", "")]
    [InlineData("It is 29, or 30", "30", "")]
    [InlineData(@"So \boxed{\frac{1}{2}} and not 3", @"\frac{1}{2}", "")]
    [InlineData("<think>7</think> <answer> 12 </answer> 9", "12", "")]
    [InlineData("The answer is apples. I have 3 of them", "apples", " ")]
    [InlineData("The answer is 5 €.", "5 €", "")]
    [InlineData("The answer is 三百。", "三百", "")]
    public void It_holds_the_answer_that_is_graded_and_what_its_first_token_holds_before_it(
        string response, string answer, string lead)
    {
        int[] ids = [.. Tokenizer.Encode(response), 511];
        AnswerSpan span = AnswerSpan.Find(Tokenizer, ids)!.Value;
        string said = Tokenizer.Decode(ids.AsSpan(span.Start..span.End));
        Assert.StartsWith(lead + answer, said, StringComparison.Ordinal);
        Assert.Equal(lead, span.Lead);
        Assert.Equal(answer, VerifiableAnswer.Extract(response)!.Text);
        Assert.Equal(answer, response[VerifiableAnswer.Place(response)!.Value]);

        // No token less would do at either end.
        Assert.DoesNotContain(answer, Tokenizer.Decode(ids.AsSpan((span.Start + 1)..span.End)), StringComparison.Ordinal);
        Assert.DoesNotContain(answer, Tokenizer.Decode(ids.AsSpan(span.Start..(span.End - 1))), StringComparison.Ordinal);
        Assert.Equal(ids[span.Start..span.End].Select(id => (double)id), span.Of([.. ids.Select(id => (double)id)]));
    }

    [Fact]
    public void Special_tokens_are_no_text_and_no_part_of_an_answer()
    {
        int[] before = [511, .. Tokenizer.Encode("The answer is"), 510];
        int[] ids = [.. before, .. Tokenizer.Encode("€"), .. Tokenizer.Encode("7"), 511];
        AnswerSpan span = AnswerSpan.Find(Tokenizer, ids)!.Value;
        Assert.Equal((before.Length, ids.Length - 1), (span.Start, span.End));
        Assert.Null(AnswerSpan.Find(Tokenizer, [510, 511]));
        Assert.Null(AnswerSpan.Find(Tokenizer, Tokenizer.Encode("I do not know")));
        Assert.Null(AnswerSpan.Find(Tokenizer, Tokenizer.Encode("The answer is 7"), boxOnly: true));
    }

    [Theory]
    [InlineData("Ones: 3 + 2 = 5. Tens: 4 + 4 = 8. The answer is 85.", "Ones: 3 + 2 = 5.| Tens: 4 + 4 = 8.| The answer is 85.")]
    [InlineData("- 9 x 4 = 36\n- 36 - 29 = 7\n\n**Answer:** 7", "- 9 x 4 = 36\n|- 36 - 29 = 7\n\n|**Answer:** 7")]
    [InlineData("3.5 and no end", "3.5 and no end")]
    [InlineData("Is it 4? Yes! ...", "Is it 4?| Yes! ...")]
    [InlineData("...", "")]
    public void Steps_end_with_sentences_and_lines_and_the_last_with_the_response(string response, string steps)
    {
        int[] ids = [.. Tokenizer.Encode(response), 511];
        int[] ends = ResponseSteps.Ends(Tokenizer, ids);
        int from = 0;
        string[] cut = [.. ends.Select(end => Tokenizer.Decode(ids.AsSpan(from..(from = end)), skipSpecialTokens: true))];
        Assert.Equal(steps, string.Join('|', cut));
        if (ends.Length > 0) Assert.Equal(ids.Length, ends[^1]);
    }
}
