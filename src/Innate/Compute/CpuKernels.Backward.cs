using Innate.Compute.Kernels;
using Innate.Compute.Memory;
using Innate.Compute.Simd;
using Innate.Compute.Simd.Tiles;

namespace Innate.Compute;

/// <summary>
/// The gradients: how their work is shared out. Each element of a gradient is summed by one thread, in one order.
/// </summary>
internal sealed unsafe partial class CpuKernels<TLanes, TTile, TInteger>
{
    // Up to so many floats of scratch a node, several nodes a thread are under way at once.
    private const int WaveFloats = 1 << 19;

    private readonly Workspace _columns = new();
    private readonly Workspace _logits = new();
    private readonly Workspace _packedLogits = new();
    private readonly Workspace _sums = new();

    public void LinearBackward(Matrix x, ReadOnlySpan<ProjectionGradient> maps, Matrix? dx, bool add)
    {
        int learning = 0;
        foreach (ProjectionGradient map in maps)
        {
            Matrix dy = map.OutputGradient;
            Require(dy.Rows == x.Rows, nameof(LinearBackward));
            if (map.BiasGradient is { } bias) AddColumnSums(dy, null, null, bias);
            if (map.WeightGradient is null) continue;
            Require(map.WeightGradient.Rows == dy.Columns && map.WeightGradient.Columns == x.Columns, nameof(LinearBackward));
            learning++;
        }

        var sums = new BackwardOperand[learning];
        foreach (ProjectionGradient map in maps)
        {
            if (map.WeightGradient is not { } place) continue;
            sums[^learning--] = BackwardOperand.Of(map.OutputGradient, (float*)place.Panel(0), x.Columns);
        }

        if (sums.Length > 0 && x.Rows > 0) Multiply(WorkKind.WeightGradients, PackColumns(x), x.Columns, sums);
        if (dx is not { } to) return;
        foreach (ProjectionGradient map in maps)
        {
            if (map.Weight is not { } weight) continue;
            Matrix dy = map.OutputGradient;
            Require(
                to.Rows == dy.Rows && weight.Columns == to.Columns && weight.Rows == dy.Columns, nameof(LinearBackward));
            Multiply(
                WorkKind.InputGradients, PackRows(dy), dy.Rows, [BackwardOperand.Of(weight, 0, weight.Rows, to, add)]);
            add = true;
        }
    }

    public void EmbedBackward(Matrix dy, int[] ids, float scale, PackedWeight tableGradient)
    {
        Require(ids.Length == dy.Rows && tableGradient.Columns == dy.Columns, nameof(EmbedBackward));
        const int step = 16;
        For((dy.Columns + step - 1) / step, (long)dy.Rows * dy.Columns, (piece, _) =>
        {
            int end = Math.Min(dy.Columns, (piece + 1) * step);
            for (int t = 0; t < dy.Rows; t++)
            {
                float* from = dy.RowPointer(t);
                float* to = (float*)tableGradient.Panel(ids[t] / ITile.Width) + (ids[t] % ITile.Width);
                for (int c = piece * step; c < end; c++) to[c * ITile.Width] += scale * from[c];
            }
        });
    }

    public void RmsNormBackward(Matrix x, float[] weight, float epsilon, Matrix dy, Matrix dx, bool add, Matrix? weightGradient)
    {
        Require(
            x.Rows == dy.Rows && x.Columns == dy.Columns && dx.Rows == x.Rows && weight.Length == x.Columns,
            nameof(RmsNormBackward));
        float* scales = _sums.Floats(2L * x.Rows);
        float* dots = scales + x.Rows;
        ForRows(x.Rows, x.Columns, row =>
        {
            fixed (float* w = weight)
            {
                (scales[row], dots[row]) =
                    RowKernels.RmsNormSums<TLanes>(x.RowPointer(row), w, x.Columns, epsilon, dy.RowPointer(row));
            }
        });

        // Before dx, which may lie where dy is.
        if (weightGradient is { } gradient) AddColumnSums(dy, x, scales, gradient);
        ForRows(x.Rows, x.Columns, row =>
        {
            fixed (float* w = weight)
            {
                RowKernels.RmsNormBackward<TLanes>(
                    x.RowPointer(row), w, x.Columns, scales[row], dots[row], dy.RowPointer(row), dx.RowPointer(row), add);
            }
        });
    }

