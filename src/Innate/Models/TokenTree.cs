using Innate.Compute;

namespace Innate.Models;

/// <summary>One node of a token tree: consecutive tokens that follow the parent's last one.</summary>
/// <param name="Parent">Index of the parent node; -1 for a root.</param>
/// <param name="Tokens">The node's token ids; may be empty.</param>
public sealed record TokenNode(int Parent, int[] Tokens);

/// <summary>
/// Prompts with their responses as one input: each prompt's tokens once, each response a branch. All tokens are stacked into
/// one matrix; attention alone knows the tree (a token sees its ancestors and itself).
/// </summary>
public sealed class TokenTree
{
    private readonly List<TokenNode> _nodes = [];

    /// <summary>The nodes; parents come before their children.</summary>
    public IReadOnlyList<TokenNode> Nodes => _nodes;

    /// <summary>Tokens of all nodes.</summary>
    public int TokenCount { get; private set; }

    /// <summary>Adds a node and gives its index.</summary>
    /// <param name="parent">An existing node, or -1 for a root.</param>
    /// <param name="tokens">The node's token ids.</param>
    public int Add(int parent, int[] tokens)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(parent, -1);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(parent, _nodes.Count);
        _nodes.Add(new TokenNode(parent, tokens));
        TokenCount += tokens.Length;
        return _nodes.Count - 1;
    }

    /// <summary>A tree of one sequence: one branch.</summary>
    public static TokenTree Of(int[] tokens)
    {
        var tree = new TokenTree();
        tree.Add(-1, tokens);
        return tree;
    }

    /// <summary>
    /// Adds a prompt and its responses. A response's last token need not be read when only what comes before each token
    /// counts, as in traces.
    /// </summary>
    /// <param name="query">The prompt and the responses.</param>
    /// <param name="readLastTokens">Whether the responses' last tokens are part of the tree.</param>
    /// <returns>The prompt's node; the responses' nodes follow it in order.</returns>
    public int Add(TraceQuery query, bool readLastTokens)
    {
        int prompt = Add(-1, query.Prompt);
        foreach (int[] response in query.Responses) Add(prompt, readLastTokens ? response : response[..^1]);
        return prompt;
    }

    /// <summary>The row of each node's first token in the stacked matrix.</summary>
    public int[] FirstRows()
    {
        var rows = new int[_nodes.Count];
        for (int i = 1; i < rows.Length; i++) rows[i] = rows[i - 1] + _nodes[i - 1].Tokens.Length;
        return rows;
    }

    /// <summary>The nodes that have tokens as rows of the stacked matrix, each with the rows of its path.</summary>
    internal List<TreeRows> Rows()
    {
        int[] firstRows = FirstRows();
        var trees = new int[_nodes.Count];
        var paths = new List<RowSpan>[_nodes.Count];
        var rows = new List<TreeRows>();
        for (int i = 0; i < _nodes.Count; i++)
        {
            (int parent, int[] tokens) = _nodes[i];
            trees[i] = parent < 0 ? i : trees[parent];
            paths[i] = parent < 0 ? [] : [.. paths[parent]];
            int before = paths[i].Sum(s => s.Count);
            if (tokens.Length == 0) continue;
            paths[i].Add(new RowSpan(firstRows[i], tokens.Length));
            rows.Add(new TreeRows(firstRows[i], tokens.Length, before, trees[i], [.. paths[i]]));
        }

        return rows;
    }
}
