using Innate.Compute.Kernels;
using Innate.Compute.Memory;
using Innate.Compute.Simd.Integers;

namespace Innate.Compute;

/// <summary>Products in integers: how their work is shared out.</summary>
internal sealed unsafe partial class CpuKernels<TLanes, TTile, TInteger>
{
    /// <summary>y = x W^T + b for the projections whose weights are integer codes.</summary>
    private void LinearIntegers(Matrix x, ReadOnlySpan<Projection> projections, int count)
    {
        var products = new IntegerProduct[count];
        var productForms = new int[count];
        var forms = new List<RowForm>(count);
        int n = 0;
        foreach (Projection p in projections)
        {
            if (p.Weight.Codes is not { } codes) continue;
            var form = RowForm.Of(codes.Layout);
            if (!forms.Contains(form)) forms.Add(form);
            productForms[n] = forms.IndexOf(form);
            products[n++] = new IntegerProduct(codes, p.Bias, p.Output);
        }

        IntegerKernel.Run<TInteger>(_team, Round(x, [.. forms]), productForms, products);
    }

    private void ReduceIntegers(
        Matrix x, CodePanels head, float? softCap, float inverseAlpha, int[] targets, int firstTarget, double[] q,
        TraceHeadKernel.Partial* partials)
    {
        RowCodes codes = Round(x, [RowForm.Of(head.Layout)]);
        int rows = x.Rows;
        long room = (long)rows * TraceHeadKernel.Block;
        float* logits = _scratch.Floats(room * Threads);
        int blocks = (head.Rows + TraceHeadKernel.Block - 1) / TraceHeadKernel.Block;
        For(blocks, (long)rows * head.Rows * head.Columns, (block, worker) => TraceHeadKernel.ReduceIntegers<TLanes, TInteger>(
            head, codes, block, softCap, inverseAlpha, targets, firstTarget, q, partials + ((nint)block * rows),
            logits + (worker * room)));
    }

    private RowCodes Round(Matrix x, RowForm[] forms)
    {
        var rows = new RowCodes(x.Rows, x.Columns, forms, _packed.Floats(RowCodes.Floats(x.Rows, x.Columns, forms.Length)));
        For(rows.GroupCount, (long)x.Rows * x.Columns, (group, _) => rows.Round(x, group));
        return rows;
    }
}
