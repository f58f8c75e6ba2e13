using Innate.Compute;
using Innate.Compute.Memory;
using Innate.Learning.Optimization;

namespace Innate.Learning.Ranks;

/// <summary>
/// The gradients of a rank's shares, added in the tree's order (<see cref="ShareNode"/>). The share that was computed last lies
/// where gradients lie; nodes that wait for their other half lie beside it, each as large as the gradients.
/// </summary>
/// <param name="weights">What learns.</param>
/// <param name="kernels">The kernels.</param>
internal sealed unsafe class ShareGradients(TrainedWeights weights, IKernels kernels) : IDisposable
{
    private readonly Matrix[] _places = [.. weights.Parameters.Select(p => p.Gradient)];
    private readonly List<(ShareNode Node, NativeBuffer Values)> _waiting = [];
    private readonly Stack<NativeBuffer> _free = new();
    private ShareNode? _last;

    /// <summary>Values of all gradients one after another, the padding of their panels included.</summary>
    public long Count => _places.Sum(p => (long)p.Rows * p.Columns);

    /// <summary>How many nodes there are; the last lies where gradients lie.</summary>
    public int NodeCount => _waiting.Count + (_last is null ? 0 : 1);

    /// <summary>Forgets the nodes of the step before, which may have been given up midway.</summary>
    public void Begin()
    {
        foreach ((_, NativeBuffer values) in _waiting) _free.Push(values);
        _waiting.Clear();
        _last = null;
    }

    /// <summary>Puts the last node aside: the gradients are zero then, for the next share.</summary>
    public void PutAside()
    {
        if (_last is not { } node) return;
        NativeBuffer values =
            _free.TryPop(out NativeBuffer? free) ? free : new NativeBuffer(Count * sizeof(float), zeroed: false);
        long at = 0;
        foreach (Matrix place in _places)
        {
            Matrix aside = Beside(values, place, ref at);
            for (int row = 0; row < place.Rows; row++) place.Row(row).CopyTo(aside.Row(row));
        }

        _waiting.Add((node, values));
        _last = null;
        weights.ClearGradients();
    }

    /// <summary>Takes the gradients as those of a share, and joins them with what waits for them.</summary>
    public void Take(int share)
    {
        weights.TakeBack();
        ShareNode node = new(share, 1);
        while (_waiting.Count > 0 && _waiting[^1].Node.Joins(node)) node = Join(node);
        _last = node;
    }

    /// <summary>Joins what is left where one process computed all shares: the sum lies where gradients lie.</summary>
    public void JoinAll()
    {
        while (_waiting.Count > 0) _last = Join(_last!.Value);
    }

    /// <summary>Reads a stretch of a node's values.</summary>
    /// <param name="node">Which, in the order of shares.</param>
    /// <param name="start">The first value.</param>
    /// <param name="count">How many.</param>
    /// <param name="to">Takes them.</param>
    public void Read(int node, long start, int count, float* to)
    {
        if (node == _waiting.Count) Move(start, count, to, isWrite: false);
        else Copy((float*)_waiting[node].Values.Pointer + start, to, count);
    }

    /// <summary>Writes a stretch of the sum where gradients lie.</summary>
    /// <param name="start">The first value.</param>
    /// <param name="count">How many.</param>
    /// <param name="from">The values.</param>
    public void Write(long start, int count, float* from) => Move(start, count, from, isWrite: true);

    /// <inheritdoc/>
    public void Dispose()
    {
        Begin();
        foreach (NativeBuffer values in _free) values.Dispose();
        _free.Clear();
    }

    private ShareNode Join(ShareNode last)
    {
        (ShareNode node, NativeBuffer values) = _waiting[^1];
        long at = 0;
        foreach (Matrix place in _places) kernels.Add(Beside(values, place, ref at), place);
        _waiting.RemoveAt(_waiting.Count - 1);
        _free.Push(values);
        return node.With(last);
    }

    private static Matrix Beside(NativeBuffer values, Matrix place, ref long at)
    {
        Matrix beside = new((float*)values.Pointer + at, place.Rows, place.Columns, place.Columns);
        at += (long)place.Rows * place.Columns;
        return beside;
    }

    // Between the gradients, which lie in several places, and memory in one piece.
    private void Move(long start, int count, float* other, bool isWrite)
    {
        long before = 0;
        for (int i = 0; count > 0; before += (long)_places[i].Rows * _places[i].Columns, i++)
        {
            Matrix place = _places[i];
            while (count > 0 && start - before < (long)place.Rows * place.Columns)
            {
                (long row, long column) = Math.DivRem(start - before, place.Columns);
                float* here = place.RowPointer((int)row) + column;
                int stretch = (int)Math.Min(count, place.Columns - column);
                if (isWrite) Copy(other, here, stretch);
                else Copy(here, other, stretch);
                (start, count) = (start + stretch, count - stretch);
                other += stretch;
            }
        }
    }

    private static void Copy(float* from, float* to, int count) =>
        new ReadOnlySpan<float>(from, count).CopyTo(new Span<float>(to, count));
}
