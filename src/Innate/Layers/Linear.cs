using Innate.Compute;
using Innate.Compute.Memory;

namespace Innate.Layers;

/// <summary>y = x W^T + b.</summary>
/// <param name="weight">W, [outputs, inputs].</param>
/// <param name="bias">b, one value an output; null for none.</param>
public sealed class Linear(PackedWeight weight, float[]? bias) : IDisposable
{
    /// <summary>W.</summary>
    public PackedWeight Weight { get; } = weight;

    /// <summary>b.</summary>
    public float[]? Bias { get; } = bias;

    /// <summary>Outputs.</summary>
    public int Outputs => Weight.Rows;

    /// <summary>One map.</summary>
    public void Forward(IKernels kernels, Matrix x, Matrix y) => kernels.Linear(x, [To(y)]);

    /// <summary>This map as one of several with the same input.</summary>
    public Projection To(Matrix y) => new(Weight, Bias, y);

    /// <inheritdoc/>
    public void Dispose() => Weight.Dispose();
}
