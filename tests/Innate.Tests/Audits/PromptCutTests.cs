using Innate.Audits;
using Innate.Audits.Contamination;

namespace Innate.Tests.Audits;

public class PromptCutTests
{
    [Fact]
    public void A_question_is_cut_between_words_and_its_rest_is_known_by_its_words()
    {
        PromptCut cut = PromptCut.Of(" one two three four\nfive ", 0.4)!.Value;
        Assert.Equal("one two", cut.Beginning);
        Assert.True(cut.IsCompletedBy(" three  four five! And more."));
        Assert.True(cut.IsCompletedBy("three four five"));
        Assert.False(cut.IsCompletedBy("three four"));
        Assert.False(cut.IsCompletedBy("Three four five"));
        Assert.Null(PromptCut.Of("one two three four", 0.4));
        Assert.Equal("one two three four", PromptCut.Of("one two three four five", 0.8)!.Value.Beginning);
    }

    [Fact]
    public void Repetition_is_the_share_of_three_words_that_were_said_before()
    {
        Assert.Equal(0, RewardCorrelation.Repetition("one two three four"));
        Assert.Equal(3 / 6.0, RewardCorrelation.Repetition("a b c a b c a b"));
    }
}
