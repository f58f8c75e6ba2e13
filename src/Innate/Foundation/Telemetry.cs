using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Reflection;

namespace Innate.Foundation;

/// <summary>
/// What the library tells of its work to whoever listens, through .NET's own seams, on which OpenTelemetry stands: spans of the
/// activity source <c>Innate</c>, numbers of the meter <c>Innate</c> (docs/dotnet.md lists them). It tells how much and how long,
/// never a text of a prompt or a response. Where nobody listens it costs a comparison.
/// </summary>
internal static class Telemetry
{
    /// <summary>The name of the activity source and of the meter.</summary>
    public const string Name = "Innate";

    private const string Operation = "innate.operation", ErrorType = "error.type", TokenKind = "innate.token.kind";

    private static readonly string? Version =
        typeof(Telemetry).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion;

    private static readonly ActivitySource Spans = new(Name, Version);
    private static readonly Meter Meter = new(Name, Version);

    private static readonly Histogram<double> Duration = Meter.CreateHistogram(
        "innate.operation.duration", "s", "How long an operation took.", advice: new InstrumentAdvice<double>
        {
            HistogramBucketBoundaries = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 25, 50, 100],
        });

    private static readonly Counter<long> Rows = Meter.CreateCounter<long>("innate.operation.rows", "{row}", "Prompts.");

    private static readonly Counter<long> Responses = Meter.CreateCounter<long>(
        "innate.operation.responses", "{response}", "Responses scored or sampled.");

    private static readonly Counter<long> Tokens = Meter.CreateCounter<long>(
        "innate.operation.tokens", "{token}", "Tokens by kind: read (each prompt once, and scored responses), sampled.");

    /// <summary>Does an operation under a span of its own, and counts it. One that fails is counted with what it threw.</summary>
    /// <param name="operation">score, rank or generate.</param>
    /// <param name="work">The operation; says how much it did.</param>
    public static T Measure<T>(string operation, Func<WorkCount, T> work)
    {
        using Activity? span = Spans.StartActivity($"innate.{operation}");
        WorkCount count = new();
        string? error = null;
        long began = Stopwatch.GetTimestamp();
        try
        {
            return work(count);
        }
        catch (Exception e)
        {
            error = e.GetType().FullName;
            throw;
        }
        finally
        {
            Tell(span, operation, count, error);
            Count(operation, count, error, Stopwatch.GetElapsedTime(began));
        }
    }

    private static void Tell(Activity? span, string operation, WorkCount count, string? error)
    {
        if (span is null) return;
        span.SetTag(Operation, operation);
        if (count.Reward is { } reward) span.SetTag("innate.reward", reward);
        span.SetTag("innate.rows", count.Rows);
        span.SetTag("innate.responses", count.Responses);
        span.SetTag("innate.tokens.read", count.TokensRead);
        if (count.TokensSampled > 0) span.SetTag("innate.tokens.sampled", count.TokensSampled);
        if (error is null) return;
        span.SetTag(ErrorType, error);
        span.SetStatus(ActivityStatusCode.Error);
    }

    private static void Count(string operation, WorkCount count, string? error, TimeSpan duration)
    {
        TagList tags = new() { { Operation, operation } };
        if (count.Rows > 0) Rows.Add(count.Rows, tags);
        if (count.Responses > 0) Responses.Add(count.Responses, tags);
        if (count.TokensRead > 0) Tokens.Add(count.TokensRead, new TagList { { Operation, operation }, { TokenKind, "read" } });
        if (count.TokensSampled > 0)
        {
            Tokens.Add(count.TokensSampled, new TagList { { Operation, operation }, { TokenKind, "sampled" } });
        }

        if (error is not null) tags.Add(ErrorType, error);
        Duration.Record(duration.TotalSeconds, tags);
    }
}

/// <summary>How much an operation did, as far as it came.</summary>
internal sealed class WorkCount
{
    /// <summary>The reward's name; null: none is asked for.</summary>
    public string? Reward { get; set; }

    /// <summary>Prompts.</summary>
    public long Rows { get; set; }

    /// <summary>Responses scored or sampled.</summary>
    public long Responses { get; set; }

    /// <summary>Tokens of prompts, each once, and of responses that were scored.</summary>
    public long TokensRead { get; set; }

    /// <summary>Tokens that were sampled.</summary>
    public long TokensSampled { get; set; }
}
