using Innate.Server.Access;
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
    /// Adds the server; <see cref="InnateEndpoints.MapInnate"/> maps its routes. The model is loaded when the app starts. The app
    /// needs authentication, authorization and request timeouts in its pipeline; a <c>WebApplication</c> adds the first two
    /// itself.
    /// </summary>
    /// <param name="services">The app's services.</param>
    /// <param name="options">What is served, to whom, and how much of it at once. Where to listen is the app's own
    /// matter.</param>
    /// <exception cref="InputException">At the app's start: the model cannot be loaded.</exception>
    public static IServiceCollection AddInnateServer(this IServiceCollection services, ServerOptions options) =>
        services.AddInnateServer(options, LoaderOf(options));

    /// <summary>Loads the options' model; a reload may name another folder.</summary>
    internal static ModelLoader LoaderOf(ServerOptions options) =>
        folder => ModelLoading.Load(folder is null ? options : options with { Folder = folder });

    /// <summary>The same with a model of another kind, for tests.</summary>
    internal static IServiceCollection AddInnateServer(this IServiceCollection services, ServerOptions options, ModelLoader load)
    {
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
        AccessPolicies.AddTo(services);
        OpenApiDescription.AddTo(services);
        MetricsExport.AddTo(services);
        return services;
    }
}
