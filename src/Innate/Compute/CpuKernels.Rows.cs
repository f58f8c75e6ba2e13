using Innate.Compute.Kernels;
using Innate.Compute.Memory;

namespace Innate.Compute;

/// <summary>The row-wise operations: how their work is shared out.</summary>
internal sealed unsafe partial class CpuKernels<TLanes, TTile, TInteger>
{
    public void Rotate(Matrix x, int headDimension, Matrix cos, Matrix sin, int[] positions) =>
        Rotate(x, headDimension, cos, sin, positions, back: false);

    public void RotateBackward(Matrix x, int headDimension, Matrix cos, Matrix sin, int[] positions) =>
        Rotate(x, headDimension, cos, sin, positions, back: true);

    public void Gate(Activation activation, Matrix gate, Matrix up) => Gate(activation, gate, up, gate);

    public void Gate(Activation activation, Matrix gate, Matrix up, Matrix h)
    {
        Require(
            gate.Rows == up.Rows && gate.Columns == up.Columns && h.Rows == up.Rows && h.Columns == up.Columns, nameof(Gate));
        ForRows(gate.Rows, gate.Columns, row => RowKernels.Gate<TLanes>(
            activation, gate.RowPointer(row), up.RowPointer(row), h.RowPointer(row), gate.Columns));
    }

    public void Add(Matrix x, Matrix y)
    {
        Require(x.Rows == y.Rows && x.Columns == y.Columns, nameof(Add));
        ForRows(x.Rows, x.Columns, row => RowKernels.Add<TLanes>(x.RowPointer(row), y.RowPointer(row), x.Columns));
    }

    public void AddScaled(Matrix x, float scale, Matrix y) => AddScaled(x, scale, y, y);

    public void AddScaled(Matrix x, float scale, Matrix y, Matrix sum)
    {
        Require(
            x.Rows == y.Rows && x.Columns == y.Columns && sum.Rows == y.Rows && sum.Columns == y.Columns, nameof(AddScaled));
        ForRows(x.Rows, x.Columns, row => RowKernels.AddScaled<TLanes>(
            x.RowPointer(row), scale, y.RowPointer(row), sum.RowPointer(row), x.Columns));
    }

    public void Scale(Matrix x, float scale, Matrix y)
    {
        Require(x.Rows == y.Rows && x.Columns == y.Columns, nameof(Scale));
        ForRows(x.Rows, x.Columns, row => RowKernels.Scale<TLanes>(x.RowPointer(row), scale, y.RowPointer(row), x.Columns));
    }

    public void SoftCap(Matrix x, float cap) =>
        ForRows(x.Rows, x.Columns, row => RowKernels.SoftCap<TLanes>(x.RowPointer(row), cap, x.Columns));

    private void Rotate(Matrix x, int headDimension, Matrix cos, Matrix sin, int[] positions, bool back)
    {
        Require(positions.Length == x.Rows && x.Columns % headDimension == 0 && cos.Columns * 2 == headDimension, nameof(Rotate));
        ForRows(x.Rows, x.Columns, row =>
        {
            int position = positions[row];
            Require(position < cos.Rows, nameof(Rotate));
            for (int start = 0; start < x.Columns; start += headDimension)
            {
                RowKernels.Rotate<TLanes>(
                    x.RowPointer(row) + start, cos.RowPointer(position), sin.RowPointer(position), headDimension / 2, back);
            }
        });
    }
}
