using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Innate.Server.Metrics;

/// <summary>
/// What the server tells of its work, as instruments of the meter <c>Innate.Server</c>. Requests are counted and timed by
/// ASP.NET's own meter, <c>Microsoft.AspNetCore.Hosting</c>.
/// </summary>
internal sealed class ServerMetrics
{
    /// <summary>The meter's name, under which exporters know it.</summary>
    public const string MeterName = "Innate.Server";

    private static readonly InstrumentAdvice<double> Seconds = new()
    {
        HistogramBucketBoundaries = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 25, 50, 100],
    };

    private static readonly InstrumentAdvice<long> Sizes = new()
    {
        HistogramBucketBoundaries = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024],
    };

    private readonly Histogram<double> _wait;
    private readonly Histogram<long> _batch;
    private readonly Histogram<double> _compute;
    private readonly Counter<long> _tokens;
    private readonly Counter<long> _rejected;
    private readonly RecentRate _rate = new();
    private readonly RecentValues _batches = new();

    public ServerMetrics(IMeterFactory meters)
    {
        Meter meter = meters.Create(MeterName, "1.0");
        _wait = meter.CreateHistogram("innate.queue.wait", "s", "From being queued to being computed.", advice: Seconds);
        _batch = meter.CreateHistogram("innate.batch.queries", "{query}", "Queries computed together.", advice: Sizes);
        _compute = meter.CreateHistogram("innate.batch.duration", "s", "A batch's time on the model.", advice: Seconds);
        _tokens = meter.CreateCounter<long>(
            "innate.tokens", "{token}", "Tokens by kind: scored, sampled, shared (not read again), cached (not read again).");
        _rejected = meter.CreateCounter<long>(
            "innate.requests.rejected", "{request}", "Requests refused because the queue was full.");
        meter.CreateObservableGauge("innate.queue.sequences", () => QueueDepth(), "{sequence}", "Sequences that wait.");
        meter.CreateObservableGauge("innate.queue.tokens", () => QueueTokens(), "{token}", "Their tokens.");
        meter.CreateObservableGauge("innate.sampling.sequences", () => Sampling(), "{sequence}", "Responses being sampled.");
        meter.CreateObservableGauge(
            "innate.throughput", () => TokensPerSecond, "{token}/s", "Tokens a second over the last ten seconds.");
    }

    public Func<int> QueueDepth { get; set; } = () => 0;

    public Func<long> QueueTokens { get; set; } = () => 0;

    public Func<int> Sampling { get; set; } = () => 0;

    public double TokensPerSecond => _rate.PerSecond(Stopwatch.GetTimestamp());

    /// <summary>Mean of the last batches' queries.</summary>
    public double BatchSize => _batches.Mean;

    public void Waited(long queued, long now) => _wait.Record(Stopwatch.GetElapsedTime(queued, now).TotalSeconds);

    public void Scored(int queries, long tokens, TimeSpan duration)
    {
        _batch.Record(queries);
        _batches.Add(queries);
        _compute.Record(duration.TotalSeconds);
        Compute("scored", tokens);
    }

    public void Sampled(long tokens) => Compute("sampled", tokens);

    /// <summary>Prompt tokens that queries of one batch had in common.</summary>
    public void SharedPrompts(long tokens) => Count("shared", tokens);

    /// <summary>Prompt tokens whose keys and values were kept from before.</summary>
    public void Cached(long tokens) => Count("cached", tokens);

    public void Rejected() => _rejected.Add(1);

    /// <summary>How long so many tokens will take at the present speed, at least a second and at most a minute.</summary>
    public int SecondsFor(long tokens)
    {
        double rate = TokensPerSecond;
        return rate > 0 ? (int)Math.Clamp(Math.Ceiling(tokens / rate), 1, 60) : 1;
    }

    private void Compute(string kind, long tokens)
    {
        Count(kind, tokens);
        _rate.Add(tokens, Stopwatch.GetTimestamp());
    }

    private void Count(string kind, long tokens)
    {
        if (tokens > 0) _tokens.Add(tokens, new KeyValuePair<string, object?>("kind", kind));
    }
}
