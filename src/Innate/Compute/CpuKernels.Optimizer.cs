using Innate.Compute.Kernels;
using Innate.Compute.Memory;
using Innate.Compute.Simd.Tiles;

namespace Innate.Compute;

/// <summary>The optimizer's step: how its work is shared out.</summary>
internal sealed unsafe partial class CpuKernels<TLanes, TTile, TInteger>
{
    // Elements that the optimizer takes at a time: part of the arithmetic of a sum of squares.
    private const int FlatBlock = 16_384;

    public double SumOfSquares(Matrix x)
    {
        Require(x.Stride == x.Columns, nameof(SumOfSquares));
        long count = (long)x.Rows * x.Columns;
        int blocks = checked((int)((count + FlatBlock - 1) / FlatBlock));
        var sums = new double[blocks];
        For(blocks, count, (block, _) =>
        {
            long at = (long)block * FlatBlock;
            sums[block] = OptimizerKernel.SumOfSquares<TLanes>(x.Data + at, (int)Math.Min(FlatBlock, count - at));
        });
        double sum = 0;
        foreach (double s in sums) sum += s;
        return sum;
    }

    public void AdamW(AdamWStep update, Matrix weight, Matrix gradient, Matrix firstMoment, Matrix secondMoment)
    {
        long count = (long)weight.Rows * weight.Columns;
        foreach (Matrix m in (Matrix[])[weight, gradient, firstMoment, secondMoment])
        {
            Require((long)m.Rows * m.Columns == count && m.Stride == m.Columns, nameof(AdamW));
        }

        For(checked((int)((count + FlatBlock - 1) / FlatBlock)), count, (block, _) =>
        {
            long at = (long)block * FlatBlock;
            OptimizerKernel.AdamW<TLanes>(
                update, weight.Data + at, gradient.Data + at, firstMoment.Data + at, secondMoment.Data + at,
                (int)Math.Min(FlatBlock, count - at));
        });
    }

    void IKernels.AdamW(AdamWStep update, Matrix gradient, OptimizerState state, uint key)
    {
        Require(
            (long)gradient.Rows * gradient.Columns == state.Count && gradient.Stride == gradient.Columns, nameof(AdamW));
        For(checked((int)((state.Count + FlatBlock - 1) / FlatBlock)), state.Count, (block, _) =>
        {
            long end = Math.Min(state.Count, (block + 1L) * FlatBlock);
            for (long at = (long)block * FlatBlock; at < end; at += OptimizerStateKernel.Stretch)
            {
                int count = (int)Math.Min(OptimizerStateKernel.Stretch, end - at);
                OptimizerStateKernel.AdamW<TLanes>(update, state, gradient.Data + at, at, count, key);
            }
        });
    }

    double IKernels.SumOfSquares(OptimizerState state)
    {
        if (state.Master is { } master) return SumOfSquares(master);
        int blocks = checked((int)((state.Count + FlatBlock - 1) / FlatBlock));
        var sums = new double[blocks];
        float* rooms = _scratch.Floats((long)FlatBlock * Threads);
        For(blocks, state.Count, (block, worker) =>
        {
            long at = (long)block * FlatBlock;
            int count = (int)Math.Min(FlatBlock, state.Count - at);
            float* values = rooms + ((long)worker * FlatBlock);
            OptimizerStateKernel.ReadMaster(state, at, count, values);
            sums[block] = OptimizerKernel.SumOfSquares<TLanes>(values, count);
        });
        double sum = 0;
        foreach (double s in sums) sum += s;
        return sum;
    }

    public void Narrow(PackedWeight master, PackedWeight weight)
    {
        Require(
            master.Rows == weight.Rows && master.Columns == weight.Columns && master.Type == ElementType.Float32, nameof(Narrow));
        int values = weight.Columns * ITile.Width;
        For(weight.Panels, (long)weight.Panels * values, (panel, _) =>
        {
            var from = new ReadOnlySpan<float>(master.Panel(panel), values);
            ElementTypes.Narrow(from, new Span<byte>(weight.Panel(panel), checked(values * weight.ElementSize)), weight.Type);
        });
    }
}
