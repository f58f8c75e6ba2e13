using Innate.Compute.Memory;

namespace Innate.Layers;

/// <summary>
/// What a layer's gradient needs of its forward pass. Either one set serves all layers, each computed again when its turn comes,
/// or every layer keeps its own, where memory allows: the bits are the same.
/// </summary>
public sealed class LayerActivations : IDisposable
{
    private const int Parts = 10;

    /// <summary>[tokens, heads * head dimension], before the query norm.</summary>
    public Workspace RawQueries { get; } = new();

    /// <summary>[tokens, key heads * head dimension], before the key norm.</summary>
    public Workspace RawKeys { get; } = new();

    /// <summary>[tokens, heads * head dimension], rotated.</summary>
    public Workspace Queries { get; } = new();

    /// <summary>[tokens, key heads * head dimension], rotated.</summary>
    public Workspace Keys { get; } = new();

    /// <summary>[tokens, key heads * head dimension].</summary>
    public Workspace Values { get; } = new();

    /// <summary>[tokens, heads * head dimension]: attention's result before its output map.</summary>
    public Workspace Heads { get; } = new();

    /// <summary>[tokens, hidden]: attention's output before the norm after it.</summary>
    public Workspace Attended { get; } = new();

    /// <summary>[tokens, hidden]: the residual stream between attention and MLP.</summary>
    public Workspace Middle { get; } = new();

    /// <summary>[tokens, intermediate] where kept, else [block, intermediate]; of experts, expert after expert.</summary>
    public Workspace Gates { get; } = new();

    /// <summary>As <see cref="Gates"/>.</summary>
    public Workspace Ups { get; } = new();

    /// <summary>Whether they are those of the last forward pass.</summary>
    internal bool AreKept { get; set; }

    private Workspace[] All => [RawQueries, RawKeys, Queries, Keys, Values, Heads, Attended, Middle, Gates, Ups];

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (Workspace w in All) w.Dispose();
    }

    /// <summary>Bytes for so many tokens, each part from a cache line on.</summary>
    internal static long Bytes(long tokens, long floats) => ((tokens * floats) + (Parts * LentMemory.Line)) * sizeof(float);

    /// <summary>The next activations lie in that memory.</summary>
    internal void Borrow(LentMemory memory)
    {
        foreach (Workspace w in All) w.Borrow(memory);
    }
}
