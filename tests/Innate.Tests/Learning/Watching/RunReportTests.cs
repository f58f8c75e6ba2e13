using System.Text.RegularExpressions;
using FsCheck;
using FsCheck.Fluent;
using Innate.Learning.Watching;
using Innate.Learning.Watching.Report;

namespace Innate.Tests.Learning.Watching;

public sealed partial class RunReportTests
{
    [Fact]
    public void The_page_shows_facts_curves_and_samples()
    {
        StepMetrics[] steps = [.. Enumerable.Range(1, 40).Select(s =>
            new StepMetrics(s, ("loss", 3.0 / s), ("learning_rate", 3e-4), ("grad_norm", double.NaN), ("seconds_left", 40 - s))
                .With(s % 10 == 0 ? [("eval_loss", 4.0 / s)] : []))];
        string html = new RunReport("A run", [new RunFact("seed", "7")], steps, [new TrainingSample(40, "Hi?", "Yes.")]).ToHtml();
        Assert.Contains("40 steps · loss 3 → 0.075", html, StringComparison.Ordinal);
        Assert.Contains("<dt>seed</dt><dd>7</dd>", html, StringComparison.Ordinal);
        Assert.Contains("<h2>learning rate</h2>", html, StringComparison.Ordinal);
        Assert.Contains("no number at any step: gradient norm", html, StringComparison.Ordinal);
        Assert.Contains("Yes.", html, StringComparison.Ordinal);

        // Held-out loss is drawn on the loss's own chart; the time left is not drawn at all.
        Assert.Equal(2, html.Split("<figure").Length - 1);
        Assert.Contains("<em>held out</em> <b>0.1</b>", html, StringComparison.Ordinal);
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
        HashSet<string> usual = [.. Tags(Page("x"))];
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(300), Prop.ForAll(Arb.From(nasty), text =>
        {
            string html = Page(text);
            Assert.Subset(usual, Tags(html).ToHashSet());
            AssertBalanced(html);
            Assert.DoesNotContain('\0', html);
            Assert.DoesNotContain('\u202e', html);
        }));

