using Microsoft.Extensions.Hosting;

namespace Innate.Server.Hosting;

/// <summary>Loads the model before the app listens: to be made, it needs the state, which loads it.</summary>
internal sealed class ServerLifetime : IHostedService
{
    public ServerLifetime(ServerState server) => _ = server;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
