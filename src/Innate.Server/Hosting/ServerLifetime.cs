using Microsoft.Extensions.Hosting;

namespace Innate.Server.Hosting;

/// <summary>Loads the model before the app listens, and lets <c>/ready</c> know when the app stops.</summary>
internal sealed class ServerLifetime : IHostedService
{
    public ServerLifetime(ServerState server, IHostApplicationLifetime lifetime) =>
        lifetime.ApplicationStopping.Register(() => server.IsStopping = true);

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
