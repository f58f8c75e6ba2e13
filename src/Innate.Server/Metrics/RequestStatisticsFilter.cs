using System.Diagnostics;
using Innate.Server.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Innate.Server.Metrics;

/// <summary>Puts the counting of requests before everything else of the app, so that refusals are counted too.</summary>
internal sealed class RequestStatisticsFilter(RequestStatistics statistics) : IStartupFilter
{
    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.Use(Count);
        next(app);
    };

    private async Task Count(HttpContext http, RequestDelegate next)
    {
        long start = Stopwatch.GetTimestamp();
        statistics.Began();
        int status = StatusCodes.Status500InternalServerError;
        try
        {
            await next(http);
            status = http.Response.StatusCode;
        }
        finally
        {
            RouteMark? mark = http.GetEndpoint()?.Metadata.GetMetadata<RouteMark>();
            statistics.Ended(RouteOf(http, mark), status, Stopwatch.GetElapsedTime(start), mark is null or { IsWork: true });
        }
    }

    private static string? RouteOf(HttpContext http, RouteMark? mark) => http.GetEndpoint() switch
    {
        RouteEndpoint route when mark is not null => "/" + route.RoutePattern.RawText?.Trim('/'),
        RouteEndpoint => null,
        _ => RequestStatistics.OtherRoute,
    };
}
