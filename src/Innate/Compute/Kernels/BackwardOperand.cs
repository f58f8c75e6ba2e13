using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Innate.Compute.Memory;
using Innate.Compute.Simd.Tiles;

namespace Innate.Compute.Kernels;

/// <summary>
/// A right side of a backward product, which lies in another order than tiles want, and where the product goes. A worker lays a
/// stretch of one panel out as float32 just before it multiplies it, in memory that its first level keeps; no rearranged copy of
/// the whole exists.
/// </summary>
internal readonly unsafe struct BackwardOperand
{
    private const int W = ITile.Width;

    private readonly PackedWeight? _weight;
    private readonly int _firstPanel;
    private readonly Matrix _rows;

    private BackwardOperand(
        PackedWeight? weight, int firstPanel, Matrix rows, int depth, int columns, float* output, nint rowStride,
        nint panelStride, bool hasPadding, bool add)
    {
        (_weight, _firstPanel, _rows, Depth, Columns) = (weight, firstPanel, rows, depth, columns);
        (RowStride, PanelStride, HasPadding, Add) = (rowStride, panelStride, hasPadding, add);
        Output = output;
    }

    /// <summary>What is summed over.</summary>
    public int Depth { get; }

    /// <summary>Columns of the product.</summary>
    public int Columns { get; }

    /// <summary>Panels of 32 columns, the last perhaps narrower.</summary>
    public int Panels => (Columns + W - 1) / W;

    /// <summary>The product's first element.</summary>
    public float* Output { get; }

    /// <summary>Floats from a row of the product to the next.</summary>
    public nint RowStride { get; }

    /// <summary>Floats from a panel of the product to the next.</summary>
    public nint PanelStride { get; }

    /// <summary>Whether the product has room for a narrower panel's padding.</summary>
    public bool HasPadding { get; }

    /// <summary>Whether the sums go on from what the product holds.</summary>
    public bool Add { get; }

    /// <summary>W of dx = dy W, summed over some of its outputs, from the first of a panel.</summary>
    public static BackwardOperand Of(PackedWeight weight, int firstPanel, int outputs, Matrix dx, bool add) =>
        new(weight, firstPanel, default, outputs, weight.Columns, dx.Data, dx.Stride, W, hasPadding: false, add);

    /// <summary>dy of dW^T += x^T dy, summed over tokens; the product lies as a weight's panels do.</summary>
    public static BackwardOperand Of(Matrix dy, float* weightGradient, int inputs) => new(
        null, 0, dy, dy.Rows, dy.Columns, weightGradient, W, (nint)inputs * W, hasPadding: true, add: true);

    /// <summary>Lays out a stretch of a panel: [count][32], zero beyond the last column.</summary>
    /// <param name="panel">The panel.</param>
    /// <param name="start">Where the stretch begins; of a weight, a multiple of 32.</param>
    /// <param name="count">Its length.</param>
    /// <param name="to">Takes it.</param>
    public void Fill(int panel, int start, int count, float* to)
    {
        int width = Math.Min(W, Columns - (panel * W));
        if (_weight is null)
        {
            FillRows(panel, start, count, width, to);
            return;
        }

        for (int done = 0; done < count; done += W, to += W * W)
        {
            int outputs = Math.Min(W, count - done), from = _firstPanel + ((start + done) / W);
            if (_weight.IsBlocked)
            {
                OperandPacking.WidenRows(_weight, from * W, outputs, panel * W, width, to);
                continue;
            }

            byte* block = _weight.Panel(from) + ((nint)panel * W * W * _weight.ElementSize);
            switch (_weight.Type)
            {
                case ElementType.BFloat16: OperandPacking.TransposeBlock<BFloat16Panel>(block, width, outputs, to); break;
                case ElementType.Float16: OperandPacking.TransposeBlock<Float16Panel>(block, width, outputs, to); break;
                default: OperandPacking.TransposeBlock<Float32Panel>(block, width, outputs, to); break;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void FillRows(int panel, int start, int count, int width, float* to)
    {
        float* from = _rows.RowPointer(start) + (panel * W);
        for (int t = 0; t < count; t++, from += _rows.Stride, to += W)
        {
            if (width == W)
            {
                for (int i = 0; i < W; i += 8) Vector256.Load(from + i).Store(to + i);
                continue;
            }

            new ReadOnlySpan<float>(from, width).CopyTo(new Span<float>(to, width));
            new Span<float>(to + width, W - width).Clear();
        }
    }
}
