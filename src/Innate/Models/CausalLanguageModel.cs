using Innate.Compute;
using Innate.Compute.Memory;
using Innate.Layers;

namespace Innate.Models;

/// <summary>New tokens of one node of a cached tree.</summary>
/// <param name="Node">The node's index in the cache.</param>
/// <param name="Tokens">Its new tokens; at least one.</param>
public readonly record struct NodeTokens(int Node, int[] Tokens);

/// <summary>
/// A decoder: embed, advance the residual stream layer by layer, normalise, read the head. One family differs from another
/// only in which parts its layers have, which <see cref="ModelLoader"/> decides. Not for concurrent use.
/// </summary>
public sealed class CausalLanguageModel : IDisposable
{
    private readonly ForwardMemory _memory = new();

    /// <summary>The forward pass's scratch.</summary>
    internal ForwardMemory Memory => _memory;

    /// <summary>The shape.</summary>
    public required ModelConfig Config { get; init; }

    /// <summary>The kernels that run it.</summary>
    public required IKernels Kernels { get; init; }

    /// <summary>[vocabulary, hidden].</summary>
    public required PackedWeight Embedding { get; init; }

    /// <summary>The layers.</summary>
    public required IReadOnlyList<DecoderLayer> Layers { get; init; }

    /// <summary>Before the head.</summary>
    public required RmsNorm FinalNorm { get; init; }

    /// <summary>[vocabulary, hidden], the embedding itself where tied; [labels, hidden] for a classifier.</summary>
    public required PackedWeight Head { get; init; }

    /// <summary>The head's bias, one a label: of a model that judges steps; null: none.</summary>
    internal float[]? HeadBias { get; init; }

    /// <summary>
    /// What the head's input is multiplied by after the final norm, where logits are scaled: every use of the head then is.
    /// </summary>
    internal float HeadScale => Config.IsClassifier ? 1 : Config.LogitScale;

    /// <summary>The rotations that the layers share.</summary>
    public required IReadOnlyList<RotaryEmbedding> Rotaries { get; init; }

    /// <summary>All weights, with their names in a checkpoint, in a fixed order.</summary>
    public required IReadOnlyList<ModelParameter> Parameters { get; init; }

    /// <summary>How many numbers these are.</summary>
    internal long ParameterCount => Parameters.Sum(p => (long)p.Rows * p.Columns);

    /// <summary>The layers' linear maps, with their modules' names, in a fixed order.</summary>
    public required IReadOnlyList<LinearMap> Maps { get; init; }

    /// <summary>Runs the layers over new tokens, which see their nodes' paths in the cache.</summary>
    /// <param name="step">Nodes with their new tokens; each node once.</param>
    /// <param name="cache">Holds what was read before, and takes the new keys and values.</param>
    /// <param name="spanSize">Positions to reserve at once for a node that will grow.</param>
    /// <param name="cancellation">Looked at between layers.</param>
    /// <returns>The residual stream after the last layer, [tokens, hidden], valid until the next call.</returns>
    public Matrix Forward(
        IReadOnlyList<NodeTokens> step, KeyValueCache cache, int spanSize = 0, CancellationToken cancellation = default)
    {
        int tokens = step.Sum(s => s.Tokens.Length);
        var ids = new int[tokens];
        var positions = new int[tokens];
        int row = 0;
        foreach (NodeTokens node in step) row = Place(node, cache, spanSize, ids, positions, row);
        return Run(step, ids, positions, cache, cancellation);
    }

    /// <summary>Runs the layers over a whole tree at once.</summary>
    /// <param name="tree">The tree.</param>
    /// <param name="cache">An empty cache.</param>
    /// <param name="cancellation">Looked at between layers.</param>
    /// <returns>The residual stream, rows stacked as the tree's nodes are; valid until the next call.</returns>
    public Matrix Forward(TokenTree tree, KeyValueCache cache, CancellationToken cancellation = default)
    {
        (List<NodeTokens> step, int[] ids, int[] positions) = Place(tree, cache);
        return Run(step, ids, positions, cache, cancellation);
    }

    /// <summary>What the head says at some rows of the residual stream.</summary>
    /// <param name="hidden">What a forward pass gave.</param>
    /// <param name="rows">The rows to read; a row may be read several times.</param>
    /// <param name="targets">The token that follows each of them.</param>
    /// <param name="alpha">The temperature of V.</param>
    public HeadTrace Trace(Matrix hidden, int[] rows, int[] targets, double alpha)
    {
        HeadTrace trace = Kernels.TraceHead(Normalised(hidden, rows), Head, Config.LogitSoftCap, targets, alpha);
        GC.KeepAlive(this); // the matrices are views of this object's memory
        return trace;
    }

