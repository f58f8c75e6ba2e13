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

    /// <summary>
    /// Turns the gradient by the layer's output into that by its input, from the input alone: the layer is computed again,
    /// part by part (checkpointing, arXiv 1604.06174), to the bits of the forward pass.
    /// </summary>
    /// <param name="kernels">The kernels.</param>
    /// <param name="memory">Scratch.</param>
    /// <param name="input">[tokens, hidden]: the residual stream before the layer.</param>
    /// <param name="positions">Each token's position.</param>
    /// <param name="nodes">The trees, with room for this layer's keys and values.</param>
    /// <param name="rows">The same trees, all of whose tokens are rows.</param>
    /// <param name="gradient">[tokens, hidden]; changed in place.</param>
    /// <param name="gradients">Where weights' gradients go.</param>
    public void Backward(
        IKernels kernels, BackwardMemory memory, Matrix input, int[] positions, IReadOnlyList<AttentionNode> nodes,
        IReadOnlyList<TreeRows> rows, Matrix gradient, Gradients gradients)
    {
        int n = input.Rows;
        Matrix x = BeforeAttention is null ? input : memory.Normed.Matrix(n, input.Columns);
        BeforeAttention?.Forward(kernels, input, x);
        Matrix attended = memory.Attended.Matrix(n, input.Columns);
        Attention.Recompute(kernels, memory, x, positions, nodes, attended);
        Matrix middle = memory.Middle.Matrix(n, input.Columns);
        input.CopyTo(middle);
        Matrix added = attended;
        if (AfterAttention is not null)
        {
            added = memory.Part.Matrix(n, input.Columns);
            AfterAttention.Forward(kernels, attended, added);
        }

        kernels.Add(added, middle);

        Mlp.Backward(kernels, memory, BeforeMlp, AfterMlp, middle, gradient, gradients);

        Matrix part = memory.Part.Matrix(n, input.Columns);
        AfterAttention?.Backward(kernels, attended, gradient, part, add: false, gradients);
        Attention.Backward(
            kernels, memory, x, positions, rows, AfterAttention is null ? gradient : part, part, gradients);
        if (BeforeAttention is null) kernels.Add(part, gradient);
        else BeforeAttention.Backward(kernels, input, part, gradient, add: true, gradients);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Attention.Dispose();
        Mlp.Dispose();
    }
}
