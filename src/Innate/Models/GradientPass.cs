using Innate.Compute;
using Innate.Compute.Memory;
using Innate.Layers;

namespace Innate.Models;

/// <summary>
/// A forward pass over token trees that can be followed by its gradient. Between the two the residual stream before each layer
/// is kept; the last layers' activations too as far as memory allows, the others are computed again when their turn comes.
/// Memory for them is first that of gradients which are not written yet. Not for concurrent use.
/// </summary>
/// <param name="model">The decoder.</param>
/// <param name="gradients">Where weights' gradients are added; a weight without a place there is frozen.</param>
public sealed partial class GradientPass(CausalLanguageModel model, Gradients gradients) : IDisposable
{
    private readonly BackwardMemory _memory = new(model.Memory);
    private readonly Workspace _checkpoints = new();
    private readonly Workspace _gradient = new();
    private readonly Workspace _headInput = new();
    private readonly Workspace _scaledInput = new();
    private readonly Workspace _headRows = new();
    private readonly Workspace _headGradient = new();
    private readonly Workspace _scores = new();
    private readonly List<LayerActivations> _kept = [];
    private readonly List<LayerActivations> _lent = [];
    private Forwarded? _forwarded;

    /// <summary>
    /// Into so many bytes beside the gradients' memory the last layers' activations are kept, as many as fit, which saves
    /// computing them again; the bits are the same. By default what is left of 512 MiB beside twice the weights, but 16 MiB at
    /// least: what a large model's training needs memory for is its own state.
    /// </summary>
    public long KeepBytes { get; init; } = DefaultKeepBytes(model.Parameters.Sum(p => p.Matrix?.Bytes ?? 0));

    /// <summary>What <see cref="KeepBytes"/> is unless it is said.</summary>
    /// <param name="weights">Bytes of the model's matrices.</param>
    internal static long DefaultKeepBytes(long weights) => Math.Max(16L << 20, (512L << 20) - (2 * weights));

    /// <summary>Whether activations may lie where gradients will; another answer changes memory and no bit.</summary>
    internal bool UseGradients { get; init; } = true;

    /// <summary>The layers whose activations the last forward pass kept.</summary>
    internal KeptLayers LastKept { get; private set; }

    /// <summary>The head's gradient; another way to the same numbers stands in where the two are measured side by side.</summary>
    internal delegate void HeadOperation(
        Matrix hidden, PackedWeight head, float? softCap, int[] targets, HeadTrace trace, HeadGradient gradient, Matrix dHidden,
        PackedWeight? headGradient);

    /// <summary>By default the kernels' own, which stores no logits.</summary>
    internal HeadOperation Head { get; init; } = model.Kernels.TraceHeadBackward;

    /// <summary>Rows that the MLP's gradient takes at a time.</summary>
    internal int MlpRows { init => _memory.MlpRows = value; }

    /// <summary>Reads trees and tells what the head says of some tokens, to the bits of the inference path.</summary>
    /// <param name="tree">Prompts and responses.</param>
    /// <param name="rows">The rows of the stacked tokens to read; a row may be read several times.</param>
    /// <param name="targets">The token that follows each of them.</param>
    /// <param name="rowKeys">What decides dropout, one a stacked token; null for none.</param>
    /// <param name="cancellation">Looked at between layers.</param>
    public HeadTrace Forward(
        TokenTree tree, int[] rows, int[] targets, ulong[]? rowKeys = null, CancellationToken cancellation = default) =>
        Through(
            tree, rows, targets, rowKeys,
            normed => model.Kernels.TraceHead(Scaled(normed), model.Head, model.Config.LogitSoftCap, targets, alpha: 1),
            cancellation);

