using Innate.Reports;
using Innate.Tests.Support;
using Microsoft.Playwright;

namespace Innate.Tests.Reports;

public sealed class ReportBrowserTests(Browser browser) : IClassFixture<Browser>, IDisposable
{
    // The contrast of a cell's number against what it is drawn on: the cell's colour over the card's.
    private const string Contrast = """
        cell => {
          const parse = text => text.match(/[\d.]+/g).map(Number);
          const card = parse(getComputedStyle(cell.closest(".card")).backgroundColor);
          const [r, g, b, a = 1] = parse(getComputedStyle(cell).backgroundColor);
          const under = [r, g, b].map((v, i) => v * a + card[i] * (1 - a));
          const light = rgb => rgb.slice(0, 3).map(v => v / 255)
            .map(v => v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4)
            .reduce((sum, v, i) => sum + v * [.2126, .7152, .0722][i], 0);
          const [x, y] = [light(under), light(parse(getComputedStyle(cell).color))];
          return (Math.max(x, y) + .05) / (Math.min(x, y) + .05);
        }
        """;

    private readonly TemporaryFolder _folder = new();

    [BrowserTheory]
    [InlineData(false, 1280)]
    [InlineData(true, 768)]
    [InlineData(false, 390)]
    public async Task A_page_of_all_parts_fits_its_window_is_for_everybody_and_asks_for_nothing(bool dark, int width)
    {
        await using BrowserPage page = await OpenAsync(SampleReport.Page(), dark, width);
        await page["#items summary"].ClickAsync();
        await page.AssertFitsAsync();
        await page.AssertAccessibleAsync();
        Assert.NotEmpty(await page.ShootAsync($"report-{(dark ? "dark" : "light")}-{width}"));
        foreach (ILocator part in await page.Page.Locator("section [data-part]:not(details:not([open]) *)").AllAsync())
        {
            Assert.True(await part.IsVisibleAsync());
        }

        Assert.Empty(page.Errors);
        Assert.Empty(page.Requests);
    }

