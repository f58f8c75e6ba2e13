using Innate.Server.Access;
using Innate.Server.Hosting;
using Innate.Server.Http;
using Innate.Server.Logging;
using Innate.Sessions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;

namespace Innate.Server;

/// <summary>
/// A model behind HTTP: rewards, and what trainers and evaluators ask besides. A thin host over
/// <see cref="InnateServices.AddInnateServer(IServiceCollection, ServerOptions)"/> and <see cref="InnateEndpoints.MapInnate"/>,
/// by which any other app has the same. See docs/serving.md.
/// </summary>
public sealed class RewardServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private RewardServer(WebApplication app) => _app = app;

    /// <summary>Where it listens, once it has started: http://127.0.0.1:8080.</summary>
    public IReadOnlyList<string> Addresses =>
        [.. _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses];

    /// <summary>What replies call the model.</summary>
    public string ModelName => _app.Services.GetRequiredService<ServerState>().Models.Current.Name;

    /// <summary>The server's routes.</summary>
    internal IEnumerable<RouteEndpoint> Routes => _app.Services.GetRequiredService<EndpointDataSource>().Endpoints
        .OfType<RouteEndpoint>().Where(e => e.Metadata.GetMetadata<RouteMark>() is not null);

    /// <summary>Loads the model and listens.</summary>
    /// <param name="options">What, where and to whom.</param>
    /// <param name="log">Receives failures of the server's own, a text each; null: nobody does.</param>
    /// <param name="cancellation">Gives up before it listens.</param>
    /// <exception cref="InputException">The model cannot be loaded, or an address cannot be read.</exception>
    /// <exception cref="IOException">An address is in use.</exception>
    public static Task<RewardServer> Start(
        ServerOptions options, Action<string>? log = null, CancellationToken cancellation = default) =>
        Start(options, InnateServices.LoaderOf(options), log, cancellation);

    /// <summary>The same with a model of another kind, for tests.</summary>
    internal static async Task<RewardServer> Start(
        ServerOptions options, ModelLoader load, Action<string>? log = null, CancellationToken cancellation = default)
    {
        RequireUrls(options.Urls);
        WebApplication app = Build(options, load, log);
        try
        {
            await app.StartAsync(cancellation);
            return new RewardServer(app);
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }
    }

    /// <summary>Takes nothing new, answers what it accepted, and ends.</summary>
    public Task Stop() => _app.StopAsync(CancellationToken.None);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Stop();
        await _app.DisposeAsync();
    }

    private static WebApplication Build(ServerOptions options, ModelLoader load, Action<string>? log)
    {
        // Always as in production: a page for developers would show clients our stack traces.
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions
        {
            EnvironmentName = Microsoft.Extensions.Hosting.Environments.Production,
            ContentRootPath = Directory.GetCurrentDirectory(),
        });
        builder.Logging.ClearProviders();
        if (log is not null) builder.Logging.AddProvider(new TextLoggerProvider(log));
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.UseUrls(options.Urls.Split(';'));
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = options.MaxBodyBytes;
        });

        // A little more than requests get: those that are still at work then answer that the server stops.
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = options.DrainTime + TimeSpan.FromSeconds(5));
        builder.Services.AddSingleton<IHostLifetime, OwnLifetime>();
        builder.Services.AddInnateServer(options, load);
        builder.Services.ConfigureOpenTelemetryMeterProvider(metrics => metrics.ConfigureResource(
            resource => resource.AddService("innate", serviceVersion: ModelFingerprint.Version)));
        WebApplication app = builder.Build();
        app.UseStatusCodePages(context => ExplainRefusal(context.HttpContext));
        app.UseRouting();
        app.UseRequestTimeouts();
        app.Use(RefuseUnrouted);
        app.MapInnate();
        return app;
    }

    // Here unknown paths are the server's too: they need a key, and only then are told to be unknown. A method that the open path
    // does not take is told so without one.
    private static async Task RefuseUnrouted(HttpContext http, RequestDelegate next)
    {
        bool isRoute = http.GetEndpoint()?.Metadata.GetMetadata<RouteMark>() is not null;
        bool needsKey = http.Request.Path.Value?.TrimEnd('/') != AccessRules.OpenPath;
        ServerState server = http.RequestServices.GetRequiredService<ServerState>();
        if (isRoute || !await AccessRules.Refuse(http, server, needsKey)) await next(http);
    }

    // A path or a method that routing knows nothing of.
    private static Task ExplainRefusal(HttpContext http)
    {
        int status = http.Response.StatusCode;
        if (status is not (StatusCodes.Status404NotFound or StatusCodes.Status405MethodNotAllowed)) return Task.CompletedTask;
        ServerState server = http.RequestServices.GetRequiredService<ServerState>();
        EndpointDataSource routes = http.RequestServices.GetRequiredService<EndpointDataSource>();
        ModelFingerprint? fingerprint = server.Knows(http) ? server.CurrentFingerprint : null;
        if (status == StatusCodes.Status405MethodNotAllowed && routes.Endpoints.Any(e => ExactPathPolicy.IsPathOf(e, http)))
        {
            string methods = $"{http.Request.Path} takes {http.Response.Headers.Allow}";
            return Replies.Error(http, status, methods, fingerprint);
        }

        http.Response.Headers.Remove("Allow");
        return Replies.Error(http, StatusCodes.Status404NotFound, "there is no such path; GET / lists them", fingerprint);
    }

    private static void RequireUrls(string urls)
    {
        foreach (string url in urls.Split(';'))
        {
            try
            {
                BindingAddress address = BindingAddress.Parse(url);
                if (address.Scheme is "http" or "https" && address.Port is >= 0 and <= ushort.MaxValue) continue;
            }
            catch (FormatException)
            {
                // Said below.
            }

            throw new InputException(
                nameof(ServerOptions.Urls), "addresses such as http://127.0.0.1:8080, separated by semicolons", $"'{url}'");
        }
    }

    /// <summary>Signals are the command's matter, not the host's.</summary>
    private sealed class OwnLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
