namespace Innate.Theory;

/// <summary>
/// Text as a decision process, small enough to be counted out: a state is the prefix written so far, an action is the next of
/// K tokens, the next state is the prefix with it, and every sequence ends after H tokens. The states with fewer than H tokens
/// are numbered level by level: 0 is the empty prefix, K s + a + 1 is state s followed by token a.
/// </summary>
public sealed class TokenMdp
{
    /// <summary>A process over all K^H sequences.</summary>
    /// <param name="vocabulary">K, 2 to 4.</param>
    /// <param name="horizon">H, 1 to 4.</param>
    /// <exception cref="ArgumentOutOfRangeException">K or H is out of range.</exception>
    public TokenMdp(int vocabulary, int horizon)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(vocabulary, 2);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(vocabulary, 4);
        ArgumentOutOfRangeException.ThrowIfLessThan(horizon, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(horizon, 4);
        (Vocabulary, Horizon) = (vocabulary, horizon);
        List<int[]> sequences = [[]];
        for (int h = 0; h < horizon; h++)
        {
            StateCount += sequences.Count;
            sequences = [.. sequences.SelectMany(s => Enumerable.Range(0, vocabulary).Select(int[] (a) => [.. s, a]))];
        }

        Sequences = sequences;
    }

    /// <summary>K: how many tokens there are.</summary>
    public int Vocabulary { get; }

    /// <summary>H: tokens of every sequence.</summary>
    public int Horizon { get; }

    /// <summary>States in which a token is chosen: (K^H - 1) / (K - 1).</summary>
    public int StateCount { get; }

    /// <summary>All K^H sequences, in the order of the alphabet.</summary>
    public IReadOnlyList<int[]> Sequences { get; }

    /// <summary>The state after another token; at the horizon a number that is no state.</summary>
    public int Next(int state, int token) => (Vocabulary * state) + token + 1;
}
