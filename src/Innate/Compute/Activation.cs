namespace Innate.Compute;

/// <summary>The gate's non-linearity in the MLP.</summary>
public enum Activation
{
    /// <summary>x * sigmoid(x).</summary>
    Silu,

    /// <summary>The tanh approximation of GELU (<c>gelu_pytorch_tanh</c>).</summary>
    GeluTanh,
}
