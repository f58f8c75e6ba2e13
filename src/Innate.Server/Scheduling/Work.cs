using Innate.Generation;
using Innate.Models;
using Innate.Server.Models;
using Innate.Traces;

namespace Innate.Server.Scheduling;

/// <summary>Something the worker is asked to compute.</summary>
/// <param name="model">The model that it was encoded for.</param>
/// <param name="items">Sequences that it asks for.</param>
/// <param name="tokens">What it costs.</param>
internal abstract class Work(ServedModel model, int items, int tokens)
{
    // Its own: a request that gives up lets go of the model while the worker may still be reading it.
    private readonly ModelLease _lease = model.Lease();

    public ServedModel Model => _lease.Model;

    public int Items { get; } = items;

    public int Tokens { get; } = tokens;

    /// <summary>When it came in, in <see cref="System.Diagnostics.Stopwatch"/>'s ticks.</summary>
    public long Queued { get; set; }

    /// <summary>Its place in the queue; null once it has left.</summary>
    public LinkedListNode<Work>? Place { get; set; }

    /// <summary>Whether someone still waits.</summary>
    public abstract bool IsWanted { get; }

    /// <summary>The worker will not touch the model for it any more.</summary>
    public void Release() => _lease.Dispose();

    /// <summary>Nobody waits for it any more.</summary>
    public abstract void Cancel(CancellationToken cancellation);

    public abstract void Fail(Exception exception);
}

/// <summary>What a query is asked for; queries of one kind are computed together.</summary>
/// <param name="Classify">The score head's numbers instead of traces.</param>
/// <param name="Alpha">The temperature of V.</param>
/// <param name="Likeliest">Alternatives wanted at each token; -1: none, and no ranks.</param>
/// <param name="WithReference">The reference's traces too.</param>
internal readonly record struct ScoreKind(bool Classify, double Alpha, int Likeliest, bool WithReference);

/// <summary>One query's results.</summary>
/// <param name="Traces">One a response; empty for a classifier.</param>
/// <param name="References">The reference model's, where asked for.</param>
/// <param name="Scores">A classifier's.</param>
internal sealed record ScoreResult(TokenTrace[] Traces, TokenTrace[]? References, double[]? Scores);

/// <summary>A query to be read.</summary>
/// <param name="model">The model that it was encoded for.</param>
/// <param name="query">The query.</param>
/// <param name="kind">What is asked.</param>
/// <param name="cancellation">The request's: nobody waits any more.</param>
internal sealed class ScoreWork(ServedModel model, TraceQuery query, ScoreKind kind, CancellationToken cancellation)
    : Work(model, query.Responses.Count, query.TokenCount)
{
    // Continuations are requests: they must not run on the worker.
    private readonly TaskCompletionSource<ScoreResult> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public TraceQuery Query { get; } = query;

    public ScoreKind Kind { get; } = kind;

    /// <summary>Stops the reading between layers where it is read alone; a batch of several is short.</summary>
    public CancellationToken Cancellation { get; } = cancellation;

    public Task<ScoreResult> Done => _done.Task;

    public override bool IsWanted => !_done.Task.IsCompleted;

    public void Complete(ScoreResult result) => _done.TrySetResult(result);

    public override void Cancel(CancellationToken cancellation) => _done.TrySetCanceled(cancellation);

    public override void Fail(Exception exception) => _done.TrySetException(exception);
}

/// <summary>Responses to be drawn.</summary>
internal sealed class DrawWork(ServedModel model, DecodingJob job)
    : Work(model, job.Prompts.Count * job.ResponsesPerPrompt, job.Prompts.Sum(p => p.Length))
{
    private readonly TaskCompletionSource<GeneratedResponse[][]> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public DecodingJob Job { get; } = job;

    public Task<GeneratedResponse[][]> Done => _done.Task;

    public override bool IsWanted => !_done.Task.IsCompleted;

    public void Complete() => _done.TrySetResult(Job.Results);

    public override void Cancel(CancellationToken cancellation) => _done.TrySetCanceled(cancellation);

    public override void Fail(Exception exception) => _done.TrySetException(exception);
}

/// <summary>The queue has no room; the client may come again.</summary>
internal sealed class QueueFullException(int retryAfterSeconds)
    : Exception($"the queue is full; come again in {retryAfterSeconds} s")
{
    public int RetryAfterSeconds { get; } = retryAfterSeconds;
}

/// <summary>The server is stopping.</summary>
internal sealed class StoppingException() : Exception("the server is stopping");
