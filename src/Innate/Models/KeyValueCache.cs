using Innate.Compute;
using Innate.Compute.Memory;

namespace Innate.Models;

/// <summary>
/// Keys and values of a token tree. A node's positions lie in one or more spans; a node's path is its ancestors' spans and
/// its own, so branches share their prefix without copying, and a branch grows by whole spans.
/// </summary>
public sealed unsafe class KeyValueCache : IDisposable
{
    private readonly ModelConfig _config;
    private readonly int _layers;
    private readonly List<Node> _nodes = [];
    private readonly Stack<int> _free = new();

    /// <summary>An empty cache.</summary>
    /// <param name="config">The model's shape.</param>
    /// <param name="keepLayers">
    /// True to hold every layer, for decoding on; false for one pass over a whole tree, where each layer may overwrite the
    /// one before.
    /// </param>
    public KeyValueCache(ModelConfig config, bool keepLayers)
    {
        _config = config;
        _layers = keepLayers ? config.LayerCount : 1;
    }

    /// <summary>Nodes added.</summary>
    public int NodeCount => _nodes.Count;

    /// <summary>Bytes held.</summary>
    public long Bytes => Enumerable.Range(0, _nodes.Count).Sum(BytesOf);

    /// <summary>Bytes that a node's own positions take, with the room that is left in its spans.</summary>
    public long BytesOf(int node) => _nodes[node].Spans.Sum(s => s.Memory.Bytes);

    /// <summary>Adds a node that continues another one at its present end.</summary>
    /// <param name="parent">An existing node that will not grow any more, or -1 for a root.</param>
    public int AddNode(int parent) => AddNode(parent, parent < 0 ? 0 : Length(parent));

    /// <summary>Adds a node that continues another one from a position of it or of its ancestors: a prefix of its path.</summary>
    /// <param name="parent">An existing node, or -1 for a root.</param>
    /// <param name="start">The new node's first position; at most the parent's length once both have been extended.</param>
    public int AddNode(int parent, int start)
    {
        var node = new Node(parent, start);
        if (_free.TryPop(out int index))
        {
            _nodes[index] = node;
            return index;
        }

        _nodes.Add(node);
        return _nodes.Count - 1;
    }

    /// <summary>The node that a node continues; -1 for a root.</summary>
    public int Parent(int node) => _nodes[node].Parent;

    /// <summary>Bytes of one position, all layers.</summary>
    public long BytesAPosition => FloatsAPosition * _layers * sizeof(float);

    /// <summary>Positions from the root to the node's end.</summary>
    public int Length(int node) => _nodes[node].End;

    /// <summary>Makes room for a node's new tokens and counts them as held.</summary>
    /// <param name="node">The node.</param>
    /// <param name="tokens">How many come.</param>
    /// <param name="spanSize">Positions a new span has at least: more where the node will grow.</param>
    public void Extend(int node, int tokens, int spanSize = 0)
    {
        Node n = _nodes[node];
        int room = n.Spans.Count == 0 ? 0 : n.Spans[^1].Start + n.Spans[^1].Capacity - n.End;
        if (tokens > room)
        {
            // A step's tokens must lie in one span; a partly filled one is left as it is.
            int capacity = (Math.Max(tokens, spanSize) + KeyValueSpan.Block - 1) / KeyValueSpan.Block * KeyValueSpan.Block;
            n.Spans.Add(new Span(new NativeBuffer(capacity * FloatsAPosition * _layers * sizeof(float)), n.End, capacity));
        }

        n.End += tokens;
        if (n.Spans.Count > 0) n.Spans[^1].Count = n.End - n.Spans[^1].Start;
    }

    /// <summary>Gives up a node's last positions, which it then can take anew. No other node may see them.</summary>
    /// <param name="node">The node.</param>
    /// <param name="length">Positions from the root to its new end: at least its start, at most its present length.</param>
    public void Truncate(int node, int length)
    {
        Node n = _nodes[node];
        ArgumentOutOfRangeException.ThrowIfLessThan(length, n.Start);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, n.End);
        n.End = length;
        while (n.Spans.Count > 0 && n.Spans[^1].Start >= length)
        {
            n.Spans[^1].Memory.Dispose();
            n.Spans.RemoveAt(n.Spans.Count - 1);
        }

        if (n.Spans.Count > 0) n.Spans[^1].Count = length - n.Spans[^1].Start;
    }

    /// <summary>A node's path in one layer, from the root.</summary>
    public KeyValueSpan[] Path(int node, int layer)
    {
        var path = new List<KeyValueSpan>();
        int limit = int.MaxValue;
        for (int i = node; i >= 0; limit = Math.Min(limit, _nodes[i].Start), i = _nodes[i].Parent)
        {
            for (int s = _nodes[i].Spans.Count - 1; s >= 0; s--)
            {
                Span span = _nodes[i].Spans[s];
                int count = Math.Min(span.Count, limit - span.Start);
                if (count <= 0) continue;
                long half = span.Capacity * FloatsAPosition / 2;
                float* keys = (float*)span.Memory.Pointer + (_layers == 1 ? 0 : 2 * half * layer);
                path.Add(new KeyValueSpan((nint)keys, (nint)(keys + half), span.Capacity, span.Start, count));
            }
        }

        path.Reverse();
        return [.. path];
    }

    /// <summary>Frees a node's memory; it may no longer be on a path. Its index may become another node's.</summary>
    public void Release(int node)
    {
        if (_nodes[node].IsReleased) return;
        foreach (Span span in _nodes[node].Spans) span.Memory.Dispose();
        _nodes[node].Spans.Clear();
        _nodes[node].IsReleased = true;
        _free.Push(node);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        for (int i = 0; i < _nodes.Count; i++) Release(i);
    }

    private long FloatsAPosition => 2L * _config.KeyValueHeadCount * _config.HeadDimension;

    private sealed class Span(NativeBuffer memory, int start, int capacity)
    {
        public NativeBuffer Memory { get; } = memory;

        public int Start { get; } = start;

        public int Capacity { get; } = capacity;

        public int Count { get; set; }
    }

    private sealed class Node(int parent, int start)
    {
        public int Parent { get; } = parent;

        public int Start { get; } = start;

        public int End { get; set; } = start;

        public bool IsReleased { get; set; }

        public List<Span> Spans { get; } = [];
    }
}