    /// <summary>
    /// The logits at some rows, [rows, vocabulary]; for a classifier its scores, [rows, labels]. Valid until the next call.
    /// </summary>
    public Matrix Logits(Matrix hidden, int[] rows)
    {
        Matrix logits = LogitsMemory(rows.Length);
        Kernels.Linear(Normalised(hidden, rows), [new Projection(Head, HeadBias, logits)]);
        if (Config.LogitSoftCap is { } cap && !Config.IsClassifier) Kernels.SoftCap(logits, cap);
        GC.KeepAlive(this);
        return logits;
    }

    /// <summary>Room for logits, [rows, vocabulary]; replaces what <see cref="Logits"/> gave.</summary>
    internal Matrix LogitsMemory(int rows) => _memory.Logits.Matrix(rows, Head.Rows);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (DecoderLayer layer in Layers) layer.Dispose();
        foreach (RotaryEmbedding rotary in Rotaries) rotary.Dispose();
        Embedding.Dispose();
        Head.Dispose();
        _memory.Dispose();
        Kernels.Dispose();
    }

    /// <summary>Makes room for a whole tree in an empty cache, and stacks its tokens.</summary>
    internal static (List<NodeTokens> Step, int[] Ids, int[] Positions) Place(TokenTree tree, KeyValueCache cache)
    {
        if (cache.NodeCount > 0) throw new ArgumentException("A whole tree is read into an empty cache.", nameof(cache));

        // A node begins where its parent ends, so parents are counted before their children are added.
        var step = new List<NodeTokens>(tree.Nodes.Count);
        int tokens = tree.TokenCount, row = 0;
        var ids = new int[tokens];
        var positions = new int[tokens];
        foreach (TokenNode node in tree.Nodes)
        {
            step.Add(new NodeTokens(cache.AddNode(node.Parent), node.Tokens));
            row = Place(step[^1], cache, spanSize: 0, ids, positions, row);
        }

        return (step, ids, positions);
    }

    /// <summary>
    /// Writes a node's new tokens into the stacked rows from <paramref name="row"/> on, and gives the next row.
    /// </summary>
    private static int Place(NodeTokens node, KeyValueCache cache, int spanSize, int[] ids, int[] positions, int row)
    {
        int first = cache.Length(node.Node);
        for (int t = 0; t < node.Tokens.Length; t++, row++) (ids[row], positions[row]) = (node.Tokens[t], first + t);
        cache.Extend(node.Node, node.Tokens.Length, spanSize);
        return row;
    }

    private Matrix Run(
        IReadOnlyList<NodeTokens> step, int[] ids, int[] positions, KeyValueCache cache, CancellationToken cancellation)
    {
        Matrix hidden = _memory.Hidden.Matrix(ids.Length, Config.HiddenSize);
        Kernels.Embed(Embedding, ids, Config.EmbeddingScale, hidden);
        for (int layer = 0; layer < Layers.Count; layer++)
        {
            cancellation.ThrowIfCancellationRequested();
            Layers[layer].Forward(Kernels, _memory, hidden, positions, Nodes(step, positions, cache, layer));
        }

        GC.KeepAlive(this);
        return hidden;
    }

    /// <summary>The nodes that have new tokens, as attention sees them in one layer.</summary>
    internal static List<AttentionNode> Nodes(
        IReadOnlyList<NodeTokens> step, int[] positions, KeyValueCache cache, int layer)
    {
        var nodes = new List<AttentionNode>(step.Count);
        int row = 0;
        foreach (NodeTokens s in step)
        {
            if (s.Tokens.Length == 0) continue;
            nodes.Add(new AttentionNode(row, s.Tokens.Length, positions[row], cache.Path(s.Node, layer)));
            row += s.Tokens.Length;
        }

        return nodes;
    }

    private Matrix Normalised(Matrix hidden, int[] rows)
    {
        Matrix x = _memory.HeadInput.Matrix(rows.Length, hidden.Columns);
        for (int i = 0; i < rows.Length; i++) hidden.Row(rows[i]).CopyTo(x.Row(i));
        FinalNorm.Forward(Kernels, x, x);
        if (HeadScale != 1) Kernels.Scale(x, HeadScale, x);
        return x;
    }
}
