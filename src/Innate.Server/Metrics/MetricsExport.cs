using System.Diagnostics.Metrics;
using Innate.Server.Hosting;
using Innate.Server.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry.Metrics;

namespace Innate.Server.Metrics;

/// <summary>
/// OpenTelemetry's exporters over the server's meter and ASP.NET's: <c>/metrics</c> for Prometheus to read, and OTLP to where
/// <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> says.
/// </summary>
internal static class MetricsExport
{
    private const string EndpointVariable = "OTEL_EXPORTER_OTLP_ENDPOINT";
    private const string RequestsMeter = "Microsoft.AspNetCore.Hosting";

    public static void AddTo(IServiceCollection services)
    {
        services.AddOpenTelemetry().WithMetrics(metrics =>
        {
            // Each reader gets the numbers of now.
            metrics.AddMeter(ServerMetrics.MeterName, RequestsMeter)
                .AddPrometheusExporter(prometheus => prometheus.ScrapeResponseCacheDurationMilliseconds = 0);
            if (!string.IsNullOrEmpty(Environment.GetEnvironmentVariable(EndpointVariable))) metrics.AddOtlpExporter();
        });

        // Meters are known to the whole process; those of another app in it are not this one's to tell.
        services.ConfigureOpenTelemetryMeterProvider((provider, metrics) =>
        {
            IMeterFactory own = provider.GetRequiredService<IMeterFactory>();
            metrics.AddView(instrument =>
                instrument.Meter.Name is ServerMetrics.MeterName or RequestsMeter && instrument.Meter.Scope != own
                    ? MetricStreamConfiguration.Drop
                    : null);
        });
    }

    /// <summary>Maps <c>/metrics</c>.</summary>
    public static IEndpointConventionBuilder Map(IEndpointRouteBuilder endpoints) => endpoints
        .MapPrometheusScrapingEndpoint("/metrics")
        .AddEndpointFilter(async (context, next) =>
        {
            ServerState server = context.HttpContext.RequestServices.GetRequiredService<ServerState>();
            Replies.SetHeaders(context.HttpContext, server.CurrentFingerprint);
            return await next(context);
        })
        .WithMetadata(new HttpMethodMetadata([HttpMethods.Get, HttpMethods.Head]), new RouteMark(IsWork: false));
}
