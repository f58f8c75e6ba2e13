using Innate.Server.Hosting;
using Innate.Server.Http;
using Innate.Server.Metrics;
using Innate.Server.Models;
using Innate.Server.Operations;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http.Timeouts;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Innate.Server;

/// <summary>A model and its scheduler as services of an ASP.NET app.</summary>
public static class InnateServices
{
    /// <summary>The request timeout of the server's routes.</summary>
    internal const string TimeoutPolicy = "Innate";

    /// <summary>
    /// Adds the server; <see cref="InnateEndpoints.MapInnate"/> maps its routes. The model is loaded when the app starts. Nothing
    /// of the app's own is touched: no authentication, no authorization, no pages of errors.
    /// </summary>
    /// <param name="services">The app's services.</param>
    /// <param name="options">What is served, to whom, and how much of it at once. Where to listen is the app's own
    /// matter.</param>
    /// <exception cref="InputException">
    /// At once: a server was added already. At the app's start: the model cannot be loaded.
    /// </exception>
    public static IServiceCollection AddInnateServer(this IServiceCollection services, ServerOptions options) =>
        services.AddInnateServer(options, LoaderOf(options));

    /// <summary>Loads the options' model; a reload may name another folder.</summary>
    internal static ModelLoader LoaderOf(ServerOptions options) =>
        folder => ModelLoading.Load(folder is null ? options : options with { Folder = folder });

    /// <summary>The same with a model of another kind, for tests.</summary>
    internal static IServiceCollection AddInnateServer(this IServiceCollection services, ServerOptions options, ModelLoader load)
    {
        if (services.FirstOrDefault(s => s.ServiceType == typeof(ServerOptions))?.ImplementationInstance is ServerOptions other)
        {
            throw new InputException($"AddInnateServer: an app serves one model, and {other.Folder} is served already, found "
                + $"{options.Folder} too; call it once, and run `innate serve` beside the app for another model.");
        }

        services.AddMetrics();
        services.AddSingleton(options);
        services.AddSingleton(load);
        services.AddSingleton<ServerMetrics>();
        services.AddSingleton<RequestStatistics>();
        services.AddSingleton<ServerState>();
        services.AddHostedService<ServerLifetime>();
        services.AddTransient<IStartupFilter, RequestStatisticsFilter>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<MatcherPolicy, ExactPathPolicy>());
        services.AddRequestTimeouts(timeouts => timeouts.AddPolicy(TimeoutPolicy, new RequestTimeoutPolicy
        {
            Timeout = options.Deadline,
            WriteTimeoutResponse = http => Replies.Error(
                http, Fault.TimedOut.Status, Fault.TimedOut.Message,
                http.RequestServices.GetRequiredService<ServerState>().CurrentFingerprint),
        }));
        OpenApiDescription.AddTo(services);
        if (options.Metrics) MetricsExport.AddTo(services);
        return services;
    }
}
