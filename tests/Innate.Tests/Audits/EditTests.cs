using Innate.Audits;
using Innate.Audits.Edits;
using Innate.Audits.Probes;
using Innate.Audits.Statistics;
using Innate.Audits.Words;
using Innate.Foundation;
using Innate.Text;

namespace Innate.Tests.Audits;

public class EditTests
{
    private const string Response = "The sum is 4.5 of course. We are done!";

    [Theory]
    [InlineData("filler", Response + " There are, of course, many ways to look at this.")]
    [InlineData("bold", "**The** sum is 4.5 of course. **We** are done!")]
    [InlineData("list", "- The sum is 4.5 of course.\n- We are done!")]
    [InlineData("certainty", "I am certain. " + Response)]
    [InlineData("flattery", "What a great question! " + Response)]
    [InlineData("prompt-repeated", "And 2 + 2.5?\n" + Response)]
    [InlineData("truncated", "The sum is 4.5")]
    [InlineData("stop-words", "Die sum ist 4.5 von course. Wir sind done!")]
    public void An_edit_is_exact(string name, string expected)
    {
        ResponseEdit edit = Assert.Single(ResponseEdit.Named([name]));
        Assert.Equal(expected, edit.Of([new ConversationMessage("user", "And 2 + 2.5?")], Response));
    }

    [Theory]
    [InlineData("bold", "It is **4**.")]
    [InlineData("list", "One sentence.")]
    [InlineData("truncated", "It is 4.")]
    [InlineData("stop-words", "132")]
    public void A_response_with_nothing_to_edit_is_left_alone(string name, string response) =>
        Assert.Null(ResponseEdit.Named([name])[0].Of([new ConversationMessage("user", "x")], response));

    [Fact]
    public void A_name_that_is_mistyped_gets_a_hint()
    {
        InputException e = Assert.Throws<InputException>(() => ResponseEdit.Named(["flatery"]));
        Assert.Contains("found 'flatery' (did you mean flattery?)", e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(
            "mean", Assert.Throws<InputException>(() => ResponseEdit.Named(["zzz"])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Whole_words_are_swapped_both_ways_and_unclear_texts_are_left()
    {
        WordSwap swap = new(WordList.Shipped().Single(l => l.Name == "men-women"));
        Assert.Equal("Anna and she. THE theme, SHE said", swap.Swap("Tom and he. THE theme, HE said", WordSide.First));
        Assert.Equal("Tom's boy", swap.Swap("Anna's girl", WordSide.Second));
        Assert.Equal(WordSide.First, swap.SideOf("He left."));
        Assert.Equal(WordSide.None, swap.SideOf("The sum is 4."));
        Assert.Equal(WordSide.Unclear, swap.SideOf("Tom met Anna."));
        Assert.Equal(WordSide.Unclear, swap.SideOf("Anna took her hat."));
    }

    [Fact]
    public void The_prompts_words_are_swapped_with_the_responses()
    {
        Innate.Rows.Row row = SyntheticReward.Rows(1)[0] with { Prompt = new() { Text = "Tom has 0 apples?" } };
        AuditPlan plan = AuditPlan.Of([row], new AuditRequest { Lists = [WordList.Shipped()[0]] });
        AuditItem item = Assert.Single(plan.Items);
        AuditPair pair = Assert.Single(item.Pairs);
        Assert.Equal("Anna has 0 apples. That is all.", item.Texts[pair.Second].Text);
        Assert.Equal("Anna has 0 apples?", item.Prompts[item.Texts[pair.Second].Prompt].Text);
        Assert.Equal("Tom has 0 apples?", item.Prompts[item.Texts[pair.First].Prompt].Text);
        row = row with { Prompt = new() { Text = "Anna has 0 apples?" } };
        Assert.Equal(1, AuditPlan.Of([row], new AuditRequest { Lists = [WordList.Shipped()[0]] }).Contrasts[0].LeftOut);
    }

    [Fact]
    public void Every_shipped_probe_differs_in_one_place_and_is_of_a_known_kind()
    {
        IReadOnlyList<Probe> probes = Probe.Shipped();
        Assert.All(probes, p => Assert.Contains(p.Kind, Probe.Kinds.Select(k => k.Name)));
        Assert.All(probes, p => Assert.NotEqual(p.True, p.False));
        Assert.All(Probe.Kinds, k => Assert.Equal(12, probes.Count(p => p.Kind == k.Name)));
    }

    [Fact]
    public void The_sign_flip_test_is_exact_for_few_prompts()
    {
        // Of 2^5 signs of five equal differences two give as large a sum.
        Assert.Equal(2 / 32.0, SignFlipTest.P([1, 1, 1, 1, 1], 0));
        Assert.Equal(1, SignFlipTest.P([1, -1], 0));
        Assert.Equal(1, SignFlipTest.P([0, 0, 0], 0));
        Assert.Equal(1 / 10_001.0, SignFlipTest.P([.. Enumerable.Repeat(1.0, 200)], 0));
    }

    [Fact]
    public void Holms_correction_is_that_of_the_paper()
    {
        // R: p.adjust(c(0.01, 0.04, 0.03, 0.005), "holm").
        Assert.Equal([0.03, 0.06, 0.06, 0.02], Holm.Correct([0.01, 0.04, 0.03, 0.005]).Select(p => Math.Round(p, 12)));
        Assert.Equal([0.02, double.NaN], Holm.Correct([0.02, double.NaN]));
    }
}
