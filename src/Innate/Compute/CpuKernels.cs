using Innate.Compute.Kernels;
using Innate.Compute.Memory;
using Innate.Compute.Simd;
using Innate.Compute.Simd.Integers;
using Innate.Compute.Simd.Tiles;

namespace Innate.Compute;

/// <summary>Makes the processor's kernels.</summary>
public static class CpuKernels
{
    /// <summary>Kernels for one instruction set.</summary>
    /// <param name="threads">Threads; null: one a logical processor.</param>
    /// <param name="path">The instruction set; null: the environment's choice, or the fastest.</param>
    /// <exception cref="InputException">This processor lacks the instruction set.</exception>
    public static IKernels Create(int? threads = null, SimdPath? path = null) =>
        Create(threads ?? Environment.ProcessorCount, path, clock: null);

    /// <summary>As above, with a clock that tells where the time goes.</summary>
    internal static IKernels Create(int count, SimdPath? path, WorkClock? clock)
    {
        if (path is { } asked) SimdPaths.Require(asked, nameof(path));
        return (path ?? SimdPaths.Choose()) switch
        {
            SimdPath.Avx512 => new CpuKernels<Lanes512, Tile512, IntegerTile512>(count, clock),
            SimdPath.AvxVnni => new CpuKernels<Lanes256, Tile256, IntegerTileVnni>(count, clock),
            SimdPath.Avx2 => new CpuKernels<Lanes256, Tile256, IntegerTile256>(count, clock),
            _ => new CpuKernels<Lanes128, Tile128, IntegerTile128>(count, clock),
        };
    }
}

