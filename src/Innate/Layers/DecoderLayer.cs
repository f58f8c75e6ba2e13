using Innate.Compute;
using Innate.Compute.Memory;

namespace Innate.Layers;

/// <summary>
/// x += scale * after(attention(before(x))); x += scale * after(mlp(before(x))). A family has the norms before (llama), after
/// (olmo2) or both (gemma); the scale is 1 but for granite.
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
    public required IFeedForward Mlp { get; init; }

    /// <summary>After the MLP; null for none.</summary>
    public RmsNorm? AfterMlp { get; init; }

    /// <summary>What both parts are multiplied by before they are added to the stream.</summary>
    public float ResidualScale { get; init; } = 1;

    /// <summary>Floats a token that <see cref="ForwardKeeping"/> keeps, at most.</summary>
    internal long KeptFloats =>
        ((AfterAttention is null ? 1L : 2L) * Attention.Output.Outputs)
        + ((Attention.QueryNorm is null ? 2L : 3L) * Attention.Query.Outputs)
        + ((Attention.KeyNorm is null ? 2L : 3L) * Attention.Key.Outputs) + Mlp.KeptFloats;

    /// <summary>Advances the residual stream, [tokens, hidden], in place.</summary>
    public void Forward(
        IKernels kernels, ForwardMemory memory, Matrix hidden, int[] positions, IReadOnlyList<AttentionNode> nodes)
    {
        Matrix x = memory.Normed.Matrix(hidden.Rows, hidden.Columns);

        BeforeAttention?.Forward(kernels, hidden, x);
        Attention.Forward(kernels, memory, BeforeAttention is null ? hidden : x, positions, nodes, x);
        AfterAttention?.Forward(kernels, x, x);
        kernels.AddScaled(x, ResidualScale, hidden);

        BeforeMlp?.Forward(kernels, hidden, x);
        Mlp.Forward(kernels, memory, BeforeMlp is null ? hidden : x, x);
        AfterMlp?.Forward(kernels, x, x);
        kernels.AddScaled(x, ResidualScale, hidden);
    }

    /// <summary>
    /// Advances the residual stream as <see cref="Forward"/> does, to the same bits, keeping what the gradient needs.
    /// </summary>
    /// <param name="kernels">The kernels.</param>
    /// <param name="memory">Scratch.</param>
    /// <param name="kept">Takes the activations.</param>
    /// <param name="input">[tokens, hidden].</param>
    /// <param name="positions">Each token's position.</param>
    /// <param name="nodes">The trees.</param>
    /// <param name="output">[tokens, hidden]; another matrix.</param>
    public void ForwardKeeping(
        IKernels kernels, ForwardMemory memory, LayerActivations kept, Matrix input, int[] positions,
        IReadOnlyList<AttentionNode> nodes, Matrix output)
    {
        Matrix middle = AttendKeeping(kernels, memory, kept, input, positions, nodes);
        Matrix x = memory.Normed.Matrix(input.Rows, input.Columns);
        BeforeMlp?.Forward(kernels, middle, x);
        Mlp.ForwardKeeping(kernels, memory, kept, BeforeMlp is null ? middle : x, x);
        AfterMlp?.Forward(kernels, x, x);
        kernels.AddScaled(x, ResidualScale, middle, output);
        kept.AreKept = true;
    }

    /// <summary>
    /// Turns the gradient by the layer's output into that by its input. Where the activations were not kept, they are computed
    /// again from the input, part by part (checkpointing, arXiv 1604.06174), to the bits of the forward pass.
    /// </summary>
    /// <param name="kernels">The kernels.</param>
    /// <param name="memory">Scratch.</param>
    /// <param name="kept">The layer's activations, or room for them.</param>
    /// <param name="input">[tokens, hidden]: the residual stream before the layer.</param>
    /// <param name="positions">Each token's position.</param>
    /// <param name="nodes">The trees, with room for this layer's keys and values.</param>
    /// <param name="rows">The same trees, all of whose tokens are rows.</param>
    /// <param name="gradient">[tokens, hidden]; changed in place.</param>
    /// <param name="gradients">Where weights' gradients go.</param>
    public void Backward(
        IKernels kernels, BackwardMemory memory, LayerActivations kept, Matrix input, int[] positions,
        IReadOnlyList<AttentionNode> nodes, IReadOnlyList<TreeRows> rows, Matrix gradient, Gradients gradients)
    {
        int n = input.Rows, width = input.Columns;
        Matrix middle = kept.AreKept
            ? kept.Middle.Matrix(n, width)
            : AttendKeeping(kernels, memory.Forward, kept, input, positions, nodes);
        var mlp = new ResidualBranch(BeforeMlp, AfterMlp, ResidualScale);
        Mlp.Backward(kernels, memory, kept, mlp, middle, gradient, gradients);

        var attention = new ResidualBranch(BeforeAttention, AfterAttention, ResidualScale);
        Matrix dOutput = attention.OutputGradient(kernels, gradient, memory.Part), part = memory.Part.Matrix(n, width);
        AfterAttention?.Backward(kernels, kept.Attended.Matrix(n, width), dOutput, part, add: false, gradients);
        Attention.Backward(
            kernels, memory, kept, AttentionInput(kernels, memory.Forward, input), positions, rows,
            AfterAttention is null ? dOutput : part, part, gradients);
        if (BeforeAttention is null) kernels.Add(part, gradient);
        else BeforeAttention.Backward(kernels, input, part, gradient, add: true, gradients);
        kept.AreKept = false;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Attention.Dispose();
        Mlp.Dispose();
    }

    // Computed again rather than kept: it costs one pass over the rows.
    private Matrix AttentionInput(IKernels kernels, ForwardMemory memory, Matrix input)
    {
        if (BeforeAttention is null) return input;
        Matrix x = memory.AttentionInput.Matrix(input.Rows, input.Columns);
        BeforeAttention.Forward(kernels, input, x);
        return x;
    }

    /// <summary>The layer's first half: gives the stream between attention and MLP.</summary>
    private Matrix AttendKeeping(
        IKernels kernels, ForwardMemory memory, LayerActivations kept, Matrix input, int[] positions,
        IReadOnlyList<AttentionNode> nodes)
    {
        int n = input.Rows;
        Matrix x = AttentionInput(kernels, memory, input);
        Matrix attended = (AfterAttention is null ? memory.Normed : kept.Attended).Matrix(n, input.Columns);
        Attention.ForwardKeeping(kernels, memory, kept, x, positions, nodes, attended);
        Matrix middle = kept.Middle.Matrix(n, input.Columns);
        Matrix added = attended;
        if (AfterAttention is not null)
        {
            added = memory.Normed.Matrix(n, input.Columns);
            AfterAttention.Forward(kernels, attended, added);
        }

        kernels.AddScaled(added, ResidualScale, input, middle);
        return middle;
    }
}
