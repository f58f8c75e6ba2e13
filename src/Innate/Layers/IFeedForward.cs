using Innate.Compute;
using Innate.Compute.Memory;

namespace Innate.Layers;

/// <summary>The second half of a decoder layer, which treats each token on its own: one MLP, or some of many.</summary>
public interface IFeedForward : IDisposable
{
    /// <summary>Floats a token that <see cref="ForwardKeeping"/> keeps.</summary>
    long KeptFloats { get; }

    /// <summary>y = mlp(x), [tokens, hidden]; y may be x.</summary>
    void Forward(IKernels kernels, ForwardMemory memory, Matrix x, Matrix y);

    /// <summary>y = mlp(x), keeping what the gradient needs.</summary>
    /// <param name="kernels">The kernels.</param>
    /// <param name="memory">Scratch.</param>
    /// <param name="kept">Takes it.</param>
    /// <param name="x">[tokens, hidden].</param>
    /// <param name="y">[tokens, hidden]; may be x; written to the bits that <see cref="Forward"/> gives.</param>
    void ForwardKeeping(IKernels kernels, ForwardMemory memory, LayerActivations kept, Matrix x, Matrix y);

    /// <summary>The gradient of x + scale * after(mlp(before(x))).</summary>
    /// <param name="kernels">The kernels.</param>
    /// <param name="memory">Scratch.</param>
    /// <param name="kept">Holds what was kept, or room for what is computed again.</param>
    /// <param name="branch">The norms and the scale.</param>
    /// <param name="x">[tokens, hidden].</param>
    /// <param name="dx">dLoss by the sum, [tokens, hidden]; becomes dLoss/dx.</param>
    /// <param name="gradients">Where weights' gradients go.</param>
    void Backward(
        IKernels kernels, BackwardMemory memory, LayerActivations kept, ResidualBranch branch, Matrix x, Matrix dx,
        Gradients gradients);
}
