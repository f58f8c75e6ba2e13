using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Innate.Reports;
using Innate.Tests.Support;

namespace Innate.Tests.Reports;

public sealed class ChartTests
{
    [Fact]
    public void A_line_is_drawn_from_end_to_end_and_its_points_can_be_read()
    {
        string html = Html(new LineChart("t", "x", "y", new Series("a", [new(2, 10), new(0, 0), new(1, 5, 4, 6)])));
        Assert.Contains("<path class=\"line\" d=\"M0 1000L1000 500L2000 0\"/>", html, StringComparison.Ordinal);
        Assert.Contains("data-m=\"0|1000|0|0;1000|500|1|5 [4, 6];2000|0|2|10\"", html, StringComparison.Ordinal);
    }

    [Fact]
    public void A_power_law_is_straight_on_two_logarithmic_axes()
    {
        SeriesPoint[] square = [.. new[] { 1.0, 10, 100 }.Select(x => new SeriesPoint(x, x * x))];
        string html = Html(new LineChart("t", "x", "y", new Series("a", square)) { IsLogX = true, IsLogY = true });
        Assert.Contains("<path class=\"line\" d=\"M0 1000L1000 500L2000 0\"/>", html, StringComparison.Ordinal);
        Assert.Contains(">100</span>", html, StringComparison.Ordinal);
    }

    [Fact]
    public void What_cannot_be_drawn_leaves_a_gap_and_is_told()
    {
        string html = Html(new LineChart("t", "x", "y", new Series("a", [new(0, 0), new(1, double.NaN), new(2, 10), new(3, 0)])));
        Assert.Contains("d=\"M0 1000M1333 0L2000 1000\"", html, StringComparison.Ordinal);
        Assert.Contains("1 point is not drawn: no number.", html, StringComparison.Ordinal);
        string log = Html(new LineChart("t", "x", "y", new Series("a", [new(1, 0), new(2, -1), new(3, 5)])) { IsLogY = true });
        Assert.Contains("2 points are not drawn: no number, or not above 0", log, StringComparison.Ordinal);
    }

    [Fact]
    public void A_band_goes_there_and_back_and_a_bar_stands_at_its_point()
    {
        SeriesPoint[] points = [new(0, 5, 0, 10), new(1, 5, 5, 10)];
        Assert.Contains(
            "<path class=\"band\" d=\"M0 0L2000 0L2000 500L0 1000Z\"/>",
            Html(new LineChart("t", "x", "y", new Series("a", points))), StringComparison.Ordinal);
        Assert.Contains(
            "<path class=\"bars\" d=\"M0 1000V0", Html(new LineChart("t", "x", "y", new Series("a", points) { HasBars = true })),
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_level_is_within_the_frame_and_named_with_its_value()
    {
        string html = Html(new LineChart("t", "x", "y", new Series("a", [new(0, 0), new(1, 1)])) { Levels = [new("bound", 10)] });
        Assert.Contains("<path class=\"level\" d=\"M0 0h2000\"/>", html, StringComparison.Ordinal);
        Assert.Contains("<span>bound 10</span>", html, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_number_there_is_no_frame_and_the_card_says_so()
    {
        foreach (IPagePart chart in new IPagePart[]
        {
            new LineChart("t", "x", "y"), new LineChart("t", "x", "y", new Series("a", [])),
            new LineChart("t", "x", "y", new Series("a", [new(1, double.NaN)])) { Levels = [new("bound", 10)] },
            new LineChart("t", "x", "y", new Series("a", [new(0, -1)])) { IsLogX = true, IsLogY = true, Levels = [new("b", 0)] },
            new ScatterChart("t", "x", "y"), new ScatterChart("t", "x", "y", new Cloud("a", [new(double.PositiveInfinity, 1)])),
        })
        {
            Assert.Contains("No number to draw.", Html(chart), StringComparison.Ordinal);
            Assert.DoesNotContain("<svg", Html(chart), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_cloud_s_points_can_be_read_with_their_names()
    {
        string html = Html(new ScatterChart("t", "x", "y", new Cloud("a", [new(0, 0, "first"), new(1, 1, "se\ncond")])));
        Assert.Contains("data-m=\"0|1000|0|0;2000|0|1|1\" data-names=\"first\nse cond\"", html, StringComparison.Ordinal);
        Assert.Contains("d=\"M0 1000h0M2000 0h0\"", html, StringComparison.Ordinal);
    }

    [Fact]
    public void Thousands_of_points_make_a_small_page()
    {
        Random random = new(1);
        CloudPoint[] points =
            [.. Enumerable.Range(0, 5000).Select(_ => new CloudPoint(random.NextDouble(), random.NextDouble()))];
        Assert.InRange(Html(new ScatterChart("t", "x", "y", new Cloud("a", points))).Length, 1, 250_000);
    }

    [Fact]
    public void Any_numbers_make_a_chart() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(300), Prop.ForAll<double[], bool, bool>((values, logX, logY) =>
        {
            SeriesPoint[] points = [.. (values ?? []).Select((v, i) => new SeriesPoint(i % 3 == 0 ? v : i, v, v - i, v + i))];
            LineChart lines = new("t", "x", "y", new Series("a", points), new Series("b", points) { HasBars = true });
            ScatterChart cloud = new("t", "x", "y", new Cloud("a", [.. points.Select(p => new CloudPoint(p.X, p.Y))]));
            string html = Html(lines with { IsLogX = logX, IsLogY = logY }) + Html(cloud with { IsLogX = logX, IsLogY = logY });
            HtmlCheck.AssertBalanced(html);
            Assert.Matches("^[MLVhZ0-9 -]*$", HtmlCheck.Drawn(html));
            Assert.DoesNotContain("%NaN", html, StringComparison.Ordinal);
        }));

    private static string Html(IPagePart part)
    {
        StringBuilder html = new();
        part.Write(html);
        return html.ToString();
    }
}
