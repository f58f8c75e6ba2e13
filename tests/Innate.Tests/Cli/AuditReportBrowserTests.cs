using Innate.Tests.Support;

namespace Innate.Tests.Cli;

public sealed class AuditReportBrowserTests(Browser browser) : IClassFixture<Browser>
{
    [BrowserTheory]
    [InlineData(390)]
    [InlineData(1280)]
    public async Task The_report_fits_its_window_and_shows_what_was_compared(int width)
    {
        using Support.TemporaryFolder folder = new();
        File.WriteAllLines(folder["rows.jsonl"], Enumerable.Range(0, 4).Select(i =>
            $$"""{"prompt":"What is {{i}} + 30?","responses":["{{i + 30}}","Tom has {{i + 30}}. That is all of it."]}"""));
        CliResult result = RealCli.Run(
        [
            "audit", "--data", folder["rows.jsonl"], "--out", folder["run"], "--quiet", "--resamples", "50", "--after",
            "innate-tiny", "--edit", "bold",
        ]);
        Assert.True(result.Code == 0, result.Error);
        await using BrowserPage page = await browser.OpenAsync(folder["run/report.html"], width: width);
        Assert.True(await page["#reward-endogenous table"].IsVisibleAsync());
        await page.Page.Locator("#texts details summary").First.ClickAsync();
        Assert.Contains("**", await page["#texts .pair"].InnerTextAsync(), StringComparison.Ordinal);
        await page.AssertFitsAsync();
        await page.AssertAccessibleAsync();
        await page.ShootAsync($"audit-report-{width}");
        Assert.Empty(page.Errors);
        Assert.Empty(page.Requests);
    }
}