    public void TreeAttentionBackward(AttentionShape shape, IReadOnlyList<TreeRows> nodes, AttentionGradients gradients)
    {
        Require(
            gradients.Queries.Columns == shape.Heads * shape.HeadDimension
                && gradients.Keys.Columns == shape.KeyValueHeads * shape.HeadDimension,
            nameof(TreeAttentionBackward));
        Matrix dk = gradients.KeyGradients, dv = gradients.ValueGradients;
        ForRows(dk.Rows, dk.Columns, row =>
        {
            dk.Row(row).Clear();
            dv.Row(row).Clear();
        });
        if (gradients.SinkGradients is not null)
        {
            Require(shape.Sinks?.Length == gradients.SinkGradients.Value.Columns, nameof(TreeAttentionBackward));
            gradients = gradients with { SinkTerms = _sums.Matrix(gradients.Queries.Rows, shape.Heads) };
        }

        int longest = 0;
        long work = 0;
        foreach (TreeRows node in nodes)
        {
            longest = Math.Max(longest, node.FirstPosition + node.Tokens);
            work += (long)node.Tokens * (node.FirstPosition + node.Tokens) * gradients.Queries.Columns;
        }

        // Some nodes at once, each with scratch of its own; then each sends its path what it has, in the order of the nodes.
        long scratchFloats = AttentionBackwardKernel.ScratchFloats(longest, shape.HeadDimension);
        int heads = shape.KeyValueHeads, pieces = nodes.Count * heads;
        int wave = Threads * (scratchFloats < WaveFloats ? 4 : 1);
        float* scratch = _scratch.Floats(scratchFloats * Math.Min(wave, pieces));
        for (int first = 0; first < pieces; first += wave)
        {
            int start = first, count = Math.Min(wave, pieces - first);
            For(count, work, (piece, _) =>
            {
                (int node, int keyHead) = Math.DivRem(start + piece, heads);
                AttentionBackwardKernel.Run<TLanes, TTile>(
                    shape, nodes[node], gradients, keyHead, scratch + (piece * scratchFloats));
            });
            For(heads, work, (keyHead, _) =>
            {
                for (int piece = 0; piece < count; piece++)
                {
                    if ((start + piece) % heads != keyHead) continue;
                    AttentionBackwardKernel.AddToPath(
                        shape, nodes[(start + piece) / heads], gradients, keyHead, scratch + (piece * scratchFloats));
                }
            });
        }

        // Token after token, so that a sink's sum does not depend on how trees were shared out.
        if (gradients.SinkTerms is { } terms) AddColumnSums(terms, null, null, gradients.SinkGradients!.Value);
    }

    public void GateBackward(Activation activation, Matrix gate, Matrix up, Matrix dh)
    {
        Require(
            gate.Rows == up.Rows && gate.Columns == up.Columns && dh.Rows == up.Rows && dh.Columns == up.Columns,
            nameof(GateBackward));
        ForRows(gate.Rows, gate.Columns, row => RowKernels.GateBackward<TLanes>(
            activation, gate.RowPointer(row), up.RowPointer(row), dh.RowPointer(row), gate.Columns));
    }

    public void Dropout(Matrix x, ReadOnlyMemory<ulong> rowKeys, ulong salt, float rate, Matrix y)
    {
        Require(x.Rows == y.Rows && x.Columns == y.Columns && rowKeys.Length == x.Rows, nameof(Dropout));
        float keep = 1 / (1 - rate);
        ulong threshold = (ulong)(rate * 4294967296.0);
        ForRows(x.Rows, x.Columns, row =>
        {
            Span<float> from = x.Row(row), to = y.Row(row);
            ulong key = rowKeys.Span[row] ^ salt;
            for (int c = 0; c < from.Length; c++) to[c] = (RandomBits.Mix(key, (ulong)c) >> 32) < threshold ? 0 : from[c] * keep;
        });
    }

