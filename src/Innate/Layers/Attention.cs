using Innate.Compute;
using Innate.Compute.Memory;

namespace Innate.Layers;

/// <summary>
/// Grouped-query attention over a token tree: project, normalise where the family does, rotate, store keys and values,
/// attend along each token's path, project back.
/// </summary>
public sealed class Attention : IDisposable
{
    /// <summary>Heads, scale, cap, window, sinks.</summary>
    public required AttentionShape Shape { get; init; }

    /// <summary>hidden to heads * head dimension.</summary>
    public required Linear Query { get; init; }

    /// <summary>hidden to key heads * head dimension.</summary>
    public required Linear Key { get; init; }

    /// <summary>hidden to key heads * head dimension.</summary>
    public required Linear Value { get; init; }

    /// <summary>heads * head dimension to hidden.</summary>
    public required Linear Output { get; init; }

    /// <summary>On queries before rotation; null for none.</summary>
    public RmsNorm? QueryNorm { get; init; }

    /// <summary>On keys before rotation; null for none.</summary>
    public RmsNorm? KeyNorm { get; init; }

    /// <summary>The rotation, which layers of one kind share; null for none.</summary>
    public required RotaryEmbedding? Rotary { get; init; }

    /// <summary>y = attention(x).</summary>
    /// <param name="kernels">The kernels.</param>
    /// <param name="memory">Scratch.</param>
    /// <param name="x">[tokens, hidden].</param>
    /// <param name="positions">Each token's position.</param>
    /// <param name="nodes">The tree in this step, with this layer's spans.</param>
    /// <param name="y">[tokens, hidden]; may be <paramref name="x"/>.</param>
    public void Forward(
        IKernels kernels, ForwardMemory memory, Matrix x, int[] positions, IReadOnlyList<AttentionNode> nodes, Matrix y)
    {
        Matrix q = memory.Queries.Matrix(x.Rows, Query.Outputs), k = memory.Keys.Matrix(x.Rows, Key.Outputs);
        Attend(
            kernels, memory, x, positions, nodes, q, k, q, k, memory.Values.Matrix(x.Rows, Value.Outputs),
            memory.Heads.Matrix(x.Rows, Query.Outputs), y);
    }

    /// <summary>The forward pass, keeping what its gradient needs.</summary>
    /// <param name="kernels">The kernels.</param>
    /// <param name="memory">Scratch.</param>
    /// <param name="kept">Takes queries, keys, values and heads.</param>
    /// <param name="x">[tokens, hidden].</param>
    /// <param name="positions">Each token's position.</param>
    /// <param name="nodes">The tree in this step, with this layer's spans.</param>
    /// <param name="y">[tokens, hidden]; written, to the bits that <see cref="Forward"/> gives.</param>
    public void ForwardKeeping(
        IKernels kernels, ForwardMemory memory, LayerActivations kept, Matrix x, int[] positions,
        IReadOnlyList<AttentionNode> nodes, Matrix y)
    {
        Matrix q = kept.Queries.Matrix(x.Rows, Query.Outputs), k = kept.Keys.Matrix(x.Rows, Key.Outputs);
        Attend(
            kernels, memory, x, positions, nodes,
            QueryNorm is null ? q : kept.RawQueries.Matrix(x.Rows, Query.Outputs),
            KeyNorm is null ? k : kept.RawKeys.Matrix(x.Rows, Key.Outputs),
            q, k, kept.Values.Matrix(x.Rows, Value.Outputs), kept.Heads.Matrix(x.Rows, Query.Outputs), y);
    }

    /// <summary>dLoss/dx from dLoss/dy, after <see cref="ForwardKeeping"/>.</summary>
    /// <param name="kernels">The kernels.</param>
    /// <param name="memory">Scratch.</param>
    /// <param name="kept">As <see cref="ForwardKeeping"/> left it.</param>
    /// <param name="x">[tokens, hidden].</param>
    /// <param name="positions">Each token's position.</param>
    /// <param name="rows">The trees, all of whose tokens are rows.</param>
    /// <param name="dy">[tokens, hidden].</param>
    /// <param name="dx">[tokens, hidden]; written; may be <paramref name="dy"/>.</param>
    /// <param name="gradients">Where weights' gradients go.</param>
    public void Backward(
        IKernels kernels, BackwardMemory memory, LayerActivations kept, Matrix x, int[] positions, IReadOnlyList<TreeRows> rows,
        Matrix dy, Matrix dx, Gradients gradients)
    {
        int n = x.Rows;
        Matrix dHeads = memory.HeadsGradient.Matrix(n, Query.Outputs);
        Linear.Backward(
            kernels, memory, kept.Heads.Matrix(n, Query.Outputs),
            [(Output, dy)], dHeads, gradients);

        Matrix dq = memory.QueriesGradient.Matrix(n, Query.Outputs);
        Matrix dk = memory.KeysGradient.Matrix(n, Key.Outputs);
        Matrix dv = memory.ValuesGradient.Matrix(n, Value.Outputs);
        kernels.TreeAttentionBackward(Shape, rows, new AttentionGradients(
            kept.Queries.Matrix(n, Query.Outputs), kept.Keys.Matrix(n, Key.Outputs), kept.Values.Matrix(n, Value.Outputs),
            dHeads, dq, dk, dv) { SinkGradients = gradients.Of(Shape.Sinks) });
        Rotary?.Backward(kernels, dq, positions);
        Rotary?.Backward(kernels, dk, positions);
        QueryNorm?.Backward(kernels, kept.RawQueries.Matrix(n, Query.Outputs), dq, dq, add: false, gradients);
        KeyNorm?.Backward(kernels, kept.RawKeys.Matrix(n, Key.Outputs), dk, dk, add: false, gradients);
        Linear.Backward(kernels, memory, x, [(Query, dq), (Key, dk), (Value, dv)], dx, gradients);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Query.Dispose();
        Key.Dispose();
        Value.Dispose();
        Output.Dispose();
    }

    // The raw queries and keys, before their norms, may lie where the normalised ones will.
    private void Attend(
        IKernels kernels, ForwardMemory memory, Matrix x, int[] positions, IReadOnlyList<AttentionNode> nodes, Matrix rawQ,
        Matrix rawK, Matrix q, Matrix k, Matrix v, Matrix heads, Matrix y)
    {
        Linear.Forward(kernels, memory, x, [(Query, rawQ), (Key, rawK), (Value, v)]);
        QueryNorm?.Forward(kernels, rawQ, q);
        KeyNorm?.Forward(kernels, rawK, k);
        Rotary?.Forward(kernels, q, positions);
        Rotary?.Forward(kernels, k, positions);
        kernels.AppendKeyValues(Shape, nodes, k, v);
        kernels.TreeAttention(Shape, nodes, q, heads);
        Output.Forward(kernels, memory, heads, y);
    }
}
