using Innate.Compute;
using Innate.Compute.Memory;

namespace Innate.Bench;

/// <summary>Kernels that tell a clock what kind of work each operation is.</summary>
internal sealed class ClockedKernels(IKernels kernels, WorkClock clock) : IKernels
{
    public int Threads => kernels.Threads;

    public void Dispose() => kernels.Dispose();

    public void Embed(PackedWeight table, int[] ids, float scale, Matrix output) =>
        As(WorkKind.Rows).Embed(table, ids, scale, output);

    public void RmsNorm(Matrix x, float[] weight, float epsilon, Matrix y) => As(WorkKind.Rows).RmsNorm(x, weight, epsilon, y);

    public void Linear(Matrix x, ReadOnlySpan<Projection> projections) =>
        As(WorkKind.ForwardProducts).Linear(x, projections);

    public void Rotate(Matrix x, int headDimension, Matrix cos, Matrix sin, int[] positions) =>
        As(WorkKind.Rows).Rotate(x, headDimension, cos, sin, positions);

    public void AppendKeyValues(AttentionShape shape, IReadOnlyList<AttentionNode> nodes, Matrix keys, Matrix values) =>
        As(WorkKind.Attention).AppendKeyValues(shape, nodes, keys, values);

    public void TreeAttention(AttentionShape shape, IReadOnlyList<AttentionNode> nodes, Matrix queries, Matrix output) =>
        As(WorkKind.Attention).TreeAttention(shape, nodes, queries, output);

    public void Gate(Activation activation, Matrix gate, Matrix up) => As(WorkKind.Rows).Gate(activation, gate, up);

    public void Gate(Activation activation, Matrix gate, Matrix up, Matrix h) =>
        As(WorkKind.Rows).Gate(activation, gate, up, h);

    public void Add(Matrix x, Matrix y) => As(WorkKind.Rows).Add(x, y);

    public void AddScaled(Matrix x, float scale, Matrix y) => As(WorkKind.Rows).AddScaled(x, scale, y);

    public void AddScaled(Matrix x, float scale, Matrix y, Matrix sum) => As(WorkKind.Rows).AddScaled(x, scale, y, sum);

    public void Scale(Matrix x, float scale, Matrix y) => As(WorkKind.Rows).Scale(x, scale, y);

    public void SoftCap(Matrix x, float cap) => As(WorkKind.Rows).SoftCap(x, cap);

    public HeadTrace TraceHead(Matrix hidden, PackedWeight head, float? softCap, int[] targets, double alpha) =>
        As(WorkKind.Head).TraceHead(hidden, head, softCap, targets, alpha);

    public HeadTrace TraceLogits(Matrix logits, int[] targets, double alpha) =>
        As(WorkKind.Head).TraceLogits(logits, targets, alpha);

    public void LinearBackward(Matrix x, ReadOnlySpan<ProjectionGradient> maps, Matrix? dx, bool add) =>
        As(WorkKind.Rows).LinearBackward(x, maps, dx, add);

    public void EmbedBackward(Matrix dy, int[] ids, float scale, PackedWeight tableGradient) =>
        As(WorkKind.Rows).EmbedBackward(dy, ids, scale, tableGradient);

    public void RmsNormBackward(
        Matrix x, float[] weight, float epsilon, Matrix dy, Matrix dx, bool add, Matrix? weightGradient) =>
        As(WorkKind.Rows).RmsNormBackward(x, weight, epsilon, dy, dx, add, weightGradient);

    public void RotateBackward(Matrix x, int headDimension, Matrix cos, Matrix sin, int[] positions) =>
        As(WorkKind.Rows).RotateBackward(x, headDimension, cos, sin, positions);

    public void TreeAttentionBackward(AttentionShape shape, IReadOnlyList<TreeRows> nodes, AttentionGradients gradients) =>
        As(WorkKind.AttentionBackward).TreeAttentionBackward(shape, nodes, gradients);

    public void GateBackward(Activation activation, Matrix gate, Matrix up, Matrix dh) =>
        As(WorkKind.Rows).GateBackward(activation, gate, up, dh);

    public void Dropout(Matrix x, ReadOnlyMemory<ulong> rowKeys, ulong salt, float rate, Matrix y) =>
        As(WorkKind.Rows).Dropout(x, rowKeys, salt, rate, y);

    public void TraceHeadBackward(
        Matrix hidden, PackedWeight head, float? softCap, int[] targets, HeadTrace trace, HeadGradient gradient, Matrix dHidden,
        PackedWeight? headGradient) =>
        As(WorkKind.HeadBackward).TraceHeadBackward(
            hidden, head, softCap, targets, trace, gradient, dHidden, headGradient);

    public double SumOfSquares(Matrix x) => As(WorkKind.Optimizer).SumOfSquares(x);

    public void AdamW(AdamWStep update, Matrix weight, Matrix gradient, Matrix firstMoment, Matrix secondMoment) =>
        As(WorkKind.Optimizer).AdamW(update, weight, gradient, firstMoment, secondMoment);

    void IKernels.AdamW(AdamWStep update, Matrix gradient, OptimizerState state, uint key) =>
        As(WorkKind.Optimizer).AdamW(update, gradient, state, key);

    double IKernels.SumOfSquares(OptimizerState state) => As(WorkKind.Optimizer).SumOfSquares(state);

    public void Narrow(PackedWeight master, PackedWeight weight) => As(WorkKind.Optimizer).Narrow(master, weight);

    public void Route(Matrix logits, ExpertWeighting weighting, int[] chosen, Matrix weights) =>
        As(WorkKind.Rows).Route(logits, weighting, chosen, weights);

    public void RouteBackward(
        Matrix logits, ExpertWeighting weighting, int[] chosen, Matrix weightGradients, Matrix logitGradients) =>
        As(WorkKind.Rows).RouteBackward(logits, weighting, chosen, weightGradients, logitGradients);

    public void GateClamped(ClampedSwiGlu form, Matrix gate, Matrix up) => As(WorkKind.Rows).GateClamped(form, gate, up);

    public void GateClampedBackward(ClampedSwiGlu form, Matrix gate, Matrix up, Matrix dh) =>
        As(WorkKind.Rows).GateClampedBackward(form, gate, up, dh);

    public void Dispatch(Matrix x, ReadOnlyMemory<int> slots, int k, Matrix y) => As(WorkKind.Rows).Dispatch(x, slots, k, y);

    public void Combine(Matrix x, ReadOnlyMemory<int> slots, int k, Matrix? weights, Matrix y) =>
        As(WorkKind.Rows).Combine(x, slots, k, weights, y);

    public void CombineBackward(
        Matrix x, ReadOnlyMemory<int> slots, Matrix weights, Matrix dy, Matrix weightGradients, Matrix dx) =>
        As(WorkKind.Rows).CombineBackward(x, slots, weights, dy, weightGradients, dx);

    private IKernels As(WorkKind kind)
    {
        clock.Kind = kind;
        return kernels;
    }
}
