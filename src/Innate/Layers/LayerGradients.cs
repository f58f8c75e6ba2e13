using System.Runtime.InteropServices;
using Innate.Compute;
using Innate.Compute.Memory;

namespace Innate.Layers;

/// <summary>
/// The layers' gradients in one piece of memory, layer after layer. They are written from the last layer down, so until a
/// layer's turn comes its piece can hold what later layers kept of the forward pass: as long as nothing was added since the
/// gradients were zero, that memory is free.
/// </summary>
internal sealed unsafe class LayerGradients : IDisposable
{
    private readonly Dictionary<PackedWeight, PackedWeight> _places = [];
    private readonly NativeBuffer _memory;

    // Where each layer's piece begins, and the end of the last.
    private readonly long[] _starts;
    private object? _borrower;
    private long _borrowed;

    /// <summary>Makes room, all zero.</summary>
    /// <param name="weights">Each matrix that learns, with its layer.</param>
    public LayerGradients(IEnumerable<(int Layer, PackedWeight Weight)> weights)
    {
        // A sort that keeps a layer's own order.
        (int Layer, PackedWeight Weight)[] sorted = [.. weights.OrderBy(w => w.Layer)];
        _starts = new long[sorted.Length == 0 ? 1 : sorted[^1].Layer + 2];
        foreach ((int layer, PackedWeight weight) in sorted)
        {
            _starts[layer + 1] += PackedWeight.BytesOf(weight.Rows, weight.Columns, ElementType.Float32);
        }

        for (int i = 1; i < _starts.Length; i++) _starts[i] += _starts[i - 1];
        _memory = new NativeBuffer(_starts[^1]);
        long at = 0;
        foreach ((_, PackedWeight weight) in sorted)
        {
            var place = new PackedWeight(weight.Rows, weight.Columns, ElementType.Float32, _memory, at);
            _places.Add(weight, place);
            at += place.Bytes;
        }
    }

    /// <summary>Whether all gradients here are zero, or will be before they are added to.</summary>
    public bool AreZero { get; set; } = true;

    /// <summary>A weight's gradient; null where it lies elsewhere.</summary>
    public PackedWeight? Of(PackedWeight weight) => _places.GetValueOrDefault(weight);

    /// <summary>Bytes before a layer's piece.</summary>
    public long Start(int layer) => _starts[Math.Min(layer, _starts.Length - 1)];

    /// <summary>Lends memory, of whose contents only this borrower knows; what another had is lost.</summary>
    /// <param name="borrower">Who writes there.</param>
    /// <param name="start">Where it begins, in bytes.</param>
    /// <param name="bytes">How much.</param>
    public LentMemory Lend(object borrower, long start, long bytes)
    {
        if (!AreZero) throw new InvalidOperationException("Gradients are being summed in that memory.");
        ArgumentOutOfRangeException.ThrowIfGreaterThan(start + bytes, _memory.Bytes);
        _borrower = borrower;
        _borrowed = Math.Max(_borrowed, start + bytes);
        return new LentMemory((float*)(_memory.Pointer + start), bytes / sizeof(float));
    }

    /// <summary>Whether what this borrower wrote still stands there.</summary>
    public bool IsLentTo(object borrower) => _borrower == borrower;

    /// <summary>Takes back a layer's piece, and all after it, which is zero then.</summary>
    public void TakeBack(int layer)
    {
        long start = Start(layer);
        if (start >= _borrowed) return;
        NativeMemory.Clear(_memory.Pointer + start, (nuint)(_borrowed - start));
        _borrowed = start;
    }

    /// <summary>Takes everything back.</summary>
    public void TakeBack()
    {
        TakeBack(0);
        _borrower = null;
    }

    /// <inheritdoc/>
    public void Dispose() => _memory.Dispose();
}