        static string Page(string text) => new RunReport(
            text, [new RunFact(text, text), new RunFact("long", new string('x', 50))],
            [new StepMetrics(1, (text + "m", 1)), new StepMetrics(2, (text + "m", double.NaN))],
            [new TrainingSample(1, text, [new TextPiece(text, 1), new TextPiece(text, -1), new TextPiece(text, null)])]).ToHtml();
    }

    [Fact]
    public void Any_numbers_make_a_page() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(300), Prop.ForAll<double[]>(values =>
        {
            StepMetrics[] steps = [.. (values ?? []).Select((v, i) => new StepMetrics(i * i, ("loss", v), ("eval_loss", -v)))];
            string html = new RunReport("t", [], steps, []).ToHtml();
            AssertBalanced(html);
            string drawn = string.Concat(PathData().Matches(html).Select(m => m.Groups[1].Value));
            Assert.Matches("^[Mlh0-9 -]*$", drawn);
        }));

    [Theory]
    [InlineData(0, 1, "0 0.2 0.4 0.6 0.8 1.0")]
    [InlineData(1.2, 7.1, "0 2 4 6 8")]
    [InlineData(5100, 5322, "5100 5150 5200 5250 5300 5350")]
    [InlineData(0, 3e-4, "0 0.5e-4 1.0e-4 1.5e-4 2.0e-4 2.5e-4 3.0e-4")]
    [InlineData(-1, 1, "-1.0 -0.5 0 0.5 1.0")]
    [InlineData(0, 48000, "0 10k 20k 30k 40k 50k")]
    [InlineData(0, 0, "0 0.2 0.4 0.6 0.8 1.0")]
    public void Ticks_stand_at_round_numbers(double low, double high, string labels) => Assert.Equal(
        labels, string.Join(' ', Axis.OfValues(low, high).Ticks.Select(t => t.Label)));

    [Fact]
    public void An_axis_holds_all_its_values_with_a_few_ticks() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(2000), Prop.ForAll<double, double>((a, b) =>
        {
            if (!(Math.Abs(a) < 1e150 && Math.Abs(b) < 1e150)) return;
            Axis axis = Axis.OfValues(Math.Min(a, b), Math.Max(a, b));
            Assert.InRange(axis.Position(a), -1e-6, 1 + 1e-6);
            Assert.InRange(axis.Position(b), -1e-6, 1 + 1e-6);
            Assert.InRange(axis.Ticks.Count, 2, 9);
            Assert.Equal(axis.Ticks.Count, axis.Ticks.Select(t => t.Label).Distinct().Count());
        }));

    [Theory]
    [InlineData(1, 5)]
    [InlineData(1, 1)]
    [InlineData(0, 0)]
    [InlineData(990, 123_456)]
    [InlineData(2147483600, int.MaxValue)]
    public void Steps_are_whole_and_few(int first, int last)
    {
        Axis axis = Axis.OfSteps(first, last);
        Assert.InRange(axis.Ticks.Count, 1, 9);
        Assert.All(axis.Ticks, t => Assert.True(t.Value == Math.Floor(t.Value) && t.Value >= axis.Low && t.Value <= axis.High));
        Assert.InRange(axis.Position(first), 0, 1);
    }

    [Fact]
    public void No_peak_is_lost_however_long_the_run()
    {
        StepMetrics[] steps = [.. Enumerable.Range(1, 20_000).Select(s =>
            new StepMetrics(s, ("x", s == 12_345 ? 9 : s == 777 ? -9 : Math.Sin(s))))];
        Curve curve = Curve.Of("x", steps)!;
        Assert.Contains(new CurvePoint(12_345, 9), curve.Points);
        Assert.Contains(new CurvePoint(777, -9), curve.Points);
        Assert.InRange(curve.Points.Count, 300, 600);
        Assert.Equal(20_000, curve.Marks[^1].Step);
        Assert.Equal(curve.Points.Select(p => p.Step).Order(), curve.Points.Select(p => p.Step));
    }

    [Fact]
    public void A_lone_peak_neither_flattens_the_chart_nor_lifts_the_level()
    {
        Random random = new(2);
        StepMetrics[] steps = [.. Enumerable.Range(1, 1000).Select(s =>
            new StepMetrics(s, ("grad_norm", s == 500 ? 1000 : 1 + random.NextDouble())))];
        Curve curve = Curve.Of("grad_norm", steps)!;
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
        Assert.True(Curve.Of("loss", steps)!.IsSmoothed);
        Assert.All(Curve.Of("loss", steps)!.Marks, m => Assert.InRange(m.Smooth, 2.1, 2.9));
        Curve schedule = Curve.Of("lr", steps)!;
        Assert.False(schedule.IsSmoothed);
        Assert.All(schedule.Marks, m => Assert.Equal(m.Value, m.Smooth));
    }

    [Theory]
    [InlineData(1.23456, "1.235")]
    [InlineData(3e-4, "3e-4")]
    [InlineData(0, "0")]
    [InlineData(5210.4, "5210")]
    [InlineData(52104, "52.1k")]
    [InlineData(-0.5, "-0.5")]
    [InlineData(double.NaN, "NaN")]
    public void Numbers_are_short(double value, string text) => Assert.Equal(text, NumberText.Short(value));

    private static IEnumerable<string> Tags(string html) =>
        Tag().Matches(WithoutCode(html)).Select(m => m.Groups[1].Value + m.Groups[2].Value);

    private static void AssertBalanced(string html)
    {
        Stack<string> open = new();
        foreach (Match tag in Tag().Matches(WithoutCode(html)))
        {
            if (tag.Groups[2].Value == "meta" || tag.Value.EndsWith("/>", StringComparison.Ordinal)) continue;
            if (tag.Groups[1].Value == "/") Assert.Equal(open.Pop(), tag.Groups[2].Value);
            else open.Push(tag.Groups[2].Value);
        }

        Assert.Empty(open);
    }

    // The page's own style and script, as they are; a script that slipped in as text would not be taken away.
    private static string WithoutCode(string html) => html
        .Replace(PageParts.Style, "", StringComparison.Ordinal).Replace(PageParts.Script, "", StringComparison.Ordinal)
        .Replace("<!doctype html>", "", StringComparison.Ordinal);

    [GeneratedRegex("<(/?)([a-zA-Z0-9]*)[^>]*>")]
    private static partial Regex Tag();

    [GeneratedRegex(" d=\"([^\"]*)\"")]
    private static partial Regex PathData();
}
