using Innate.Models;

namespace Innate.Traces;

/// <summary>
/// A source whose traces are kept for a while, so that a response that several rewards read, or that comes twice, is asked for
/// once: an engine elsewhere takes its time, and some do not say the same twice. May be called from several threads at once.
/// </summary>
/// <param name="inner">Who is asked.</param>
/// <param name="capacity">The most tokens of prompts and responses that are kept; those that were needed last stay.</param>
internal sealed class TraceMemory(ITraceSource inner, long capacity = TraceMemory.UsualCapacity) : ITraceSource
{
    /// <summary>About 50 MB of whole traces.</summary>
    public const long UsualCapacity = 1 << 20;

    private readonly Dictionary<Path, LinkedListNode<Entry>> _known = [];
    private readonly LinkedList<Entry> _byUse = [];
    private readonly Lock _lock = new();
    private long _held;

    private sealed record Entry(Path Path, TokenTrace Trace);

    /// <inheritdoc/>
    public int VocabularySize => inner.VocabularySize;

    /// <inheritdoc/>
    public int MaxPositions => inner.MaxPositions;

    /// <inheritdoc/>
    public string ContextInWords => inner.ContextInWords;

    /// <inheritdoc/>
    public TraceParts Parts => inner.Parts;

    /// <inheritdoc/>
    public bool HoldsLogits => inner.HoldsLogits;

    /// <inheritdoc/>
    public IReadOnlyList<TokenTrace[]> Trace(
        IReadOnlyList<TraceQuery> queries, double alpha = 1, CancellationToken cancellation = default)
    {
        if (queries.Any(q => !q.IsPlain)) return inner.Trace(queries, alpha, cancellation);
        Path[][] paths = [.. queries.Select(q => q.Responses.Select(r => new Path(alpha, q.Prompt, r)).ToArray())];
        Dictionary<Path, TokenTrace> found = [];
        foreach (Path path in paths.SelectMany(p => p))
        {
            if (Find(path) is { } trace) found[path] = trace;
        }

        // What is left, each once, with the responses to one prompt together as they came. What is empty its owner refuses.
        HashSet<Path> asked = [];
        List<Path[]> missing = [];
        List<TraceQuery> left = [];
        for (int q = 0; q < paths.Length; q++)
        {
            Path[] own = [.. paths[q].Where(p => !found.ContainsKey(p) && asked.Add(p))];
            if (own.Length == 0 && paths[q].Length > 0) continue;
            missing.Add(own);
            left.Add(queries[q] with { Responses = [.. own.Select(p => p.Response)] });
        }

        if (left.Count > 0)
        {
            IReadOnlyList<TokenTrace[]> traces = inner.Trace(left, alpha, cancellation);
            foreach ((Path path, TokenTrace trace) in missing.SelectMany((m, q) => m.Zip(traces[q])))
            {
                found[path] = trace;
                Keep(path, trace);
            }
        }

        return [.. paths.Select(own => own.Select(p => found[p]).ToArray())];
    }

    private TokenTrace? Find(Path path)
    {
        lock (_lock)
        {
            if (!_known.TryGetValue(path, out LinkedListNode<Entry>? node)) return null;
            _byUse.Remove(node);
            _byUse.AddLast(node);
            return node.Value.Trace;
        }
    }

    private void Keep(Path path, TokenTrace trace)
    {
        lock (_lock)
        {
            if (_known.ContainsKey(path)) return; // Two asked at once.
            _known[path] = _byUse.AddLast(new Entry(path, trace));
            _held += path.Length;
            while (_held > capacity && _byUse.First is { } oldest)
            {
                _byUse.RemoveFirst();
                _known.Remove(oldest.Value.Path);
                _held -= oldest.Value.Path.Length;
            }
        }
    }

    /// <summary>A response to a prompt at a temperature, by its ids.</summary>
    private readonly struct Path(double alpha, int[] prompt, int[] response) : IEquatable<Path>
    {
        private readonly int[] _prompt = prompt;
        private readonly double _alpha = alpha;
        private readonly ulong _hash = RandomBits.Mix(
            RandomBits.Mix(RandomBits.Hash(prompt), RandomBits.Hash(response)), BitConverter.DoubleToUInt64Bits(alpha));

        public int[] Response { get; } = response;

        public int Length => _prompt.Length + Response.Length;

        public bool Equals(Path other) => _hash == other._hash && _alpha.Equals(other._alpha)
            && _prompt.AsSpan().SequenceEqual(other._prompt) && Response.AsSpan().SequenceEqual(other.Response);

        public override bool Equals(object? other) => other is Path path && Equals(path);

        public override int GetHashCode() => _hash.GetHashCode();
    }
}
