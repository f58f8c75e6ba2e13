using Innate.Compute;
using Innate.Compute.Memory;

namespace Innate.Layers;

/// <summary>
/// x += after(attention(before(x))); x += after(mlp(before(x))). A family has the norms before (llama), after (olmo2) or both
/// (gemma).
/// </summary>
public sealed class DecoderLayer : IDisposable
{
    /// <summary>Before attention; null for none.</summary>
    public RmsNorm? BeforeAttention { get; init; }

    /// <summary>The attention.</summary>
    public required Attention Attention { get; init; }

    /// <summary>After attention; null for none.</summary>
    public RmsNorm? AfterAttention { get; init; }

    /// <summary>Before the MLP; null for none.</summary>
    public RmsNorm? BeforeMlp { get; init; }

    /// <summary>The MLP.</summary>
    public required GatedMlp Mlp { get; init; }

    /// <summary>After the MLP; null for none.</summary>
    public RmsNorm? AfterMlp { get; init; }

    /// <summary>Advances the residual stream, [tokens, hidden], in place.</summary>
    public void Forward(
        IKernels kernels, ForwardMemory memory, Matrix hidden, int[] positions, IReadOnlyList<AttentionNode> nodes)
    {
        Matrix x = memory.Normed.Matrix(hidden.Rows, hidden.Columns);

        BeforeAttention?.Forward(kernels, hidden, x);
        Attention.Forward(kernels, memory, BeforeAttention is null ? hidden : x, positions, nodes, x);
        AfterAttention?.Forward(kernels, x, x);
        kernels.Add(x, hidden);

        BeforeMlp?.Forward(kernels, hidden, x);
        Mlp.Forward(kernels, memory, BeforeMlp is null ? hidden : x, x);
        AfterMlp?.Forward(kernels, x, x);
        kernels.Add(x, hidden);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Attention.Dispose();
        Mlp.Dispose();
    }
}
