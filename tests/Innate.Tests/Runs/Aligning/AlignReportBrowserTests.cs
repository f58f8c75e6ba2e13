using System.Text.Json;
using Innate.Benchmarks;
using Innate.Learning.Watching;
using Innate.Runs.Aligning;
using Innate.Runs.Capability;
using Innate.Tests.Support;

namespace Innate.Tests.Runs.Aligning;

/// <summary>The pages of an alignment and of capability, as people see them.</summary>
public sealed class AlignReportBrowserTests(Browser browser) : IClassFixture<Browser>, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [BrowserTheory]
    [InlineData(false, 1280)]
    [InlineData(true, 390)]
    public async Task The_story_of_a_run_fits_its_window_is_for_everybody_and_asks_for_nothing(bool dark, int width)
    {
        WriteStory();
        await using BrowserPage page = await browser.OpenAsync(_folder["run.html"], dark, width);
        await page.AssertFitsAsync();
        await page.AssertAccessibleAsync();
        Assert.NotEmpty(await page.ShootAsync($"align-{(dark ? "dark" : "light")}-{width}"));
        Assert.StartsWith("Verdict: not shown", await page["#verdict h2"].InnerTextAsync(), StringComparison.Ordinal);
        Assert.Equal(1, await page.Page.Locator("td.bad:text-is('broken')").CountAsync());
        Assert.Equal(1, await page.Page.Locator("#answers .pair").CountAsync());
        Assert.Empty(page.Errors);
        Assert.Empty(page.Requests);
    }

    [BrowserTheory]
    [InlineData(false, 1280)]
    [InlineData(true, 390)]
    public async Task Capability_fits_its_window_too_and_a_model_that_holds_no_item_has_a_dash(bool dark, int width)
    {
        KeyValuePair<string, (double, MetricInterval)> Figure(double x) => new("endogenous", (x, new(x - .05, x + .05)));
        CapabilityReport.Write(
            new CapabilityResults("arith-bench", "overall", "a text", 1000,
            [
                new("able", 1_000_000, .9, [Figure(.9)], false), new("less able", 1000, 2, [Figure(.6)], true),
                new("none", 10, 8, [], false),
            ]),
            _folder["capability.html"]);
        await using BrowserPage page = await browser.OpenAsync(_folder["capability.html"], dark, width);
        await page.AssertFitsAsync();
        await page.AssertAccessibleAsync();
        Assert.Equal(
            ["none", "less able, raw", "able", "rank correlation"], await page.Page.Locator("tbody th").AllInnerTextsAsync());
        Assert.Empty(page.Errors);
    }

    public void Dispose() => _folder.Dispose();

    private void WriteStory()
    {
        MeasuredPrompt Prompt(int i, string text, double worth, int tokens) => new(
            i, $"What is {i} + 1?", [new MeasuredAnswer(text, tokens, false, worth, worth + .1, -1, 0)]);

        MeasuredPrompt[] before = [.. Enumerable.Range(0, 20).Select(i => Prompt(i, $"It is {i}.", 0, 5))];
        MeasuredPrompt[] after = [.. before.Select((p, i) => i == 7 ? Prompt(i, "It is 8.", 1, 5) : p with
        {
            Answers = [p.Answers[0] with { Tokens = 30 }],
        })];
        StepMetrics[] steps =
        [
            new(0, ("anchor_accuracy", .2), ("anchor_error", .05)), new(1, ("loss", 1), ("reward", .4)),
            new(2, ("loss", .5), ("reward", .5), ("anchor_accuracy", .4), ("anchor_error", .06)),
        ];
        AlignSettings settings = new() { Prompts = "questions.jsonl", Output = "out" };
        AlignPrimary primary = new(AlignMeasure.Judge, "the verdict of another", (a, _) => new double[a.Count]);
        AlignFindings findings = AlignFindings.Of(settings, primary, new AlignedRun(steps, [], (2, .4), null), before, after, null);
        JsonElement row = JsonDocument.Parse("{}").RootElement;
        AlignReport.Write(settings, "tiny", findings, new PromptSets([row], [row], [row], false), _folder["run.html"]);
    }
}