    private HeadTrace Through(
        TokenTree tree, int[] rows, int[] targets, ulong[]? rowKeys, Func<Matrix, HeadTrace> head,
        CancellationToken cancellation)
    {
        Forget();
        IKernels kernels = model.Kernels;
        var cache = new KeyValueCache(model.Config, keepLayers: false);
        _forwarded = null;
        try
        {
            (List<NodeTokens> step, int[] ids, int[] positions) = CausalLanguageModel.Place(tree, cache);
            int tokens = ids.Length, width = model.Config.HiddenSize;
            // The stream before each layer and, last, after all.
            Matrix streams = _checkpoints.Matrix((model.Layers.Count + 1) * tokens, width);
            model.Memory.RowKeys = rowKeys;
            LayerActivations?[] kept = Kept(tokens);
            kernels.Embed(model.Embedding, ids, model.Config.EmbeddingScale, streams.Slice(0, tokens));
            for (int layer = 0; layer < model.Layers.Count; layer++)
            {
                cancellation.ThrowIfCancellationRequested();
                Matrix stream = streams.Slice((layer + 1) * tokens, tokens);
                List<AttentionNode> nodes = CausalLanguageModel.Nodes(step, positions, cache, layer);
                if (kept[layer] is { } activations)
                {
                    model.Layers[layer].ForwardKeeping(
                        kernels, model.Memory, activations, streams.Slice(layer * tokens, tokens), positions, nodes, stream);
                    continue;
                }

                kernels.Scale(streams.Slice(layer * tokens, tokens), 1, stream);
                model.Layers[layer].Forward(kernels, model.Memory, stream, positions, nodes);
            }

            Matrix last = streams.Slice(model.Layers.Count * tokens, tokens);
            Matrix read = _headRows.Matrix(rows.Length, width), normed = _headInput.Matrix(rows.Length, width);
            for (int i = 0; i < rows.Length; i++) last.Row(rows[i]).CopyTo(read.Row(i));
            model.FinalNorm.Forward(kernels, read, normed);
            HeadTrace trace = head(normed);
            _forwarded = new Forwarded(cache, step, tree.Rows(), ids, positions, rows, targets, rowKeys, trace);
            return trace;
        }
        finally
        {
            model.Memory.RowKeys = null;
            if (_forwarded is null) cache.Dispose();
        }
    }

    /// <summary>
    /// What the last <see cref="Forward"/> gave to the head: [targets, hidden], after the final norm and before any scale; valid
    /// until the next call.
    /// </summary>
    internal Matrix HeadInput => _headInput.Matrix(
        (_forwarded ?? throw new InvalidOperationException("The head's input follows a Forward.")).Rows.Length,
        model.Config.HiddenSize);

    /// <summary>Adds the gradients of a loss of what the last <see cref="Forward"/> told; once for each forward.</summary>
    /// <param name="loss">The loss's derivatives by the tokens' log-probs and entropies.</param>
    /// <param name="cancellation">Looked at between layers; gradients are then incomplete, and another forward is needed.</param>
    public void Backward(HeadGradient loss, CancellationToken cancellation = default) => Back(
        (f, normed, dRead) =>
        {
            Head(
                Scaled(normed), model.Head, model.Config.LogitSoftCap, f.Targets, f.Trace, loss, dRead,
                gradients.Of(model.Head));
            if (model.HeadScale != 1) model.Kernels.Scale(dRead, model.HeadScale, dRead);
        },
        cancellation);

