using Innate.Compute;
using Innate.Compute.Memory;
using Innate.Models;

namespace Innate.Generation;

/// <summary>
/// Samples turn after turn of sequences that only grow. Keys and values of all that was read are kept from turn to turn, and
/// what sequences begin with alike is read once: a turn costs its own new tokens. Its samples are those of
/// <see cref="ModelGenerator"/> on the same prompts, to the bit.
/// </summary>
/// <param name="model">The model; used by one call at a time.</param>
internal sealed class TurnDecoding(CausalLanguageModel model) : IDisposable
{
    // Tokens read in one step.
    private const int TokensPerStep = 2048;

    private readonly KeyValueCache _cache = new(model.Config, keepLayers: true);
    private readonly List<int> _nodes = [];

    /// <summary>Tokens that went through the model so far.</summary>
    public long TokensRead { get; private set; }

    /// <summary>Begins sequences; those that begin alike share the reading of all but the last token.</summary>
    /// <param name="prompts">Each sequence's first ids; at least one each.</param>
    /// <param name="cancellation">Stops between layers.</param>
    /// <returns>The sequences' numbers, in order.</returns>
    public int[] Begin(IReadOnlyList<int[]> prompts, CancellationToken cancellation)
    {
        List<(int[] Ids, int Node)> roots = [];
        int[] sequences = new int[prompts.Count];
        for (int i = 0; i < sequences.Length; i++)
        {
            int root = roots.FindIndex(r => r.Ids.AsSpan().SequenceEqual(prompts[i]));
            if (root < 0)
            {
                root = roots.Count;
                roots.Add((prompts[i], _cache.AddNode(-1)));
                if (prompts[i].Length > 1) Read(roots[root].Node, prompts[i][..^1], cancellation);
            }

            sequences[i] = _nodes.Count;
            _nodes.Add(_cache.AddNode(roots[root].Node));
        }

        return sequences;
    }

    /// <summary>Samples one turn of some sequences.</summary>
    /// <param name="sequences">Their numbers.</param>
    /// <param name="ids">Each one's ids: those of its last turn, what was sampled then, and what is new.</param>
    /// <param name="options">How to sample.</param>
    /// <param name="cancellation">Stops between layers.</param>
    /// <exception cref="InputException">Options out of range, or no room left in the context.</exception>
    public GeneratedResponse[] Generate(
        IReadOnlyList<int> sequences, IReadOnlyList<int[]> ids, SamplingOptions options, CancellationToken cancellation)
    {
        DecodingJob job = new(ids, 1, options);
        ModelGenerator.Check(model, job);
        Branch[] branches = [.. sequences.Select((s, i) => new Branch(job, i, 0, _nodes[s]))];
        for (int first = 0; first < branches.Length;)
        {
            int end = first, tokens = 0;
            while (end < branches.Length && (end == first || tokens + New(branches[end]).Length <= TokensPerStep))
            {
                tokens += New(branches[end++]).Length;
            }

            Step(branches[first..end], New, cancellation);
            first = end;
        }

        while (branches.Where(b => b.Finish is null).ToArray() is { Length: > 0 } active)
        {
            Step(active, b => [b.Ids[^1]], cancellation);
        }

        return [.. branches.Select(b => b.ToResponse())];

        int[] New(Branch b) => b.PromptIds[_cache.Length(b.Node)..];
    }

    /// <summary>Frees the keys and values.</summary>
    public void Dispose() => _cache.Dispose();

    private void Read(int node, int[] ids, CancellationToken cancellation)
    {
        foreach (int[] part in ids.Chunk(TokensPerStep))
        {
            model.Forward([new NodeTokens(node, part)], _cache, 0, cancellation);
            TokensRead += part.Length;
        }
    }

    // Reads each branch's tokens and samples the one that follows.
    private void Step(Branch[] branches, Func<Branch, int[]> tokens, CancellationToken cancellation)
    {
        NodeTokens[] read = [.. branches.Select(b => new NodeTokens(b.Node, tokens(b)))];
        Matrix hidden = model.Forward(read, _cache, ContinuousDecoding.SpanSize, cancellation);
        TokensRead += read.Sum(r => r.Tokens.Length);
        int row = -1;
        Matrix logits = model.Logits(hidden, [.. read.Select(r => row += r.Tokens.Length)]);
        int[] sampled = [.. branches.Select((b, i) => b.Sample(logits.Row(i), RoomFor(b)))];
        HeadTrace trace = model.Kernels.TraceLogits(logits, sampled);
        for (int i = 0; i < sampled.Length; i++) branches[i].Add(sampled[i], trace, i, logits.Row(i), RoomFor(branches[i]));
    }

    // Positions left in the model's context, the next token's included.
    private int RoomFor(Branch branch) => model.Config.MaxPositions - branch.PromptIds.Length - branch.Ids.Count;
}
