using Innate.Tests.Support;
using Microsoft.Playwright;

namespace Innate.Tests.Cli;

public sealed class EvalReportBrowserTests(Browser browser) : IClassFixture<Browser>
{
    [BrowserFact]
    public async Task The_report_shows_heat_maps_opens_an_item_and_colours_its_tokens()
    {
        using Support.TemporaryFolder folder = new();
        Assert.Equal(0, RealCli.Run(
        [
            "eval", "arith-bench", "--limit", "40", "--out", folder["run"], "--quiet", "--resamples", "50", "--sweep",
                "gamma=0.9:1:0.05,beta=0,0.1",
        ]).Code);
        await using BrowserPage page = await browser.OpenAsync(folder["run/report.html"]);
        Assert.Contains("arith-bench", await page["h1"].InnerTextAsync(), StringComparison.Ordinal);
        Assert.True(await page["#matrices .heat"].IsVisibleAsync());
        Assert.Equal(9, await page["#matrices .heat"].Locator("td").CountAsync());
        Assert.True(await page["#sweep .heat"].IsVisibleAsync());
        Assert.True(await page["#length svg"].IsVisibleAsync());

        // The first item stands open, the next opens on a click.
        ILocator second = page.Page.Locator("#items details").Nth(1);
        Assert.False(await second.Locator(".pair").IsVisibleAsync());
        await second.Locator("summary").ClickAsync();
        Assert.True(await second.Locator(".pair").IsVisibleAsync());
        string[] colours = await second.Locator("[data-part=tokens] span").EvaluateAllAsync<string[]>(
            "tokens => [...new Set(tokens.map(t => getComputedStyle(t).backgroundColor))]");
        Assert.InRange(colours.Length, 3, int.MaxValue);
        await page.AssertFitsAsync();
        Assert.NotEmpty(await page.ShootAsync("eval-report"));
        Assert.Empty(page.Errors);
        Assert.Empty(page.Requests);
    }
}
