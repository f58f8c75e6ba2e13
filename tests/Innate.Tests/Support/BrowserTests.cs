namespace Innate.Tests.Support;

/// <summary>The browser tells on a page: what it asks for, what it complains of, where it does not fit.</summary>
public sealed class BrowserTests(Browser browser) : IClassFixture<Browser>, IDisposable
{
    private const string Policy = "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'\">";
    private const string Image = "<img src=\"http://127.0.0.1:9/x.png\">";

    private readonly TemporaryFolder _folder = new();

    [BrowserFact]
    public async Task A_page_that_asks_the_network_is_found_out()
    {
        await using BrowserPage page = await OpenAsync(Image);
        Assert.Equal(["GET http://127.0.0.1:9/x.png"], page.Requests);
    }

    [BrowserFact]
    public async Task A_page_that_would_ask_but_may_not_is_found_out()
    {
        await using BrowserPage page = await OpenAsync(Policy + Image);
        Assert.Contains(page.Errors, e => e.Contains("Content Security Policy", StringComparison.Ordinal));
    }

    [BrowserFact]
    public async Task A_script_that_fails_is_found_out()
    {
        await using BrowserPage page = await OpenAsync("<script>throw new Error('lost')</script>");
        Assert.Contains(page.Errors, e => e.Contains("lost", StringComparison.Ordinal));
    }

    [BrowserFact]
    public async Task A_page_wider_than_its_window_is_found_out()
    {
        await using BrowserPage page = await OpenAsync("<div style=\"width:2000px\">wide</div>");
        await Assert.ThrowsAnyAsync<Exception>(page.AssertFitsAsync);
    }

    [BrowserFact]
    public async Task A_page_that_a_screen_reader_cannot_read_is_found_out()
    {
        await using BrowserPage page = await OpenAsync("<html lang=\"en\"><title>t</title><main><input></main></html>");
        await Assert.ThrowsAnyAsync<Exception>(page.AssertAccessibleAsync);
    }

    public void Dispose() => _folder.Dispose();

    private Task<BrowserPage> OpenAsync(string html)
    {
        File.WriteAllText(_folder["page.html"], "<!doctype html><title>t</title>" + html);
        return browser.OpenAsync(_folder["page.html"]);
    }
}
