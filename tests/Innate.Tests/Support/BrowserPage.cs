using System.Collections.Concurrent;
using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace Innate.Tests.Support;

/// <summary>A page in a browser, and what it asked for and complained of since it was opened.</summary>
public sealed class BrowserPage : IAsyncDisposable
{
    private readonly IBrowserContext _context;
    private readonly ConcurrentQueue<string> _requests = new();
    private readonly ConcurrentQueue<string> _errors = new();

    internal BrowserPage(IBrowserContext context, IPage page)
    {
        _context = context;
        Page = page;
        page.Request += (_, request) =>
        {
            // The page itself is no request of the page.
            if (!request.IsNavigationRequest) _requests.Enqueue($"{request.Method} {request.Url}");
        };
        page.PageError += (_, error) => _errors.Enqueue(error);
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning") _errors.Enqueue(message.Text);
        };
    }

    /// <summary>The page.</summary>
    public IPage Page { get; }

    /// <summary>All that the page asked for, itself left out.</summary>
    public IReadOnlyList<string> Requests => [.. _requests];

    /// <summary>All that the console complained of, and all exceptions that nobody caught.</summary>
    public IReadOnlyList<string> Errors => [.. _errors];

    /// <summary>The first element that a CSS selector finds.</summary>
    public ILocator this[string selector] => Page.Locator(selector).First;

    /// <summary>A property of an element as it is drawn: <c>background-color</c>.</summary>
    public Task<string> StyleAsync(string selector, string property) => this[selector].EvaluateAsync<string>(
        "(element, property) => getComputedStyle(element).getPropertyValue(property)", property);

    /// <summary>Fails where the page is wider than its window, so that it would have to be scrolled sideways.</summary>
    public async Task AssertFitsAsync() => Assert.Equal(
        0, await Page.EvaluateAsync<int>("Math.max(0, document.documentElement.scrollWidth - window.innerWidth)"));

    /// <summary>
    /// Fails where axe finds what is serious for people who use a keyboard, a screen reader, or see little: rule, what it is, where.
    /// </summary>
    public async Task AssertAccessibleAsync()
    {
        AxeResult found = await Page.RunAxe();
        Assert.Equal("", string.Join("\n", found.Violations.Where(v => v.Impact is "serious" or "critical").Select(v =>
            $"{v.Id}: {v.Help}: {string.Join("; ", v.Nodes.Take(3).Select(n => n.Html))}")));
    }

    /// <summary>
    /// A picture of the whole page as PNG; kept under a name in the folder that <c>INNATE_SCREENSHOTS</c> names, if it does.
    /// </summary>
    public async Task<byte[]> ShootAsync(string name)
    {
        byte[] png = await Page.ScreenshotAsync(new() { FullPage = true });
        if (Environment.GetEnvironmentVariable("INNATE_SCREENSHOTS") is { Length: > 0 } folder)
        {
            Directory.CreateDirectory(folder);
            await File.WriteAllBytesAsync(Path.Combine(folder, name + ".png"), png);
        }

        return png;
    }

    /// <summary>Closes the window.</summary>
    public async ValueTask DisposeAsync() => await _context.CloseAsync();
}
