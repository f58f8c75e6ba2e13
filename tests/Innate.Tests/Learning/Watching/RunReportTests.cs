using FsCheck;
using FsCheck.Fluent;
using Innate.Learning.Watching;
using Innate.Reports;
using Innate.Runs.Training;
using Innate.Tests.Support;

namespace Innate.Tests.Learning.Watching;

public sealed class RunReportTests
{
    private static readonly string[] Code = [ReportPage.Style, PartScript.All];

    [Fact]
    public void The_page_shows_facts_curves_and_samples()
    {
        StepMetrics[] steps = [.. Enumerable.Range(1, 40).Select(s =>
            new StepMetrics(s, ("loss", 3.0 / s), ("learning_rate", 3e-4), ("grad_norm", double.NaN), ("seconds_left", 40 - s))
                .With(s % 10 == 0 ? [("eval_loss", 4.0 / s)] : []))];
        string html = new RunReport("A run", [new Fact("seed", "7")], steps, [new TrainingSample(40, "Hi?", "Yes.")]).ToHtml();
        Assert.Contains("40 steps · loss 3 → 0.075", html, StringComparison.Ordinal);
        Assert.Contains("<dt>seed</dt><dd>7</dd>", html, StringComparison.Ordinal);
        Assert.Contains("<h3>learning rate</h3>", html, StringComparison.Ordinal);
        Assert.Contains("no number at any step: gradient norm", html, StringComparison.Ordinal);
        Assert.Contains("Yes.", html, StringComparison.Ordinal);

        // Held-out loss is drawn on the loss's own chart; the time left is not drawn at all.
        Assert.Equal(2, html.Split("<figure").Length - 1);
        Assert.Contains("<span>held out</span><b>0.1</b>", html, StringComparison.Ordinal);
    }

    [Fact]
    public void The_page_needs_nothing_beside_it()
    {
        string html = new RunReport("t", [], [new StepMetrics(1, ("loss", 1))], []).ToHtml();
        Assert.DoesNotMatch("(?i)(src|href|srcset)=|https?:|url\\(|@import", html);
        Assert.Contains("default-src 'none'", html, StringComparison.Ordinal);
    }

    [Fact]
    public void A_long_run_makes_a_small_page()
    {
        Random random = new(1);
        string[] names = ["loss", "learning_rate", "grad_norm", "tokens_per_second", "memory_gb", "reward", "kl", "entropy"];
        StepMetrics[] steps =
            [.. Enumerable.Range(1, 50_000).Select(s => new StepMetrics(s, names.Select(n => (n, random.NextDouble()))))];
        Assert.InRange(new RunReport("t", [], steps, []).ToHtml().Length, 1, 250_000);
    }

    [Fact]
    public void Tokens_are_coloured_by_their_values_around_the_median()
    {
        TrainingSample sample = new(
            1, "p", [new("bad", -2), new("so", 0), new("good", 2), new("plain", null), new("odd", double.NaN)]);
        string html = new RunReport("t", [], [], [sample]).ToHtml();
        Assert.Contains("<span class=\"n\" style=\"--h:1\" title=\"-2\">bad</span>", html, StringComparison.Ordinal);
        Assert.Contains("<span title=\"0\">so</span>", html, StringComparison.Ordinal);
        Assert.Contains("<span class=\"p\" style=\"--h:1\" title=\"2\">good</span>", html, StringComparison.Ordinal);
        Assert.Contains("</span>plain<span title=\"NaN\">odd</span>", html, StringComparison.Ordinal);
    }

    // What a model says may look like markup; the page's own tags stay balanced and no other appears.
    [Fact]
    public void Any_text_stays_text()
    {
        Gen<string> nasty = Gen.Elements(
            "<", ">", "&", "\"", "'", "</div>", "<script>alert(1)</script>", "-->", "\0", "\u202e", "\ud800", "a", "\n")
            .ArrayOf().Select(string.Concat);
        HashSet<string> usual = [.. HtmlCheck.Tags(Page("x"), Code)];
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(300), Prop.ForAll(Arb.From(nasty), text =>
        {
            string html = Page(text);
            Assert.Subset(usual, HtmlCheck.Tags(html, Code).ToHashSet());
            HtmlCheck.AssertBalanced(html, Code);
            Assert.DoesNotContain('\0', html);
            Assert.DoesNotContain('\u202e', html);
        }));

        static string Page(string text) => new RunReport(
            text, [new Fact(text, text), new Fact("long", new string('x', 50))],
            [new StepMetrics(1, (text + "m", 1)), new StepMetrics(2, (text + "m", double.NaN))],
            [new TrainingSample(1, text, [new TextPiece(text, 1), new TextPiece(text, -1), new TextPiece(text, null)])]).ToHtml();
    }

    [Fact]
    public void Any_numbers_make_a_page() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(300), Prop.ForAll<double[]>(values =>
        {
            StepMetrics[] steps = [.. (values ?? []).Select((v, i) => new StepMetrics(i * i, ("loss", v), ("eval_loss", -v)))];
            string html = new RunReport("t", [], steps, []).ToHtml();
            HtmlCheck.AssertBalanced(html, Code);
            Assert.Matches("^[MLh0-9 -]*$", HtmlCheck.Drawn(html));
        }));

    [Fact]
    public void No_peak_is_lost_however_long_the_run()
    {
        StepMetrics[] steps = [.. Enumerable.Range(1, 20_000).Select(s =>
            new StepMetrics(s, ("x", s == 12_345 ? 9 : s == 777 ? -9 : Math.Sin(s))))];
        LongSeries curve = MetricChart.Read("x", steps)!;
        Assert.Contains(new SeriesPoint(12_345, 9), curve.Points);
        Assert.Contains(new SeriesPoint(777, -9), curve.Points);
        Assert.InRange(curve.Points.Count, 300, 600);
        Assert.Equal(20_000, curve.Marks[^1].X);
        Assert.Equal(curve.Points.Select(p => p.X).Order(), curve.Points.Select(p => p.X));
    }

    [Fact]
    public void A_lone_peak_neither_flattens_the_chart_nor_lifts_the_level()
    {
        Random random = new(2);
        StepMetrics[] steps = [.. Enumerable.Range(1, 1000).Select(s =>
            new StepMetrics(s, ("grad_norm", s == 500 ? 1000 : 1 + random.NextDouble())))];
        LongSeries curve = MetricChart.Read("grad_norm", steps)!;
        Assert.InRange(curve.FrameHigh, 1.9, 3);
        Assert.All(curve.Marks, m => Assert.InRange(m.Smooth, 1, 2));
        Assert.Contains("1 of 1,000 beyond the frame", new RunReport("t", [], steps, []).ToHtml(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_noisy_curve_is_smoothed_and_a_schedule_is_not()
    {
        Random random = new(3);
        StepMetrics[] steps = [.. Enumerable.Range(1, 500).Select(s =>
            new StepMetrics(s, ("loss", 2 + random.NextDouble()), ("lr", s < 50 ? s / 50.0 : 1 - ((s - 50) / 450.0))))];
        Assert.True(MetricChart.Read("loss", steps)!.IsSmoothed);
        Assert.All(MetricChart.Read("loss", steps)!.Marks, m => Assert.InRange(m.Smooth, 2.1, 2.9));
        LongSeries schedule = MetricChart.Read("lr", steps)!;
        Assert.False(schedule.IsSmoothed);
        Assert.All(schedule.Marks, m => Assert.Equal(m.Y, m.Smooth));
    }
}
