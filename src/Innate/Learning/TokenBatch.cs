using Innate.Compute;
using Innate.Models;

namespace Innate.Learning;

/// <summary>Sequences and branches as one input, with the tokens whose log-probabilities are asked.</summary>
/// <param name="dropoutKey">
/// With an example's place in its batch and a token's place in its example, decides dropout, whatever is computed beside it;
/// null: no dropout.
/// </param>
internal sealed class TokenBatch(ulong? dropoutKey)
{
    private readonly List<int> _rows = [];
    private readonly List<int> _targets = [];
    private readonly List<ulong> _keys = [];

    /// <summary>The trees.</summary>
    public TokenTree Tree { get; } = new();

    /// <summary>The rows that the head reads, one a target; or without targets, a score each.</summary>
    public int[] Rows => [.. _rows];

    /// <summary>The tokens asked about.</summary>
    public int[] Targets => [.. _targets];

    /// <summary>Targets so far.</summary>
    public int TargetCount => _targets.Count;

    /// <summary>Dropout's keys, one a row; null for none.</summary>
    public ulong[]? RowKeys => dropoutKey is null ? null : [.. _keys];

    /// <summary>Adds a sequence of its own; its last token is not read, since nothing follows it.</summary>
    /// <param name="slot">The example's place in its batch.</param>
    /// <param name="tokens">At least two.</param>
    /// <param name="counted">Which tokens are asked about; the first is not.</param>
    public void AddSequence(int slot, int[] tokens, bool[] counted)
    {
        int first = Tree.TokenCount;
        for (int t = 1; t < tokens.Length; t++)
        {
            if (counted[t]) Ask(first + t - 1, tokens[t]);
        }

        Tree.Add(-1, tokens[..^1]);
        AddKeys(slot, branch: 0, tokens.Length - 1);
    }

    /// <summary>Adds a prompt, read once, and its responses, whose tokens are asked about in order.</summary>
    /// <param name="slot">The example's place in its batch.</param>
    /// <param name="prompt">At least one token.</param>
    /// <param name="responses">Each at least one token.</param>
    /// <param name="places">Of each response the tokens that are asked about, by their index, in order; null: all.</param>
    public void AddGroup(int slot, int[] prompt, IReadOnlyList<int[]> responses, IReadOnlyList<int[]?>? places = null)
    {
        int lastOfPrompt = Tree.TokenCount + prompt.Length - 1;
        int node = Tree.Add(-1, prompt);
        AddKeys(slot, branch: 0, prompt.Length);
        for (int r = 0; r < responses.Count; r++)
        {
            int first = Tree.TokenCount;
            foreach (int t in places?[r] ?? Enumerable.Range(0, responses[r].Length))
            {
                Ask(t == 0 ? lastOfPrompt : first + t - 1, responses[r][t]);
            }

            Tree.Add(node, responses[r][..^1]);
            AddKeys(slot, branch: r + 1, responses[r].Length - 1);
        }
    }

    /// <summary>Adds a prompt, read once, and its responses, read whole, with the places where a score head reads them.</summary>
    /// <param name="slot">The example's place in its batch.</param>
    /// <param name="prompt">At least one token.</param>
    /// <param name="responses">Each at least one token.</param>
    /// <param name="places">Of each response, tokens by their index, in their order.</param>
    /// <param name="firstBranch">Branches of the slot that were added before.</param>
    public void AddScored(
        int slot, int[] prompt, IReadOnlyList<int[]> responses, IReadOnlyList<int[]> places, int firstBranch = 0)
    {
        int node = Tree.Add(-1, prompt);
        AddKeys(slot, firstBranch, prompt.Length);
        for (int r = 0; r < responses.Count; r++)
        {
            int first = Tree.TokenCount;
            _rows.AddRange(places[r].Select(t => first + t));
            Tree.Add(node, responses[r]);
            AddKeys(slot, firstBranch + r + 1, responses[r].Length);
        }
    }

    /// <summary>log p of each target, in nats.</summary>
    public static double[] LogProbs(HeadTrace trace)
    {
        var logProbs = new double[trace.Q.Length];
        for (int i = 0; i < logProbs.Length; i++) logProbs[i] = trace.Q[i] - trace.LogSumExp[i];
        return logProbs;
    }

    private void Ask(int row, int target)
    {
        _rows.Add(row);
        _targets.Add(target);
    }

    private void AddKeys(int slot, int branch, int count)
    {
        if (dropoutKey is not { } key) return;
        ulong place = RandomBits.Mix(RandomBits.Mix(key, (ulong)slot), (ulong)branch);
        for (int t = 0; t < count; t++) _keys.Add(RandomBits.Mix(place, (ulong)t));
    }
}
