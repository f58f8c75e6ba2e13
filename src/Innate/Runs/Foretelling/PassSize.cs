using Innate.Learning;
using Innate.Models;

namespace Innate.Runs.Foretelling;

/// <summary>How much one pass of a model reads: all that its time and memory depend on.</summary>
/// <param name="Nodes">The trees' nodes: the first position of each, and how many tokens it has.</param>
/// <param name="HeadRows">Rows that the head reads.</param>
internal sealed record PassSize(IReadOnlyList<(int First, int Tokens)> Nodes, int HeadRows)
{
    /// <summary>Tokens that are read; a shared prompt's once.</summary>
    public int Tokens => Nodes.Sum(n => n.Tokens);

    /// <summary>Positions of the longest path.</summary>
    public int Longest => Nodes.Max(n => n.First + n.Tokens);

    /// <summary>What a trace of queries reads: every token but a response's last.</summary>
    public static PassSize Of(IReadOnlyList<TraceQuery> queries) => new(
        [
            .. queries.SelectMany(q => q.Responses.Select(r => (q.Prompt.Length, r.Length - 1)).Prepend((0, q.Prompt.Length))),
        ],
        queries.Sum(q => q.Responses.Sum(r => r.Length)));

    /// <summary>What a batch to learn from reads.</summary>
    public static PassSize Of(TokenBatch batch)
    {
        IReadOnlyList<TokenNode> nodes = batch.Tree.Nodes;
        var firsts = new int[nodes.Count];
        for (int i = 0; i < firsts.Length; i++)
        {
            firsts[i] = nodes[i].Parent < 0 ? 0 : firsts[nodes[i].Parent] + nodes[nodes[i].Parent].Tokens.Length;
        }

        return new PassSize([.. nodes.Select((n, i) => (firsts[i], n.Tokens.Length))], batch.TargetCount);
    }

    /// <summary>Pairs of a query and a key that it sees, at most so many positions back; null: all.</summary>
    public double Pairs(int? window) => Nodes.Sum(n =>
    {
        // Positions first..end see position + 1 keys until the window is full.
        double end = n.First + n.Tokens, full = Math.Clamp(window ?? double.MaxValue, n.First, end);
        return (((full * (full + 1)) - ((double)n.First * (n.First + 1))) / 2) + ((end - full) * (window ?? 0));
    });
}
