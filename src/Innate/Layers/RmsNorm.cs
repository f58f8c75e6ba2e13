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

    /// <summary>dx (+)= the gradient of <see cref="Forward"/>; dw is added to its place.</summary>
    /// <param name="kernels">The kernels.</param>
    /// <param name="x">What the forward read.</param>
    /// <param name="dy">dLoss/dy.</param>
    /// <param name="dx">May be dy.</param>
    /// <param name="add">Whether dx goes on from what it holds.</param>
    /// <param name="gradients">Where w's gradient goes.</param>
    public void Backward(IKernels kernels, Matrix x, Matrix dy, Matrix dx, bool add, Gradients gradients)
    {
        int n = Weight.Length;
        int vectors = x.Rows * (x.Columns / n);
        bool whole = x.Columns == n;
        kernels.RmsNormBackward(
            whole ? x : x.Reshape(vectors, n), Weight, epsilon, whole ? dy : dy.Reshape(vectors, n),
            whole ? dx : dx.Reshape(vectors, n), add, gradients.Of(Weight));
    }
}
