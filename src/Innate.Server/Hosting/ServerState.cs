using Innate.Server.Access;
using Innate.Server.Logging;
using Innate.Server.Metrics;
using Innate.Server.Http;
using Innate.Server.Models;
using Innate.Server.Rewards;
using Innate.Server.Scheduling;
using Innate.Sessions;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Innate.Server.Hosting;

/// <summary>What all requests share: the model, the scheduler, the limits. Making it loads the model.</summary>
internal sealed class ServerState : IDisposable
{
    private readonly CancellationToken _stopping;
    private readonly CancellationTokenSource _drained = new();
    private readonly CancellationTokenRegistration _drain;

    public ServerState(
        ServerOptions options, ModelLoader load, ServerMetrics metrics, RequestStatistics requests, ILoggerFactory logging,
        IHostApplicationLifetime lifetime)
    {
        _stopping = lifetime.ApplicationStopping;
        _drain = _stopping.Register(() => _drained.CancelAfter(options.DrainTime));
        Options = options;
        Keys = new ApiKeys(options.ApiKeys);
        Log = logging.CreateLogger(ServerLog.Category);
        Profiles = new ServedProfiles(options.Profiles, Log);
        Models = new ModelShelf(folder => load(folder));
        Metrics = metrics;
        Requests = requests;
        Scheduler = new Scheduler(options.QueueCapacity, options.GenerationSlots, metrics);
    }

    public ServerOptions Options { get; }

    public ApiKeys Keys { get; }

    public BodyBudget Bodies { get; } = new();

    public ModelShelf Models { get; }

    /// <summary>Rewards that are asked for by a model's name.</summary>
    public ServedProfiles Profiles { get; }

    public ServerMetrics Metrics { get; }

    public RequestStatistics Requests { get; }

    public ILogger Log { get; }

    public Scheduler Scheduler { get; }

    public DateTimeOffset Started { get; } = DateTimeOffset.UtcNow;

    /// <summary>Of the model that a request would get now.</summary>
    public ModelFingerprint CurrentFingerprint => Models.Current.Fingerprint;

    /// <summary>The server answers what it accepted and takes nothing new.</summary>
    public bool IsStopping => _stopping.IsCancellationRequested;

    /// <summary>The server is stopping, and the time of the requests that it accepted is over.</summary>
    public CancellationToken Drained => _drained.Token;

    /// <summary>Whether a client may know which model is served.</summary>
    /// <param name="http">The client's request.</param>
    public bool Knows(HttpContext http) => !Keys.AreRequired || Keys.Contain(http.Request.Headers.Authorization);

    public void Dispose()
    {
        _drain.Dispose();
        _drained.Dispose();
        Scheduler.Dispose();
        Bodies.Dispose();
        Models.Dispose();
    }
}