    [BrowserTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_heat_map_s_cells_differ_in_colour_and_their_numbers_can_be_read(bool dark)
    {
        await using BrowserPage page = await OpenAsync(SampleReport.Page(), dark);
        HashSet<string> colours = [];
        foreach (ILocator cell in await page.Page.Locator("#styles .heat td").AllAsync())
        {
            Assert.InRange(await cell.EvaluateAsync<double>(Contrast), 4.5, 21);
            colours.Add(await cell.EvaluateAsync<string>("cell => getComputedStyle(cell).backgroundColor"));
        }

        Assert.InRange(colours.Count, 12, 21);
    }

    [BrowserFact]
    public async Task Pointing_at_a_line_chart_reads_all_lines_at_that_place()
    {
        await using BrowserPage page = await OpenAsync(SampleReport.Page());
        ILocator plot = page["#curves .lines .plot"];
        ILocator reading = plot.Locator(".reading");
        Assert.False(await reading.IsVisibleAsync());
        await PointAsync(plot, 1, .5);
        string[] expected =
            ["eps 0.1", "measured, H = 8 0.21 [0.16, 0.27]", "measured, H = 16 0.44 [0.36, 0.51]", "bound 0.8", "broken 0.3"];
        Assert.Equal(expected, await ReadingAsync(page));
        Assert.Equal(4, await plot.Locator(".dot:visible").CountAsync());
        Assert.NotEmpty(await page.ShootAsync("report-reading"));

        await page.Page.Mouse.MoveAsync(0, 0);
        Assert.False(await reading.IsVisibleAsync());

        // The same without a mouse.
        await plot.FocusAsync();
        await plot.PressAsync("ArrowLeft");
        Assert.StartsWith("eps 0.056", await reading.InnerTextAsync(), StringComparison.Ordinal);
        await plot.PressAsync("Escape");
        Assert.False(await reading.IsVisibleAsync());
        Assert.Empty(page.Errors);
    }

    [BrowserFact]
    public async Task Pointing_at_a_point_of_a_cloud_names_it()
    {
        CloudPoint[] points = [new(0, 0, "item 7 <b>"), new(10, 5, "item 8")];
        ScatterChart chart = new("Reward against length", "tokens", "reward", new Cloud("chosen", points));
        await using BrowserPage page = await OpenAsync(new ReportPage("t", "s", [], [new Section("s", "S", "", chart)]));
        await PointAsync(page[".plot"], 0, 1);
        Assert.Equal(["chosen · item 7 <b>", "tokens 0", "reward 0"], await ReadingAsync(page));
        Assert.NotEmpty(await page.ShootAsync("report-point"));
        await PointAsync(page[".plot"], .5, .5);
        Assert.False(await page[".reading"].IsVisibleAsync());
    }

    [BrowserFact]
    public async Task An_item_opens_and_its_tokens_are_coloured()
    {
        await using BrowserPage page = await OpenAsync(SampleReport.Page());
        Assert.False(await page["#items .pair"].IsVisibleAsync());
        await page["#items summary"].ClickAsync();
        Assert.True(await page["#items .pair"].IsVisibleAsync());

        // Blue for much, red for little, nothing for the median.
        Assert.StartsWith("rgba(33, 102, 172, 0.", await ColourAsync(page, "span.p"), StringComparison.Ordinal);
        Assert.StartsWith("rgba(178, 24, 43, 0.", await ColourAsync(page, "span.n"), StringComparison.Ordinal);
        Assert.Equal("rgba(0, 0, 0, 0)", await ColourAsync(page, "span[title]:not(.p):not(.n)"));
        Assert.Equal("reward 0.1", await page["#items .pair span:text-is('42')"].GetAttributeAsync("title"));
    }

    [BrowserFact]
    public async Task The_contents_lead_to_their_sections()
    {
        await using BrowserPage page = await OpenAsync(SampleReport.Page());
        await page["nav a:text-is('Items')"].ClickAsync();
        Assert.True(await page["#items h2"].EvaluateAsync<bool>("h => h.getBoundingClientRect().top < window.innerHeight"));
    }

    [BrowserFact]
    public async Task Text_that_would_run_as_script_does_not()
    {
        string strange = "\"></span></script><script>ran=1</script><img src=x onerror=\"ran=1\">' onfocus='window.ran=1";
        await using BrowserPage page = await OpenAsync(SampleReport.Page(strange));
        await PointAsync(page["#curves .lines .plot"], .5, .5);
        await page["#items summary"].ClickAsync();
        Assert.Equal("undefined", await page.Page.EvaluateAsync<string>("typeof window.ran"));
        Assert.Empty(page.Errors);
        Assert.Empty(page.Requests);
    }

    public void Dispose() => _folder.Dispose();

    private Task<BrowserPage> OpenAsync(ReportPage report, bool dark = false, int width = 1280)
    {
        report.Write(_folder["report.html"]);
        return browser.OpenAsync(_folder["report.html"], dark, width);
    }

    private static Task<string> ColourAsync(BrowserPage page, string piece) =>
        page.StyleAsync("#items .pair " + piece, "background-color");

    private static async Task<string[]> ReadingAsync(BrowserPage page) =>
        await page.Page.EvaluateAsync<string[]>("""
            [...document.querySelectorAll(".reading:not([hidden])")].flatMap(tip => [...tip.children])
              .map(line => [...line.childNodes].map(n => n.textContent).filter(t => t).join(" "))
            """);

    // Parts of the plot's width and height.
    private static async Task PointAsync(ILocator plot, double across, double down)
    {
        await plot.ScrollIntoViewIfNeededAsync();
        LocatorBoundingBoxResult box = (await plot.BoundingBoxAsync())!;
        double x = box.X + Math.Clamp(across * box.Width, 1, box.Width - 1);
        double y = box.Y + Math.Clamp(down * box.Height, 1, box.Height - 1);
        await plot.Page.Mouse.MoveAsync((float)x, (float)y);
    }
}
