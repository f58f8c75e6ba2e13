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

        float* room = _packed.Floats(RowCodes.Floats(x.Rows, x.Columns, forms.Count));
        var rows = new RowCodes(x.Rows, x.Columns, [.. forms], room);
        For(rows.GroupCount, (long)x.Rows * x.Columns, (group, _) => rows.Round(x, group));
        IntegerKernel.Run<TInteger>(_team, rows, productForms, products);
    }
}
