using Innate.Compute;
using Innate.Compute.Memory;

namespace Innate.Layers;

/// <summary>
/// Grouped-query attention over a token tree: project, normalise where the family does, rotate, store keys and values,
/// attend along each token's path, project back.
/// </summary>
public sealed class Attention : IDisposable
{
    /// <summary>Heads, scale, cap, window.</summary>
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

    /// <summary>The rotation; layers of one kind share it.</summary>
    public required RotaryEmbedding Rotary { get; init; }

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
        Matrix q = memory.Queries.Matrix(x.Rows, Query.Outputs);
        Matrix k = memory.Keys.Matrix(x.Rows, Key.Outputs);
        Matrix v = memory.Values.Matrix(x.Rows, Value.Outputs);
        kernels.Linear(x, [Query.To(q), Key.To(k), Value.To(v)]);
        QueryNorm?.Forward(kernels, q, q);
        KeyNorm?.Forward(kernels, k, k);
        Rotary.Forward(kernels, q, positions);
        Rotary.Forward(kernels, k, positions);
        kernels.AppendKeyValues(Shape, nodes, k, v);
        Matrix heads = memory.Heads.Matrix(x.Rows, Query.Outputs);
        kernels.TreeAttention(Shape, nodes, q, heads);
        Output.Forward(kernels, heads, y);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Query.Dispose();
        Key.Dispose();
        Value.Dispose();
        Output.Dispose();
    }
}
