using Innate.Learning.Watching;
using Innate.Runs.Training;
using Innate.Tests.Support;
using Microsoft.Playwright;

namespace Innate.Tests.Learning.Watching;

public sealed class RunReportBrowserTests(Browser browser) : IClassFixture<Browser>, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [BrowserTheory]
    [InlineData(false, 1280)]
    [InlineData(true, 768)]
    [InlineData(false, 390)]
    public async Task A_run_s_page_fits_its_window_and_asks_for_nothing(bool dark, int width)
    {
        await using BrowserPage page = await OpenAsync(dark, width);
        await page.AssertFitsAsync();
        await page.AssertAccessibleAsync();
        Assert.NotEmpty(await page.ShootAsync($"run-{(dark ? "dark" : "light")}-{width}"));
        string good = await page.StyleAsync(".text .p", "background-color");
        Assert.NotEqual(good, await page.StyleAsync(".text .n", "background-color"));
        Assert.NotEqual("rgba(0, 0, 0, 0)", good);
        Assert.Empty(page.Errors);
        Assert.Empty(page.Requests);
    }

    [BrowserFact]
    public async Task A_held_out_prompt_shows_its_first_and_its_last_answer_side_by_side()
    {
        await using BrowserPage page = await OpenAsync(dark: false, width: 1280);
        ILocator pair = page.Page.Locator("#start-and-now .pair");
        Assert.Equal(1, await pair.CountAsync());
        Assert.Equal(["step 0", "step 30"], await pair.Locator(".two h4").AllInnerTextsAsync());
        Assert.Equal(["It is 8.", "It is 7."], (await pair.Locator(".two .text").AllInnerTextsAsync()).Select(t => t.Trim()));
        Assert.Equal(1, await page.Page.Locator("#samples details").CountAsync());
    }

    [BrowserFact]
    public async Task A_page_of_a_run_that_goes_on_reads_itself_again_until_it_is_told_not_to()
    {
        await using BrowserPage page = await OpenAsync(dark: false, width: 390);
        await page.Page.Clock.InstallAsync();
        await page.Page.ReloadAsync();
        await page.Page.EvaluateAsync("window.mark = 1");
        await page["[data-part=live] input"].UncheckAsync();
        await page.Page.Clock.RunForAsync(60_000);
        Assert.Equal(1, await page.Page.EvaluateAsync<int>("window.mark || 0"));
        await page["[data-part=live] input"].CheckAsync();
        await page.Page.Clock.RunForAsync(11_000);
        await page.Page.WaitForFunctionAsync("!window.mark");

        await using BrowserPage over = await OpenAsync(dark: false, width: 390, isLive: false);
        Assert.Equal(0, await over.Page.Locator("[data-part=live]").CountAsync());
    }

    [BrowserFact]
    public async Task Pointing_at_one_chart_reads_the_same_step_in_all()
    {
        await using BrowserPage page = await OpenAsync(dark: false, width: 1280);
        ILocator loss = page.Page.Locator(".chart").Filter(new() { HasText = "loss" });
        Assert.Equal("0.1", await loss.Locator(".series b").First.InnerTextAsync());

        // 30 steps from end to end: a third of the way lies step 11.
        LocatorBoundingBoxResult box = (await loss.Locator(".plot").BoundingBoxAsync())!;
        await page.Page.Mouse.MoveAsync(box.X + (box.Width * 10 / 29), box.Y + (box.Height / 2));
        Assert.Equal("0.273", await loss.Locator(".tip .value").First.InnerTextAsync());
        Assert.Equal(["step 11", "step 11"], await page.Page.Locator(".tip:visible .where").AllInnerTextsAsync());

        await page.Page.Mouse.MoveAsync(0, 0);
        Assert.Equal(0, await page.Page.Locator(".tip:visible").CountAsync());
        Assert.Empty(page.Errors);
    }

    public void Dispose() => _folder.Dispose();

    private Task<BrowserPage> OpenAsync(bool dark, int width, bool isLive = true)
    {
        StepMetrics[] steps =
            [.. Enumerable.Range(1, 30).Select(s => new StepMetrics(s, ("loss", 3.0 / s), ("learning_rate", 3e-4 * (30 - s))))];
        TrainingSample sample = new(30, "What is 2 + 2?", [new("It is ", 0.1), new("5", -3), new(", no: ", 0), new("4", 2)]);
        TrainingSample Held(int step, string answer) => new(step, "What is 3 + 4?", answer) { IsHeldOut = true };
        new RunReport(
            "A run", [new("model", "tiny"), new("seed", "7")], steps, [Held(0, "It is 8."), Held(10, "It is 6."), sample,
                Held(30, "It is 7.")])
        {
            IsLive = isLive,
        }.Write(_folder["run.html"]);
        return browser.OpenAsync(_folder["run.html"], dark, width);
    }
}
