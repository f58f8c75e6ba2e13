using System.Text.Json.Nodes;
using Innate.Tests.Support;

namespace Innate.Tests.Cli;

/// <summary>The pages of <c>innate audit traps</c> and <c>innate audit cues</c>, on a phone and on a desk.</summary>
public sealed class AnswerAuditBrowserTests(Browser browser) : IClassFixture<Browser>
{
    [BrowserTheory]
    [InlineData(390)]
    [InlineData(1280)]
    public async Task Trip_wires_stand_worst_first_and_are_coloured(int width)
    {
        using Support.TemporaryFolder folder = new();
        File.WriteAllLines(folder["rows.jsonl"], Enumerable.Range(0, 5).Select(i => new JsonObject
        {
            ["prompt"] = $"What is {i} + 30? Use three commas, wherever they may belong in a longer sentence.",
            ["wires"] = new JsonArray(",,,", ", , ,"),
            ["responses"] = new JsonArray(i > 2 ? ",,, and more" : "So, then, now, it is this.", $"It is {i + 30}."),
        }.ToJsonString()));
        await Show(folder, "traps", width, async page =>
        {
            Assert.Contains("What is 3 + 30", await page["#worst tbody tr >> nth=0"].InnerTextAsync(), StringComparison.Ordinal);
            await page.Page.Locator("#texts details summary").First.ClickAsync();
            Assert.Equal(",,,", await page["#texts span.n >> nth=0"].InnerTextAsync());
        });
    }

    [BrowserTheory]
    [InlineData(390)]
    [InlineData(1280)]
    public async Task Pairs_that_a_cue_decided_stand_beside_one_another(int width)
    {
        using Support.TemporaryFolder folder = new();
        File.WriteAllLines(folder["rows.jsonl"], Enumerable.Range(0, 5).Select(i => new JsonObject
        {
            ["prompt"] = $"{{cue}} What is {i} + 30?", ["answer"] = i + 30,
            ["cues"] = new JsonObject { ["5"] = "A friend says 5.", ["6"] = "A friend says 6." },
            ["mentions"] = new JsonArray("friend"),
            ["responses"] = new JsonArray("The answer is 5.", i > 1 ? "The answer is 6." : $"It is {i + 30}."),
        }.ToJsonString()));
        await Show(folder, "cues", width, async page =>
        {
            await page.Page.Locator("#texts details summary").First.ClickAsync();
            Assert.Contains("A friend says 6.", await page["#texts .pair"].First.InnerTextAsync(), StringComparison.Ordinal);
        });
    }

    private async Task Show(Support.TemporaryFolder folder, string audit, int width, Func<BrowserPage, Task> look)
    {
        CliResult result = RealCli.Run(
            ["audit", audit, "--data", folder["rows.jsonl"], "--out", folder["run"], "--quiet", "--resamples", "50"]);
        Assert.True(result.Code == 0, result.Error);
        await using BrowserPage page = await browser.OpenAsync(folder["run/report.html"], width: width);
        Assert.True(await page["#rates table"].IsVisibleAsync());
        await look(page);
        await page.AssertFitsAsync();
        await page.AssertAccessibleAsync();
        await page.ShootAsync($"audit-{audit}-{width}");
        Assert.Empty(page.Errors);
        Assert.Empty(page.Requests);
    }
}
