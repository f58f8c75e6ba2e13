using Innate.Compute;
using Innate.Compute.Memory;

namespace Innate.Layers;

/// <summary>What stands around a part of a layer: x += scale * after(part(before(x))).</summary>
/// <param name="Before">The norm before the part; null for none.</param>
/// <param name="After">The norm after it; null for none.</param>
/// <param name="Scale">What the branch is multiplied by before it is added.</param>
public readonly record struct ResidualBranch(RmsNorm? Before, RmsNorm? After, float Scale)
{
    /// <summary>dLoss by the branch's output, from dLoss by the sum.</summary>
    /// <param name="kernels">The kernels.</param>
    /// <param name="gradient">dLoss by the sum.</param>
    /// <param name="room">Takes the result where the two differ.</param>
    internal Matrix OutputGradient(IKernels kernels, Matrix gradient, Workspace room)
    {
        if (Scale == 1) return gradient;
        Matrix scaled = room.Matrix(gradient.Rows, gradient.Columns);
        kernels.Scale(gradient, Scale, scaled);
        return scaled;
    }
}
