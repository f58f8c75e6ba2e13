using System.Diagnostics;

namespace Innate.Compute;

/// <summary>
/// A few threads that stay alive between kernels and share out numbered pieces of work. Which thread takes which piece is
/// left to chance, so a kernel's pieces write to separate places and every reduction stays inside one piece.
/// </summary>
internal sealed class ThreadTeam : IDisposable
{
    /// <summary>The most threads of a team: more than any machine's cores, fewer than a system refuses to start.</summary>
    public const int MaxThreads = 1024;

    // About 20 microseconds: kernels follow one another closely, and waking a sleeping thread costs more than that.
    private const int SpinsBeforeSleep = 400;

    private readonly Lock _oneAtATime = new();
    private readonly object _wake = new();
    private readonly Thread[] _helpers;
    private Action<int, int>? _body;
    private Exception? _failure;
    private int _count;
    private int _next;
    private int _round;
    private int _openRound;
    private int _inside;
    private bool _stopping;

    /// <summary>Starts the team.</summary>
    /// <param name="threads">Threads in all, the caller's included; 1 to <see cref="MaxThreads"/>.</param>
    public ThreadTeam(int threads)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(threads, MaxThreads);
        _helpers = new Thread[threads - 1];
        for (int i = 0; i < _helpers.Length; i++)
        {
            int worker = i + 1;
            _helpers[i] = new Thread(() => Help(worker)) { IsBackground = true, Name = $"innate {worker}" };
            _helpers[i].Start();
        }
    }

    /// <summary>Threads in all, the caller's included.</summary>
    public int Threads => _helpers.Length + 1;

    /// <summary>Measures the work that is shared out; null: nothing is measured.</summary>
    public WorkClock? Clock { get; init; }

    /// <summary>The same, shared out only where that is worth it; else the caller does all of it.</summary>
    /// <param name="count">Number of pieces.</param>
    /// <param name="isWorthSharing">Whether the work is more than waking a thread costs.</param>
    /// <param name="body">The work.</param>
    public void For(int count, bool isWorthSharing, Action<int, int> body)
    {
        if (isWorthSharing)
        {
            For(count, body);
            return;
        }

        for (int i = 0; i < count; i++) body(i, 0);
    }

    /// <summary>
    /// Runs <paramref name="body"/>(piece, worker) for every piece in [0, count), and returns when all are done.
    /// </summary>
    /// <param name="count">Number of pieces.</param>
    /// <param name="body">The work; worker is in [0, <see cref="Threads"/>) and names scratch memory.</param>
    public void For(int count, Action<int, int> body)
    {
        lock (_oneAtATime)
        {
            ObjectDisposedException.ThrowIf(_stopping, this);
            if (count <= 1 || _helpers.Length == 0)
            {
                long start = Clock is null ? 0 : Stopwatch.GetTimestamp();
                for (int i = 0; i < count; i++) body(i, 0);
                Clock?.Add(0, start);
                return;
            }

            _body = body;
            _count = count;
            _failure = null;
            Volatile.Write(ref _next, 0);
            int round = NextRound();
            Volatile.Write(ref _openRound, round);
            lock (_wake)
            {
                _round = round;
                Monitor.PulseAll(_wake);
            }

            TakePieces(0);

            // Closed, then waited for those inside only: a helper that was not scheduled in time holds nobody up. A helper counts
            // itself in before it looks whether the round is open, so that one of the two sees the other.
            Interlocked.Exchange(ref _openRound, 0);
            var spin = default(SpinWait);
            while (Volatile.Read(ref _inside) != 0) spin.SpinOnce(sleep1Threshold: -1);
            _body = null;
            if (_failure is { } failure) System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(failure);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // Not before the work under way is done.
        lock (_oneAtATime)
        {
            lock (_wake)
            {
                // In this order for those that spin outside the lock, also where the processor reorders plain writes: a helper
                // that saw the round and not the end would sleep for good.
                Volatile.Write(ref _stopping, true);
                Volatile.Write(ref _round, NextRound());
                Monitor.PulseAll(_wake);
            }
        }

        foreach (Thread helper in _helpers) helper.Join();
    }

    // Never 0, which means that no round is open.
    private int NextRound() => _round == int.MaxValue ? 1 : _round + 1;

    private void Help(int worker)
    {
        int seen = 0;
        while (true)
        {
            for (int spin = 0; spin < SpinsBeforeSleep && Volatile.Read(ref _round) == seen; spin++) Thread.SpinWait(10);
            if (Volatile.Read(ref _round) == seen)
            {
                lock (_wake)
                {
                    while (_round == seen) Monitor.Wait(_wake);
                }
            }

            seen = Volatile.Read(ref _round);
            if (Volatile.Read(ref _stopping)) return;
            Interlocked.Increment(ref _inside);
            if (Volatile.Read(ref _openRound) == seen) TakePieces(worker);
            Interlocked.Decrement(ref _inside);
        }
    }

    private void TakePieces(int worker)
    {
        long start = Clock is null ? 0 : Stopwatch.GetTimestamp();
        try
        {
            Action<int, int> body = _body!;
            for (int piece; (piece = Interlocked.Increment(ref _next) - 1) < _count;) body(piece, worker);
        }
        catch (Exception e)
        {
            Interlocked.CompareExchange(ref _failure, e, null);
            Volatile.Write(ref _next, _count);
        }

        Clock?.Add(worker, start);
    }
}