    public void TraceHeadBackward(
        Matrix hidden, PackedWeight head, float? softCap, int[] targets, HeadTrace trace, HeadGradient gradient, Matrix dHidden,
        PackedWeight? headGradient)
    {
        Require(
            hidden.Columns == head.Columns && targets.Length == hidden.Rows && dHidden.Rows == hidden.Rows
                && gradient.LogProb.Length == hidden.Rows && (gradient.Entropy?.Length ?? hidden.Rows) == hidden.Rows
                && (gradient.SoftValue?.Length ?? hidden.Rows) == hidden.Rows,
            nameof(TraceHeadBackward));
        for (int start = 0; start < hidden.Rows; start += LogitGradientKernel.Rows)
        {
            int rows = Math.Min(LogitGradientKernel.Rows, hidden.Rows - start);
            Matrix x = hidden.Slice(start, rows), dx = dHidden.Slice(start, rows);
            float* packed = PackRows(x);
            float* columns = headGradient is null ? null : PackColumns(x);
            for (int entry = 0; entry < head.Rows; entry += LogitGradientKernel.Entries)
            {
                int entries = Math.Min(LogitGradientKernel.Entries, head.Rows - entry), first = entry, firstRow = start;
                Matrix z = _logits.Matrix(rows, entries);
                int panel = entry / ITile.Width;
                LinearKernel.Run<TTile>(_team, packed, rows, x.Columns, [Product.Of(head, panel, entries, z)]);
                ForRows(rows, entries, r =>
                {
                    int t = firstRow + r;
                    LogitGradientKernel.Run<TLanes>(
                        z.RowPointer(r), entries, targets[t] - first, trace.LogSumExp[t], trace.Entropy[t],
                        (float)gradient.LogProb[t], (float)(gradient.Entropy?[t] ?? 0), (float)(gradient.SoftValue?[t] ?? 0),
                        softCap);
                });
                if (headGradient is not null)
                {
                    var sum = BackwardOperand.Of(z, (float*)headGradient.Panel(panel), x.Columns);
                    Multiply(WorkKind.HeadBackward, columns, x.Columns, [sum]);
                }

                Multiply(
                    WorkKind.HeadBackward, Pack(z, _packedLogits), rows,
                    [BackwardOperand.Of(head, panel, entries, dx, add: entry > 0)]);
            }
        }
    }

    private void Multiply(WorkKind kind, float* packed, int rows, BackwardOperand[] operands)
    {
        WorkKind before = Enter(kind);
        BackwardProducts.Run<TTile>(_team, packed, rows, operands);
        Enter(before);
    }

    /// <summary>x^T as a left side: columns of x in groups.</summary>
    private float* PackColumns(Matrix x)
    {
        float* packed = _columns.Floats((long)x.Rows * x.Columns);
        WorkKind before = Enter(WorkKind.Packing);
        For(
            RowGroups.Count(x.Columns), (long)x.Rows * x.Columns,
            (group, _) => OperandPacking.PackColumns(x, group, packed));
        Enter(before);
        return packed;
    }

    /// <summary>sums[c] += sum over rows of dy x scale, or of dy alone.</summary>
    private void AddColumnSums(Matrix dy, Matrix? x, float* scales, Matrix sums)
    {
        Require(sums.Columns == dy.Columns && sums.Rows == 1, nameof(AddColumnSums));
        const int step = 16;
        For((dy.Columns + step - 1) / step, (long)dy.Rows * dy.Columns, (piece, _) =>
        {
            int c = piece * step;
            RowKernels.ColumnSums<TLanes>(
                dy.Data + c, x is { } m ? m.Data + c : null, scales, dy.Rows, dy.Stride, x?.Stride ?? 0,
                Math.Min(step, dy.Columns - c), sums.Data + c);
        });
    }
}
