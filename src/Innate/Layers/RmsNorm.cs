using Innate.Compute;
using Innate.Compute.Memory;

namespace Innate.Layers;

/// <summary>
/// y = x / sqrt(mean(x^2) + epsilon) * w over the last dimension (Zhang and Sennrich, arXiv 1910.07467).
/// </summary>
/// <param name="weight">w, one value a column; a family that stores w - 1 has had the 1 added.</param>
/// <param name="epsilon">Added to the mean square.</param>
public sealed class RmsNorm(float[] weight, float epsilon)
{
    /// <summary>w.</summary>
    public float[] Weight { get; } = weight;

    /// <summary>Normalises rows; a matrix whose rows are several vectors of w's length is normalised vector by vector.</summary>
    public void Forward(IKernels kernels, Matrix x, Matrix y)
    {
        int n = Weight.Length;
        if (x.Columns == n)
        {
            kernels.RmsNorm(x, Weight, epsilon, y);
            return;
        }

        int vectors = x.Rows * (x.Columns / n);
        kernels.RmsNorm(x.Reshape(vectors, n), Weight, epsilon, y.Reshape(vectors, n));
    }
}
