using System.Diagnostics;

namespace Innate.Compute;

/// <summary>Kinds of work that are told apart where it is measured.</summary>
internal enum WorkKind
{
    /// <summary>Norms, gates, rotations, sums: whatever is none of the others.</summary>
    Rows,

    /// <summary>y = x W^T.</summary>
    ForwardProducts,

    /// <summary>dx = dy W.</summary>
    InputGradients,

    /// <summary>dW += dy^T x.</summary>
    WeightGradients,

    /// <summary>Attention, forward.</summary>
    Attention,

    /// <summary>Attention's gradient.</summary>
    AttentionBackward,

    /// <summary>The head, forward.</summary>
    Head,

    /// <summary>The head's gradient.</summary>
    HeadBackward,

    /// <summary>Operands rearranged for products: packed or transposed.</summary>
    Packing,

    /// <summary>Norm of the gradient, AdamW, rounding.</summary>
    Optimizer,
}

/// <summary>
/// Where the threads' time goes, for measurements: the time that each worker spends in pieces of work, by the kind that was set
/// when they were shared out. Kernels without a clock measure nothing.
/// </summary>
/// <param name="threads">Workers in all.</param>
internal sealed class WorkClock(int threads)
{
    // A worker's counters have a cache line's distance to the next worker's.
    private const int Stride = 32;

    private readonly long[] _ticks = new long[threads * Stride];

    /// <summary>Of what is shared out next.</summary>
    public WorkKind Kind { get; set; }

    /// <summary>Seconds of all workers together in one kind of work.</summary>
    public double Seconds(WorkKind kind)
    {
        long sum = 0;
        for (int worker = 0; worker < threads; worker++) sum += _ticks[(worker * Stride) + (int)kind];
        return sum / (double)Stopwatch.Frequency;
    }

    /// <summary>Forgets what was measured.</summary>
    public void Clear() => Array.Clear(_ticks);

    /// <summary>Adds what a worker did since <paramref name="start"/>.</summary>
    public void Add(int worker, long start) => _ticks[(worker * Stride) + (int)Kind] += Stopwatch.GetTimestamp() - start;
}
