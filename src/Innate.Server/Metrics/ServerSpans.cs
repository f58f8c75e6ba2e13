using System.Diagnostics;
using Innate.Server.Scheduling;
using Innate.Sessions;

namespace Innate.Server.Metrics;

/// <summary>
/// Spans of the server's own work, of the activity source <c>Innate.Server</c>. A batch is computed for several requests at
/// once, so it is nobody's child: it has a link to each request's span.
/// </summary>
internal static class ServerSpans
{
    /// <summary>The source's name, the meter's too.</summary>
    public const string SourceName = ServerMetrics.MeterName;

    private static readonly ActivitySource Source = new(SourceName, ModelFingerprint.Version);

    /// <summary>The span of a batch; null: nobody listens.</summary>
    /// <param name="works">What is computed together.</param>
    public static Activity? Batch(IReadOnlyList<ScoringWork> works)
    {
        if (!Source.HasListeners()) return null;
        IEnumerable<ActivityLink> links =
            works.Where(w => w.Request != default).Select(w => w.Request).Distinct().Select(r => new ActivityLink(r));

        // Whatever is current on the worker's thread is not the batch's parent.
        Activity.Current = null;
        Activity? span = Source.StartActivity("innate.batch", ActivityKind.Internal, parentContext: default, links: links);
        span?.SetTag("innate.rows", works.Count);
        span?.SetTag("innate.responses", works.Sum(w => (long)w.Items));
        span?.SetTag("innate.tokens.read", works.Sum(w => (long)w.Tokens));
        return span;
    }

    /// <summary>Says that a batch failed, and by what.</summary>
    public static void Failed(Activity? span, Exception e)
    {
        span?.SetTag("error.type", e.GetType().FullName);
        span?.SetStatus(ActivityStatusCode.Error);
    }
}
