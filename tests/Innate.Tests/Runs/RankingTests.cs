using Innate.Judges;
using Innate.Rows;
using Innate.Runs;
using Innate.Tests.Support;

namespace Innate.Tests.Runs;

/// <summary>Runs that a program calls with no command in front: what the command's parser would refuse, they refuse too.</summary>
public class RankingTests
{
    [Fact]
    public void A_judges_best_comes_first_and_equals_keep_their_order() => Assert.Equal(
        [2, 1, 3, 0],
        new Ranking("m", ["a", "b", "c", "d"]) { Verdict = new JudgeVerdict([0.1, 0.5, 0.9, 0.5]) }.Order);

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(-0.5)]
    public void A_margin_below_zero_is_refused(double margin)
    {
        using TemporaryFolder folder = new();
        LabelRun run = new(new LabelSettings
        {
            Input = RowLocation.File(folder["in"]),
            Output = RowLocation.File(folder["out"]),
            MinMargin = margin,
        });
        InputException e = Assert.Throws<InputException>(() => run.Execute());
        Assert.Equal(nameof(LabelSettings.MinMargin), Assert.Single(e.Problems).Field);
        Assert.False(File.Exists(folder["out"]));
    }
}
