using Innate.Compute.Kernels;
using Innate.Compute.Memory;

namespace Innate.Compute;

/// <summary>Experts: rows to them and back.</summary>
internal sealed unsafe partial class CpuKernels<TLanes, TTile, TInteger>
{
    public void Route(Matrix logits, ExpertWeighting weighting, int[] chosen, Matrix weights)
    {
        int k = weights.Columns;
        Require(
            logits.Rows == weights.Rows && chosen.Length == weights.Rows * k && k <= logits.Columns, nameof(Route));
        ForRows(logits.Rows, logits.Columns, row =>
        {
            Span<int> ofRow = chosen.AsSpan(row * k, k);
            RoutingKernel.Choose(logits.Row(row), ofRow);
            RoutingKernel.Weigh(logits.Row(row), weighting, ofRow, weights.Row(row));
        });
    }

    public void RouteBackward(
        Matrix logits, ExpertWeighting weighting, int[] chosen, Matrix weightGradients, Matrix logitGradients)
    {
        int k = weightGradients.Columns;
        Require(
            logits.Rows == weightGradients.Rows && chosen.Length == logits.Rows * k && logitGradients.Rows == logits.Rows
                && logitGradients.Columns == logits.Columns,
            nameof(RouteBackward));
        ForRows(logits.Rows, logits.Columns, row => RoutingKernel.Backward(
            logits.Row(row), weighting, chosen.AsSpan(row * k, k), weightGradients.Row(row), logitGradients.Row(row)));
    }

    public void GateClamped(ClampedSwiGlu form, Matrix gate, Matrix up)
    {
        Require(gate.Rows == up.Rows && gate.Columns == up.Columns, nameof(GateClamped));
        ForRows(
            gate.Rows, gate.Columns,
            row => RowKernels.GateClamped<TLanes>(form, gate.RowPointer(row), up.RowPointer(row), gate.Columns));
    }

    public void GateClampedBackward(ClampedSwiGlu form, Matrix gate, Matrix up, Matrix dh)
    {
        Require(
            gate.Rows == up.Rows && gate.Columns == up.Columns && dh.Rows == up.Rows && dh.Columns == up.Columns,
            nameof(GateClampedBackward));
        ForRows(gate.Rows, gate.Columns, row => RowKernels.GateClampedBackward<TLanes>(
            form, gate.RowPointer(row), up.RowPointer(row), dh.RowPointer(row), gate.Columns));
    }

    public void Dispatch(Matrix x, ReadOnlyMemory<int> slots, int k, Matrix y)
    {
        Require(y.Rows == slots.Length && y.Columns == x.Columns, nameof(Dispatch));
        ForRows(y.Rows, y.Columns, i => x.Row(slots.Span[i] / k).CopyTo(y.Row(i)));
    }

    public void Combine(Matrix x, ReadOnlyMemory<int> slots, int k, Matrix? weights, Matrix y)
    {
        Require(x.Rows == slots.Length && x.Columns == y.Columns && (weights?.Columns ?? k) == k, nameof(Combine));
        ForRows(x.Rows, x.Columns, i =>
        {
            (int row, int choice) = Math.DivRem(slots.Span[i], k);
            float weight = weights is { } w ? w.Row(row)[choice] : 1;
            Require((uint)row < (uint)y.Rows, nameof(Combine));
            RowKernels.AddScaled<TLanes>(x.RowPointer(i), weight, y.RowPointer(row), y.RowPointer(row), x.Columns);
        });
    }

    public void CombineBackward(
        Matrix x, ReadOnlyMemory<int> slots, Matrix weights, Matrix dy, Matrix weightGradients, Matrix dx)
    {
        int k = weights.Columns;
        Require(
            x.Rows == slots.Length && x.Columns == dy.Columns && dx.Rows == x.Rows && dx.Columns == x.Columns
                && weightGradients.Rows == weights.Rows && weightGradients.Columns == k && dy.Rows == weights.Rows,
            nameof(CombineBackward));
        ForRows(x.Rows, x.Columns, i =>
        {
            (int row, int choice) = Math.DivRem(slots.Span[i], k);
            weightGradients.Row(row)[choice] = RowKernels.Dot<TLanes>(x.RowPointer(i), dy.RowPointer(row), x.Columns);
            RowKernels.Scale<TLanes>(dy.RowPointer(row), weights.Row(row)[choice], dx.RowPointer(i), x.Columns);
        });
    }
}
