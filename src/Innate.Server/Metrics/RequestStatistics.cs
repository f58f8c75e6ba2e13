namespace Innate.Server.Metrics;

/// <summary>What <c>/v1/status</c> tells of the requests so far. For exporters, ASP.NET's own meter has more.</summary>
internal sealed class RequestStatistics
{
    /// <summary>The route of a path that the server does not know.</summary>
    public const string OtherRoute = "other";

    private readonly RecentValues _latencies = new();
    private readonly SortedDictionary<string, RouteCount> _routes = new(StringComparer.Ordinal);
    private long _open;

    /// <summary>Requests being answered.</summary>
    public long Open => Interlocked.Read(ref _open);

    /// <summary>Requests answered since the start, by route.</summary>
    public RouteCount[] Routes()
    {
        lock (_routes) return [.. _routes.Values];
    }

    /// <summary>Quantiles of the last requests' seconds.</summary>
    public double[] Latencies(params ReadOnlySpan<double> quantiles) => _latencies.Quantiles(quantiles);

    public void Began() => Interlocked.Increment(ref _open);

    /// <param name="route">The route, or <see cref="OtherRoute"/>; null: it is not the server's, and is not counted.</param>
    /// <param name="status">The reply's.</param>
    /// <param name="duration">From the first line to the answer.</param>
    /// <param name="isWork">Whether the model was asked: those who watch the server do not make its latencies look
    /// better.</param>
    public void Ended(string? route, int status, TimeSpan duration, bool isWork)
    {
        Interlocked.Decrement(ref _open);
        if (route is null) return;
        if (isWork) _latencies.Add(duration.TotalSeconds);
        lock (_routes)
        {
            RouteCount before = _routes.GetValueOrDefault(route) ?? new RouteCount(route, 0, 0);
            _routes[route] = before with { Answered = before.Answered + 1, Errors = before.Errors + (status >= 400 ? 1 : 0) };
        }
    }
}

/// <summary>A route's requests.</summary>
/// <param name="Route">Its path.</param>
/// <param name="Answered">All that were answered, with errors too.</param>
/// <param name="Errors">Those whose status was 400 or more.</param>
internal sealed record RouteCount(string Route, long Answered, long Errors);
