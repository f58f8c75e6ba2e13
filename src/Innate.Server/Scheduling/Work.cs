using System.Diagnostics;
using Innate.Server.Models;

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

    /// <summary>The span of the request that asks for it; default: nobody listens.</summary>
    public ActivityContext Request { get; } = Activity.Current?.Context ?? default;

    /// <summary>When it came in, in <see cref="Stopwatch"/>'s ticks.</summary>
    public long Queued { get; set; }

    /// <summary>Its place in the queue; null once it has left.</summary>
    public LinkedListNode<Work>? Place { get; set; }

    /// <summary>The worker will not touch the model for it any more.</summary>
    public void Release() => _lease.Dispose();

    /// <summary>Nobody waits for it any more.</summary>
    public abstract void Cancel(CancellationToken cancellation);

    public abstract void Fail(Exception exception);
}

/// <summary>Work with a result that a request waits for.</summary>
/// <typeparam name="T">The result.</typeparam>
internal abstract class Work<T>(ServedModel model, int items, int tokens) : Work(model, items, tokens)
{
    // Continuations are requests: they must not run on the worker.
    private readonly TaskCompletionSource<T> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<T> Done => _done.Task;

    /// <summary>Whether someone still waits.</summary>
    public bool IsWanted => !_done.Task.IsCompleted;

    public void Complete(T result) => _done.TrySetResult(result);

    public override void Cancel(CancellationToken cancellation) => _done.TrySetCanceled(cancellation);

    public override void Fail(Exception exception) => _done.TrySetException(exception);
}