    private void Back(Action<Forwarded, Matrix, Matrix> head, CancellationToken cancellation)
    {
        Forwarded f = _forwarded ?? throw new InvalidOperationException("Backward follows one Forward.");
        try
        {
            Back(f, head, cancellation);
        }
        finally
        {
            Forget();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Forget();
        _memory.Dispose();
        foreach (LayerActivations kept in _kept.Concat(_lent)) kept.Dispose();
        foreach (Workspace w in (Workspace[])
            [_checkpoints, _gradient, _headInput, _scaledInput, _headRows, _headGradient, _scores])
        {
            w.Dispose();
        }
    }

    private void Back(Forwarded f, Action<Forwarded, Matrix, Matrix> head, CancellationToken cancellation)
    {
        IKernels kernels = model.Kernels;
        int tokens = f.Ids.Length, width = model.Config.HiddenSize;
        Matrix streams = _checkpoints.Matrix((model.Layers.Count + 1) * tokens, width);
        Matrix read = _headRows.Matrix(f.Rows.Length, width), normed = _headInput.Matrix(f.Rows.Length, width);
        Matrix dRead = _headGradient.Matrix(f.Rows.Length, width);
        head(f, normed, dRead);
        model.FinalNorm.Backward(kernels, read, dRead, dRead, add: false, gradients);

        Matrix gradient = _gradient.Matrix(tokens, width);
        for (int t = 0; t < tokens; t++) gradient.Row(t).Clear();
        // A prompt's last token speaks for the first token of every response: its gradients are summed in their order.
        for (int i = 0; i < f.Rows.Length; i++)
        {
            Span<float> to = gradient.Row(f.Rows[i]), from = dRead.Row(i);
            for (int c = 0; c < width; c++) to[c] += from[c];
        }

        LayerGradients? ofLayers = gradients.OfLayers;
        if (ofLayers?.IsLentTo(this) == false) Forget(_lent);
        if (ofLayers is not null) ofLayers.AreZero = false;
        model.Memory.RowKeys = f.RowKeys;
        try
        {
            for (int layer = model.Layers.Count - 1; layer >= 0; layer--)
            {
                cancellation.ThrowIfCancellationRequested();
                LayerActivations kept =
                    _lent[layer].AreKept ? _lent[layer] : _kept[layer].AreKept ? _kept[layer] : _memory.Recomputed;
                ofLayers?.TakeBack(layer);
                model.Layers[layer].Backward(
                    kernels, _memory, kept, streams.Slice(layer * tokens, tokens), f.Positions,
                    CausalLanguageModel.Nodes(f.Step, f.Positions, f.Cache, layer), f.Trees, gradient, gradients);
            }
        }
        finally
        {
            // The scratch is the model's: dropout must not reach what it computes next.
            model.Memory.RowKeys = null;
            model.Memory.FirstRow = 0;
        }

        ofLayers?.TakeBack();
        if (gradients.Of(model.Embedding) is { } table)
        {
            kernels.EmbedBackward(gradient, f.Ids, model.Config.EmbeddingScale, table);
        }

        GC.KeepAlive(model);
    }

    private Matrix Scaled(Matrix normed)
    {
        if (model.HeadScale == 1) return normed;
        Matrix scaled = _scaledInput.Matrix(normed.Rows, normed.Columns);
        model.Kernels.Scale(normed, model.HeadScale, scaled);
        return scaled;
    }

    /// <summary>The places of the layers' activations; null where they are to be computed again.</summary>
    private LayerActivations?[] Kept(int tokens)
    {
        int layers = model.Layers.Count;
        while (_kept.Count < layers)
        {
            _kept.Add(new LayerActivations());
            _lent.Add(new LayerActivations());
        }

        LayerGradients? lender = UseGradients && gradients.OfLayers is { AreZero: true } ofLayers ? ofLayers : null;
        Func<int, long>? before = lender is null ? null : lender.Start;
        long Bytes(int layer) => LayerActivations.Bytes(tokens, model.Layers[layer].KeptFloats);
        KeptLayers count = LastKept = KeptLayers.Of(layers, Bytes, before, KeepBytes);
        var kept = new LayerActivations?[layers];
        long at = long.MaxValue;
        for (int layer = layers - 1; layer >= layers - count.InGradients; layer--)
        {
            at = KeptLayers.Place(Bytes, before!, layer, at);
            _lent[layer].Borrow(lender!.Lend(this, at, Bytes(layer)));
            kept[layer] = _lent[layer];
        }

        for (int layer = layers - count.Count; layer < layers - count.InGradients; layer++) kept[layer] = _kept[layer];
        return kept;
    }

    private static void Forget(List<LayerActivations> activations)
    {
        foreach (LayerActivations kept in activations) kept.AreKept = false;
    }

    private void Forget()
    {
        Forget(_kept);
        Forget(_lent);
        _forwarded?.Cache.Dispose();
        _forwarded = null;
    }

    private sealed record Forwarded(
        KeyValueCache Cache, List<NodeTokens> Step, List<TreeRows> Trees, int[] Ids, int[] Positions, int[] Rows, int[] Targets,
        ulong[]? RowKeys, HeadTrace Trace);
}
