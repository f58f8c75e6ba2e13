using System.Diagnostics;
using Innate.Server.Metrics;

namespace Innate.Server.Scheduling;

/// <summary>
/// The one place where the model is asked. Requests of all connections wait in one bounded queue; a thread of its own takes what
/// fits together, computes it as one batch, and answers each. Batches of queries and steps of sampling take turns.
/// </summary>
internal sealed class Scheduler : IDisposable
{
    /// <summary>Enough rows to fill the matrix products; more only makes others wait.</summary>
    public const int TokenBudget = 2048;

    private readonly object _lock = new();
    private readonly LinkedList<Work> _queue = new();
    private readonly int _capacity;
    private readonly ServerMetrics _metrics;
    private readonly SamplingPool _sampling;
    private readonly Thread _worker;
    private int _items;
    private long _tokens;
    private bool _stopping;

    public Scheduler(int capacity, int slots, ServerMetrics metrics)
    {
        _capacity = capacity;
        _metrics = metrics;
        _sampling = new SamplingPool(slots, metrics);
        metrics.QueueDepth = () => _items;
        metrics.QueueTokens = () => Interlocked.Read(ref _tokens);
        metrics.Sampling = () => _sampling.Active;
        _worker = new Thread(Run) { Name = "innate worker", IsBackground = true };
        _worker.Start();
    }

    /// <summary>What waits.</summary>
    public int Depth => _items;

    /// <summary>Puts work in line, all of it or none.</summary>
    /// <param name="work">A request's.</param>
    /// <param name="cancellation">Takes it out of the line again, or ends its sampling.</param>
    /// <exception cref="QueueFullException">There is no room.</exception>
    /// <exception cref="StoppingException">The server is stopping.</exception>
    public void Submit(IReadOnlyList<Work> work, CancellationToken cancellation)
    {
        long now = Stopwatch.GetTimestamp();
        lock (_lock)
        {
            if (_stopping) throw Refuse(work, new StoppingException());

            // A request that is larger than the whole queue has its turn when the queue is empty.
            if (_items > 0 && _items + work.Sum(w => w.Items) > _capacity)
            {
                _metrics.Rejected();
                throw Refuse(work, new QueueFullException(_metrics.SecondsFor(_tokens)));
            }

            foreach (Work w in work)
            {
                w.Queued = now;
                w.Place = _queue.AddLast(w);
                _items += w.Items;
                _tokens += w.Tokens;
            }

            Monitor.Pulse(_lock);
        }

        if (cancellation.CanBeCanceled) cancellation.UnsafeRegister(_ => Abandon(work, cancellation), null);
    }

    /// <summary>Answers what is in line, then ends the worker.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            _stopping = true;
            Monitor.Pulse(_lock);
        }

        _worker.Join();
        _sampling.Dispose();
    }

    // Lets go of the model, which a reload could otherwise never free.
    private static Exception Refuse(IReadOnlyList<Work> work, Exception why)
    {
        foreach (Work w in work) w.Release();
        return why;
    }

    private void Abandon(IReadOnlyList<Work> work, CancellationToken cancellation)
    {
        List<Work> waiting;
        lock (_lock)
        {
            waiting = [.. work.Where(w => w.Place is not null)];
            foreach (Work w in waiting) Dequeue(w);
        }

        // What the worker has taken it lets go of itself.
        foreach (Work w in work) w.Cancel(cancellation);
        foreach (Work w in waiting) w.Release();
    }

    private void Run()
    {
        while (true)
        {
            List<ScoringWork> batch = [];
            lock (_lock)
            {
                while (_queue.Count == 0 && !_sampling.IsBusy)
                {
                    if (_stopping) return;
                    Monitor.Wait(_lock);
                }

                SelectWork(batch);
            }

            if (batch.Count > 0) ScoringBatch.Run(batch, _metrics);
            foreach (ScoringWork work in batch) work.Release();
            if (_sampling.IsBusy) _sampling.Step();
        }
    }

    // The oldest query and what fits with it, in order; and sampling in order, as long as there is room.
    // First come, first served: where the oldest sampling finds no room, a later one does not pass it by.
    private void SelectWork(List<ScoringWork> batch)
    {
        int tokens = 0;
        for (LinkedListNode<Work>? place = _queue.First, next; place is not null; place = next)
        {
            next = place.Next;
            if (place.Value is SamplingWork sampling)
            {
                if (!_sampling.HasRoom) continue;
                Dequeue(sampling);
                _sampling.Add(sampling);
            }
            else if (place.Value is ScoringWork work
                && (batch.Count == 0
                    || (work.Kind == batch[0].Kind && work.Model == batch[0].Model && tokens + work.Tokens <= TokenBudget)))
            {
                Dequeue(work);
                batch.Add(work);
                tokens += work.Tokens;
            }
        }
    }

    private void Dequeue(Work work)
    {
        if (work.Place is not { } place) return;
        _queue.Remove(place);
        work.Place = null;
        _items -= work.Items;
        _tokens -= work.Tokens;
    }
}
