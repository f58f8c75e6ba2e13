using Innate.Cli.Terminal;
using Innate.Rewards;
using Innate.Rows;
using Innate.Scoring;

namespace Innate.Tests.Cli;

public class HeatTests
{
    [Fact]
    public void The_scale_is_neutral_at_the_median_blue_above_and_red_below()
    {
        HeatScale scale = HeatScale.Of([-3, -1, 0, 1, 3]);
        Assert.Equal(0, scale.Centre);
        Assert.Null(scale.ColourOf(0));
        Assert.True(scale.ColourOf(3) is { } high && high.B > high.R);
        Assert.True(scale.ColourOf(-3) is { } low && low.R > low.B);
        Assert.Equal(scale.ColourOf(3), scale.ColourOf(1e9));
    }

    [Theory]
    [InlineData(new double[0])]
    [InlineData(new double[] { 2 })]
    [InlineData(new double[] { 2, 2, 2 })]
    [InlineData(new double[] { 2, double.NaN })]
    public void Equal_or_missing_values_are_neutral(double[] values)
    {
        HeatScale scale = HeatScale.Of(values);
        Assert.All(values, v => Assert.Null(scale.ColourOf(v)));
    }

    [Fact]
    public void Text_is_readable_on_every_colour()
    {
        HeatScale scale = new(0, 1);
        for (double x = -1; x <= 1; x += 0.05)
        {
            if (scale.ColourOf(x) is not { } back) continue;
            double a = back.Luminance + 0.05;
            double b = back.ReadableText.Luminance + 0.05;
            Assert.True(Math.Max(a, b) / Math.Min(a, b) >= 4.5, $"contrast at {x}");
        }
    }

    [Fact]
    public void Lines_stay_within_the_width_and_lose_nothing()
    {
        string[] tokens = ["Once", " upon", " a\n", "time", "\t", "\e[31m", "日本語", "averyveryverylongtoken"];
        List<List<HeatSegment>> lines = HeatText.Lines(tokens, new double[tokens.Length], new HeatScale(0, 1), 10);
        Assert.All(lines, line => Assert.True(line.Sum(s => HeatText.WidthOf(s.Text)) <= 10));
        Assert.Equal(HeatText.Visible(string.Concat(tokens)), string.Concat(lines.SelectMany(l => l).Select(s => s.Text)));
        Assert.DoesNotContain('\e', HeatText.Visible(string.Concat(tokens)));
    }

    [Fact]
    public void A_ranking_has_escape_codes_only_where_colours_are_wanted()
    {
        RankedResponse[] ranking = RankedResponse.Order([Response(0, 1), Response(1, 5), Response(2, 5)]);
        Assert.Equal([1, 2, 0], ranking.Select(r => r.Index));
        string plain = new RankingView(80, ColourDepth.None).Render(RewardKind.Endogenous, new(), "m", ranking);
        Assert.DoesNotContain('\e', plain);
        Assert.Contains("equal to the next", plain, StringComparison.Ordinal);
        Assert.Equal(2, plain.Split("#1= ").Length - 1);
        Assert.DoesNotContain("#2", plain, StringComparison.Ordinal);
        Assert.All(plain.Split('\n'), line => Assert.True(HeatText.WidthOf(line) <= 80, line));
        Assert.Contains(
            "\e[48;2;", new RankingView(80, ColourDepth.TrueColour).Render(RewardKind.Endogenous, new(), "m", ranking),
            StringComparison.Ordinal);
        Assert.Contains(
            "\e[48;5;", new RankingView(80, ColourDepth.Palette256).Render(RewardKind.Endogenous, new(), "m", ranking),
            StringComparison.Ordinal);

        static RankedResponse Response(int index, double value) =>
            new(index, "ab", new ScoredResponse(new RewardResult(value, [value - 3, 2]), null), ["a", "b"]);
    }

    [Fact]
    public void The_environment_decides_the_colours()
    {
        Assert.Equal(ColourDepth.None, Depth("NO_COLOR", "1"));
        Assert.Equal(ColourDepth.None, Depth("TERM", "dumb"));
        Assert.Equal(ColourDepth.TrueColour, Depth("COLORTERM", "truecolor"));
        Assert.Equal(ColourDepth.Palette256, Depth("TERM", "xterm"));

        static ColourDepth Depth(string name, string value) => Colour.DepthOf(n => n == name ? value : null);
    }

    [Theory]
    [InlineData(40)]
    [InlineData(80)]
    public void A_ranking_keeps_to_the_terminals_width(int width)
    {
        RankedResponse[] ranking =
        [
            new(0, "a", new ScoredResponse(new RewardResult(-12.5, [-1234.567, 8, -3, 0.5, 40]), null),
                ["Well", ",", " then", " no", "."]),
        ];
        string[] lines = new RankingView(width, ColourDepth.TrueColour).Render(RewardKind.Endogenous, new(), "m", ranking).Split('\n');
        string[] seen = [.. lines.Select(l => System.Text.RegularExpressions.Regex.Replace(l, "\e\\[[0-9;]*m", ""))];
        Assert.Contains(seen, l => l.Contains("token reward", StringComparison.Ordinal)
            && l.Contains('│', StringComparison.Ordinal));
        Assert.Equal(width >= 80, seen.Any(l => l.Contains("median", StringComparison.Ordinal)));
        Assert.All(seen, l => Assert.InRange(l.Length, 0, width - 1));
    }
}
