using Innate.Scoring;
using Innate.Text;

namespace Innate.Tests.Scoring;

/// <summary>POLAR's input, by hand.</summary>
public class PolarInputTests
{
    [Fact]
    public void Long_parts_are_cut_and_the_prompt_keeps_its_end()
    {
        PolarLengths long2 = PolarInput.Keep(9000, 9000);
        Assert.Equal(new PolarLengths(4096, 4096, 4094), long2);
        Assert.Equal([2, 3], PolarInput.LastTokens([0, 1, 2, 3], PolarInput.Keep(0, 0, 8)));
        Assert.Equal([7], PolarInput.LastTokens([7], long2));
        Assert.Empty(PolarInput.LastTokens([7], PolarInput.Keep(2, 1, 8))); // (8 - 4 - 3) / 2, rounded down

        // Both sides with their marks fit.
        for (int odd = 0; odd < 9; odd++)
        {
            PolarLengths kept = PolarInput.Keep(odd, 3, 100);
            Assert.InRange(4 + kept.Reference + kept.Candidate + (2 * kept.Prompt), 99, 100);
        }

        Assert.Throws<ArgumentOutOfRangeException>(() => PolarInput.Keep(3, 2, 8));
        Assert.Throws<ArgumentOutOfRangeException>(() => PolarInput.Keep(-1, 2));
    }

    [Fact]
    public void Thoughts_are_no_answer()
    {
        Assert.Equal("Beijing.", PolarInput.Answer("<think>hm</think>\n\nBeijing.\n"));
        Assert.Null(PolarInput.Answer("<think>hm</think>\n"));
        Assert.Null(PolarInput.Answer("<think>hm"));
        Assert.Equal(
            "a\nb", PolarInput.Messages([new ConversationMessage("user", "a"), new ConversationMessage("assistant", "b")]));
    }
}