/// <summary>The kernels on one instruction set: shares work out among threads, the arithmetic is in <c>Kernels/</c>.</summary>
internal sealed unsafe partial class CpuKernels<TLanes, TTile, TInteger>(int threads, WorkClock? clock) : IKernels
    where TLanes : struct, ILanes<TLanes>
    where TTile : struct, ITile
    where TInteger : struct, IIntegerTile
{
    // Elements that a piece of row-wise work should have, so that handing it out costs little beside doing it.
    private const int PieceElements = 16_384;

    private readonly ThreadTeam _team = new(threads) { Clock = clock };
    private readonly Workspace _packed = new();
    private readonly Workspace _partials = new();
    private readonly Workspace _scratch = new();

    public int Threads => _team.Threads;

    public void Dispose()
    {
        _team.Dispose();
        _packed.Dispose();
        _partials.Dispose();
        _scratch.Dispose();
        _columns.Dispose();
        _packedLogits.Dispose();
        _logits.Dispose();
        _sums.Dispose();
    }

    public void Embed(PackedWeight table, int[] ids, float scale, Matrix output)
    {
        Require(ids.Length == output.Rows && table.Columns == output.Columns, nameof(Embed));
        ForRows(output.Rows, output.Columns, row =>
        {
            Span<float> to = output.Row(row);
            table.CopyRow(ids[row], to);
            if (scale != 1)
            {
                foreach (ref float v in to) v *= scale;
            }
        });
    }

    public void RmsNorm(Matrix x, float[] weight, float epsilon, Matrix y)
    {
        Require(x.Rows == y.Rows && x.Columns == y.Columns && weight.Length == x.Columns, nameof(RmsNorm));
        ForRows(x.Rows, x.Columns, row =>
        {
            fixed (float* w = weight) RowKernels.RmsNorm<TLanes>(x.RowPointer(row), w, x.Columns, epsilon, y.RowPointer(row));
        });
    }

    public void Linear(Matrix x, ReadOnlySpan<Projection> projections)
    {
        int integers = 0;
        foreach (Projection p in projections)
        {
            if (p.Weight.Columns != x.Columns || p.Output.Rows != x.Rows || p.Output.Columns != p.Weight.Rows)
            {
                throw new ArgumentException(
                    $"x [{x.Rows}, {x.Columns}] times W [{p.Weight.Rows}, {p.Weight.Columns}]^T does not give y "
                    + $"[{p.Output.Rows}, {p.Output.Columns}].");
            }

            if (p.Weight.Codes is not null) integers++;
        }

        if (integers > 0) LinearIntegers(x, projections, integers);
        if (integers == projections.Length) return;
        var products = new Product[projections.Length - integers];
        int n = 0;
        foreach (Projection p in projections)
        {
            if (p.Weight.Codes is null) products[n++] = Product.Of(p.Weight, p.Output) with { Bias = p.Bias };
        }

        LinearKernel.Run<TTile>(_team, PackRows(x), x.Rows, x.Columns, products);
    }

    public void AppendKeyValues(AttentionShape shape, IReadOnlyList<AttentionNode> nodes, Matrix keys, Matrix values)
    {
        int width = shape.KeyValueHeads * shape.HeadDimension;
        Require(keys.Columns == width && values.Columns == width && keys.Rows == values.Rows, nameof(AppendKeyValues));
        var pieces = new List<(AttentionNode Node, int First, int End)>();
        foreach (AttentionNode node in nodes)
        {
            for (int t = 0; t < node.Tokens; t += 64) pieces.Add((node, t, Math.Min(t + 64, node.Tokens)));
        }

        For(pieces.Count, (long)keys.Rows * width, (piece, _) =>
        {
            (AttentionNode node, int first, int end) = pieces[piece];
            KeyValueSpan span = node.Path[^1];
            for (int t = first; t < end; t++)
            {
                int row = node.FirstRow + t;
                int index = node.FirstPosition + t - span.Start;
                AttentionKernel.Append(
                    keys.RowPointer(row), values.RowPointer(row), shape.KeyValueHeads, shape.HeadDimension, span, index);
            }
        });
    }

    public void TreeAttention(AttentionShape shape, IReadOnlyList<AttentionNode> nodes, Matrix queries, Matrix output)
    {
        Require(queries.Columns == shape.Heads * shape.HeadDimension && output.Columns == queries.Columns, nameof(TreeAttention));
        int group = shape.Heads / shape.KeyValueHeads;
        // A head of keys with some rows; of one new token, a head of queries.
        var pieces = new List<(AttentionNode Node, int Head, int FirstRow)>();
        int longest = 0;
        long work = 0;
        foreach (AttentionNode node in nodes)
        {
            int end = node.FirstPosition + node.Tokens;
            longest = Math.Max(longest, end);
            work += (long)node.Tokens * end * queries.Columns;
            if (node.Tokens == 1)
            {
                for (int head = 0; head < shape.Heads; head++) pieces.Add((node, head, 0));
                continue;
            }

            for (int head = 0; head < shape.KeyValueHeads; head++)
            {
                for (int row = 0; row < node.Tokens * group; row += ITile.Width) pieces.Add((node, head, row));
            }
        }

        // The longest pieces first, so that no thread is left with one at the end.
        pieces.Reverse();
        long scratchFloats = AttentionKernel.ScratchFloats(longest, shape.HeadDimension);
        float* scratch = _scratch.Floats(scratchFloats * Threads);
        For(pieces.Count, work, (piece, worker) =>
        {
            (AttentionNode node, int head, int firstRow) = pieces[piece];
            float* own = scratch + (worker * scratchFloats);
            if (node.Tokens == 1) SingleQueryAttention.Run<TLanes>(shape, node, queries, output, head, own);
            else AttentionKernel.Run<TLanes, TTile>(shape, node, queries, output, head, firstRow, own);
        });
    }

    public HeadTrace TraceHead(Matrix hidden, PackedWeight head, float? softCap, int[] targets, double alpha)
    {
        Require(hidden.Columns == head.Columns && targets.Length == hidden.Rows, nameof(TraceHead));
        int n = hidden.Rows;
        var trace = HeadTrace.Of(n);
        int blocks = TraceHeadKernel.Blocks(head);
        for (int start = 0; start < n; start += TraceHeadKernel.Rows)
        {
            Matrix x = hidden.Slice(start, Math.Min(TraceHeadKernel.Rows, n - start));
            int rows = x.Rows, first = start;
            int size = sizeof(TraceHeadKernel.Partial) / sizeof(float);
            var partials = (TraceHeadKernel.Partial*)_partials.Floats((long)blocks * rows * size);
            if (head.Codes is { } codes)
            {
                ReduceIntegers(x, codes, softCap, (float)(1 / alpha), targets, first, trace.Q, partials);
            }
            else
            {
                float* packed = PackRows(x);
                long wideFloats = TraceHeadKernel.WideFloats(head);
                float* wide = _scratch.Floats(wideFloats * Threads);
                For(blocks, (long)rows * head.Rows * head.Columns, (block, worker) => TraceHeadKernel.Reduce<TLanes, TTile>(
                    head, packed, rows, block, softCap, (float)(1 / alpha), targets, first, trace.Q,
                    partials + ((nint)block * rows), wide + (worker * wideFloats)));
            }

            For(rows, (long)rows * blocks * 50, (row, _) =>
            {
                (trace.LogSumExp[first + row], trace.V[first + row], trace.Entropy[first + row], trace.MeanLogit[first + row]) =
                    TraceHeadKernel.Join(partials + row, rows, blocks, head.Rows, alpha, TraceHeadKernel.IsScaled(alpha));
            });
        }

        return trace;
    }

    public HeadTrace TraceLogits(Matrix logits, int[] targets, double alpha)
    {
        Require(targets.Length == logits.Rows, nameof(TraceLogits));
        int n = logits.Rows, vocabulary = logits.Columns;
        var trace = HeadTrace.Of(n);
        int blocks = (vocabulary + TraceHeadKernel.Block - 1) / TraceHeadKernel.Block;
        int size = sizeof(TraceHeadKernel.Partial) / sizeof(float);
        var partials = (TraceHeadKernel.Partial*)_partials.Floats((long)blocks * n * size);
        For(blocks, (long)n * vocabulary, (block, _) =>
        {
            for (int row = 0; row < n; row++)
            {
                partials[((nint)block * n) + row] =
                    TraceHeadKernel.ReduceStored<TLanes>(logits.RowPointer(row), vocabulary, block, (float)(1 / alpha));
            }
        });
        for (int row = 0; row < n; row++)
        {
            trace.Q[row] = logits.RowPointer(row)[targets[row]];
            (trace.LogSumExp[row], trace.V[row], trace.Entropy[row], trace.MeanLogit[row]) =
                TraceHeadKernel.Join(partials + row, n, blocks, vocabulary, alpha, TraceHeadKernel.IsScaled(alpha));
        }

        return trace;
    }

    private float* PackRows(Matrix x) => Pack(x, _packed);

    private float* Pack(Matrix x, Workspace room)
    {
        float* packed = room.Floats((long)x.Rows * x.Columns);
        WorkKind kind = Enter(WorkKind.Packing);
        For(RowGroups.Count(x.Rows), (long)x.Rows * x.Columns, (group, _) => RowGroups.Pack(x, group, packed));
        Enter(kind);
        return packed;
    }

    /// <summary>What is shared out from here on is of this kind; gives the kind before.</summary>
    private WorkKind Enter(WorkKind kind)
    {
        if (clock is null) return kind;
        WorkKind before = clock.Kind;
        clock.Kind = kind;
        return before;
    }

    private static void Require(bool shapesAgree, string operation)
    {
        if (!shapesAgree) throw new ArgumentException($"{operation}: the operands' shapes do not agree.");
    }

    private void ForRows(int rows, int columns, Action<int> body)
    {
        int step = Math.Max(1, PieceElements / Math.Max(1, columns));
        For((rows + step - 1) / step, (long)rows * columns, (piece, _) =>
        {
            int end = Math.Min(rows, (piece + 1) * step);
            for (int row = piece * step; row < end; row++) body(row);
        });
    }

    private void For(int pieces, long work, Action<int, int> body) => _team.For(pieces, work >= PieceElements, body);
}
