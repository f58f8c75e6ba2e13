using Innate.Compute;
using Innate.Compute.Memory;

namespace Innate.Layers;

/// <summary>y = down(activation(gate(x)) * up(x)) (GLU variants, arXiv 2002.05202).</summary>
public sealed class GatedMlp : IDisposable
{
    // Rows taken at a time: the wide inner matrices then stay at a few dozen megabytes however long the input.
    private const int RowBlock = 480;

    /// <summary>The gate's non-linearity.</summary>
    public required Activation Activation { get; init; }

    /// <summary>hidden to intermediate.</summary>
    public required Linear Gate { get; init; }

    /// <summary>hidden to intermediate.</summary>
    public required Linear Up { get; init; }

    /// <summary>intermediate to hidden.</summary>
    public required Linear Down { get; init; }

    /// <summary>y = mlp(x), [tokens, hidden]; y may be x.</summary>
    public void Forward(IKernels kernels, ForwardMemory memory, Matrix x, Matrix y)
    {
        for (int start = 0; start < x.Rows; start += RowBlock)
        {
            int rows = Math.Min(RowBlock, x.Rows - start);
            Matrix gate = memory.Gates.Matrix(rows, Gate.Outputs);
            Matrix up = memory.Ups.Matrix(rows, Up.Outputs);
            kernels.Linear(x.Slice(start, rows), [Gate.To(gate), Up.To(up)]);
            kernels.Gate(Activation, gate, up);
            Down.Forward(kernels, gate, y.Slice(start, rows));
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Gate.Dispose();
        Up.Dispose();
        Down.Dispose();
    }
}
