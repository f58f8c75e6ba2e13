using Innate.Compute;
using Innate.Compute.Memory;

namespace Innate.Learning.Ranks;

/// <summary>
/// The sum of all ranks' gradients, on every rank. A stretch of values after another: each rank gets one slice of the stretch
/// from all, adds the nodes in the tree's order, and gives the sum of its slice to all. With n nodes a rank and G bytes of
/// gradients, a rank sends and receives (n + 1) G (R - 1) / R bytes.
/// </summary>
/// <param name="gradients">This rank's nodes.</param>
/// <param name="kernels">The kernels.</param>
/// <param name="ranks">The group; at least two.</param>
/// <param name="shares">Shares of the batch.</param>
internal sealed unsafe class GradientExchange(ShareGradients gradients, IKernels kernels, RankTalk ranks, int shares)
    : IDisposable
{
    // Long enough that a message's start costs little, short enough that the staging memory does not count.
    private const int SliceValues = 1 << 16;

    private readonly IReadOnlyList<ShareNode>[] _nodes =
        [.. Enumerable.Range(0, ranks.Size).Select(r => ShareNode.Within(ShareNode.Of(r, ranks.Size, shares)))];

    private readonly RankPiece[] _to = new RankPiece[ranks.Size];
    private readonly RankPiece[] _from = new RankPiece[ranks.Size];
    private readonly NativeBuffer _sent = new(Bytes(
        ShareNode.Within(ShareNode.Of(ranks.Rank, ranks.Size, shares)).Count * (long)SliceValues * ranks.Size), zeroed: false);

    private readonly NativeBuffer _received = new(Bytes(
        Enumerable.Range(0, ranks.Size).Sum(r => (long)ShareNode.Within(ShareNode.Of(r, ranks.Size, shares)).Count)
        * SliceValues), zeroed: false);

    private readonly NativeBuffer _sum = new(Bytes((long)SliceValues * ranks.Size), zeroed: false);

    /// <summary>Bytes that a rank sends to others in a step, and receives from them: the most of any rank's.</summary>
    /// <param name="values">Values that learn.</param>
    /// <param name="ranks">How many there are.</param>
    /// <param name="shares">Shares of the batch.</param>
    public static long BytesAStep(long values, int ranks, int shares) => Enumerable.Range(0, ranks)
        .Max(r => 1L + ShareNode.Within(ShareNode.Of(r, ranks, shares)).Count) * values * sizeof(float) * (ranks - 1) / ranks;

    /// <summary>Leaves the sum where gradients lie.</summary>
    /// <param name="cancellation">Gives up where the others do not come.</param>
    public void Sum(CancellationToken cancellation)
    {
        long count = gradients.Count;
        int chunk = SliceValues * ranks.Size;
        for (long start = 0; start < count; start += chunk)
        {
            Sum(start, (int)Math.Min(chunk, count - start), cancellation);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _sent.Dispose();
        _received.Dispose();
        _sum.Dispose();
    }

    private static long Bytes(long values) => checked(values * sizeof(float));

    private void Sum(long start, int length, CancellationToken cancellation)
    {
        int First(int rank) => (int)((long)length * rank / ranks.Size);
        int Length(int rank) => First(rank + 1) - First(rank);

        float* sent = (float*)_sent.Pointer, received = (float*)_received.Pointer, sum = (float*)_sum.Pointer;
        int own = Length(ranks.Rank), at = 0, place = 0;
        for (int rank = 0; rank < ranks.Size; rank++)
        {
            int slice = Length(rank), nodes = _nodes[ranks.Rank].Count;
            _to[rank] = Piece(at, nodes * slice);
            for (int node = 0; node < nodes; node++, at += slice) gradients.Read(node, start + First(rank), slice, sent + at);
            _from[rank] = Piece(place, _nodes[rank].Count * own);
            place += _nodes[rank].Count * own;
        }

        ranks.Exchange(_sent.Pointer, _to, _received.Pointer, _from, cancellation);
        Add(received, own);
        for (int rank = 0; rank < ranks.Size; rank++)
        {
            _to[rank] = Piece(0, own);
            _from[rank] = Piece(First(rank), Length(rank));
        }

        ranks.Exchange(_received.Pointer, _to, _sum.Pointer, _from, cancellation);
        gradients.Write(start, length, sum);
    }

    // All ranks' nodes lie one after another in the order of shares; the sum is left in the first one's place.
    private void Add(float* nodes, int length)
    {
        List<(ShareNode Node, Matrix Values)> waiting = [];
        foreach (ShareNode next in _nodes.SelectMany(n => n))
        {
            (ShareNode node, Matrix values) = (next, new Matrix(nodes, 1, length, length));
            nodes += length;
            while (waiting.Count > 0 && waiting[^1].Node.Joins(node)) (node, values) = Join(node, values);
            waiting.Add((node, values));
        }

        while (waiting.Count > 1)
        {
            (ShareNode node, Matrix values) = waiting[^1];
            waiting.RemoveAt(waiting.Count - 1);
            waiting.Add(Join(node, values));
        }

        (ShareNode Node, Matrix Values) Join(ShareNode node, Matrix values)
        {
            (ShareNode first, Matrix sum) = waiting[^1];
            waiting.RemoveAt(waiting.Count - 1);
            kernels.Add(values, sum);
            return (first.With(node), sum);
        }
    }

    private static RankPiece Piece(int start, int values) => new(checked(start * sizeof(float)), checked(values * sizeof(float)));
}
