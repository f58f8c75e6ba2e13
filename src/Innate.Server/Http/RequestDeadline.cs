using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Timeouts;

namespace Innate.Server.Http;

/// <summary>
/// The time of a request. ASP.NET's request timeout ends it after the server's limit; the header <c>X-Request-Timeout</c> may
/// ask for less, and where the app that mounts the server has no timeout middleware, the server's limit is kept here too.
/// </summary>
internal sealed class RequestDeadline : IDisposable
{
    private readonly CancellationTokenSource _source;
    private readonly HttpContext _http;

    private RequestDeadline(HttpContext http, TimeSpan? limit, CancellationToken drained)
    {
        _http = http;
        _source = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, drained);
        if (limit is { } time) _source.CancelAfter(time);
    }

    /// <summary>The time is over, the client went away, or the server ends.</summary>
    public CancellationToken Token => _source.Token;

    /// <summary>Whether the time that the request asked for is over, rather than the client gone.</summary>
    public bool IsOver => _source.IsCancellationRequested && !_http.RequestAborted.IsCancellationRequested;

    /// <param name="http">The request.</param>
    /// <param name="limit">The server's limit.</param>
    /// <param name="drained">Ends every request, once a stopping server has waited for long enough.</param>
    /// <exception cref="InputException">The header holds no number of seconds.</exception>
    public static RequestDeadline Start(HttpContext http, TimeSpan limit, CancellationToken drained)
    {
        TimeSpan? own = http.Features.Get<IHttpRequestTimeoutFeature>() is null ? limit : null;
        string? header = http.Request.Headers["X-Request-Timeout"];
        if (header is null) return new RequestDeadline(http, own, drained);
        if (!double.TryParse(header, NumberStyles.Float, CultureInfo.InvariantCulture, out double seconds) || !(seconds > 0))
        {
            throw new InputException("X-Request-Timeout: expected a number of seconds above 0");
        }

        return new RequestDeadline(http, seconds < limit.TotalSeconds ? TimeSpan.FromSeconds(seconds) : own, drained);
    }

    public void Dispose() => _source.Dispose();
}
