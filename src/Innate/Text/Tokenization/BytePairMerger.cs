namespace Innate.Text.Tokenization;

/// <summary>
/// Joins the symbols of one word: always the lowest-ranked pair, the leftmost of equals. Short words scan for it; long ones
/// keep the candidates in a heap, so that a megabyte without a break costs n log n and not n squared. Not thread-safe: each
/// encoding holds its own.
/// </summary>
internal sealed class BytePairMerger(MergeTable merges)
{
    /// <summary>Above this many symbols the heap is cheaper than the scan.</summary>
    internal const int ScanLimit = 48;

    private int[] _ranks = new int[ScanLimit];
    private int[] _merged = new int[ScanLimit];
    private int[] _next = [];
    private int[] _previous = [];
    private ulong[] _heap = [];
    private int _heapCount;

    /// <summary>Merges <paramref name="ids"/> in place; the count of symbols left at its beginning.</summary>
    public int Merge(Span<int> ids) => ids.Length <= ScanLimit ? MergeByScan(ids) : MergeByHeap(ids);

    /// <summary>The plain way; correct at every length, quadratic on long words.</summary>
    internal int MergeByScan(Span<int> ids)
    {
        int n = ids.Length;
        if (_ranks.Length < n) (_ranks, _merged) = (new int[n], new int[n]);
        Span<int> ranks = _ranks, merged = _merged;
        for (int i = 0; i + 1 < n; i++) ranks[i] = merges.Rank(ids[i], ids[i + 1], out merged[i]);

        while (n > 1)
        {
            int best = 0, bestRank = ranks[0];
            for (int i = 1; i < n - 1; i++)
            {
                if (ranks[i] < bestRank) (best, bestRank) = (i, ranks[i]);
            }

            if (bestRank == int.MaxValue) break;
            ids[best] = merged[best];
            ids[(best + 2)..n].CopyTo(ids[(best + 1)..]);
            ranks[(best + 2)..n].CopyTo(ranks[(best + 1)..]);
            merged[(best + 2)..n].CopyTo(merged[(best + 1)..]);
            n--;
            if (best > 0) ranks[best - 1] = merges.Rank(ids[best - 1], ids[best], out merged[best - 1]);
            if (best + 1 < n) ranks[best] = merges.Rank(ids[best], ids[best + 1], out merged[best]);
        }

        return n;
    }

    /// <summary>The same with a heap of (rank, position): an entry whose rank is no longer its position's is stale.</summary>
    internal int MergeByHeap(Span<int> ids)
    {
        int n = ids.Length;
        if (_ranks.Length < n) (_ranks, _merged) = (new int[n], new int[n]);
        if (_next.Length < n) (_next, _previous) = (new int[n], new int[n]);
        _heapCount = 0;
        for (int i = 0; i < n; i++)
        {
            _next[i] = i + 1;
            _previous[i] = i - 1;
            Offer(ids, i, n);
        }

        while (_heapCount > 0)
        {
            ulong top = Pop();
            int at = (int)(uint)top, rank = (int)(top >> 32);
            if (_ranks[at] != rank) continue;

            int right = _next[at];
            ids[at] = _merged[at];
            _ranks[right] = int.MaxValue; // absorbed: what the heap still holds for it is stale
            int after = _next[at] = _next[right];
            if (after < n) _previous[after] = at;
            Offer(ids, at, n);
            if (_previous[at] >= 0) Offer(ids, _previous[at], n);
        }

        int write = 0;
        for (int i = 0; i < n; i = _next[i]) ids[write++] = ids[i];
        if (n > 1 << 16) (_ranks, _merged, _next, _previous, _heap) = (new int[ScanLimit], new int[ScanLimit], [], [], []);
        return write;
    }

    private void Offer(ReadOnlySpan<int> ids, int at, int n)
    {
        int right = _next[at];
        int rank = right < n ? merges.Rank(ids[at], ids[right], out _merged[at]) : int.MaxValue;
        _ranks[at] = rank;
        if (rank != int.MaxValue) Push((ulong)(uint)rank << 32 | (uint)at);
    }

    private void Push(ulong item)
    {
        if (_heapCount == _heap.Length) Array.Resize(ref _heap, Math.Max(256, 2 * _heapCount));
        ulong[] heap = _heap;
        int i = _heapCount++;
        while (i > 0 && heap[(i - 1) / 2] > item)
        {
            heap[i] = heap[(i - 1) / 2];
            i = (i - 1) / 2;
        }

        heap[i] = item;
    }

    private ulong Pop()
    {
        ulong[] heap = _heap;
        ulong top = heap[0], last = heap[--_heapCount];
        int i = 0;
        while (true)
        {
            int child = 2 * i + 1;
            if (child >= _heapCount) break;
            if (child + 1 < _heapCount && heap[child + 1] < heap[child]) child++;
            if (heap[child] >= last) break;
            heap[i] = heap[child];
            i = child;
        }

        if (_heapCount > 0) heap[i] = last;
        return top;
    }
}
