namespace Innate.Generation.Formats;

/// <summary>One reply's way through a format: what may come next, so that it is never left without an end.</summary>
/// <param name="format">The format.</param>
/// <param name="stopIds">Tokens that end a reply; at least one.</param>
internal sealed class FormatCursor(TokenFormat format, IReadOnlyCollection<int> stopIds)
{
    private readonly int[] _stops = [.. stopIds.Distinct().Order()];
    private readonly bool _stopsWrite = stopIds.Any(format.Writes);
    private TokenFormat.State _state = format.Start;

    /// <summary>Refuses a format that has no end, or none within a limit.</summary>
    /// <param name="format">The format.</param>
    /// <param name="stopIds">Tokens that end a reply.</param>
    /// <param name="tokens">The most tokens of the reply, the end's included.</param>
    /// <exception cref="InputException">No token ends a reply, or the limit is too small.</exception>
    public static void Require(TokenFormat format, IReadOnlyCollection<int> stopIds, int tokens)
    {
        if (stopIds.Count == 0)
        {
            throw new InputException("a reply in a format needs a token that ends it: expected stop ids, found none.");
        }

        if (format.Start.LeastTokens > tokens)
        {
            throw new InputException(
                $"a reply in this format takes at least {format.Start.LeastTokens} tokens, but {tokens} are left for it.");
        }
    }

    /// <summary>The tokens that may come next, by rising id; never none while the limit is kept.</summary>
    /// <param name="left">Tokens that may still come, this one and the end's included.</param>
    public int[] Allowed(int left)
    {
        (int[] ids, TokenFormat.State[] next) = _state.Allowed;
        List<int> allowed = [];
        for (int i = 0; i < ids.Length; i++)
        {
            if (next[i].LeastTokens < left && !(_stopsWrite && _stops.Contains(ids[i]))) allowed.Add(ids[i]);
        }

        if (!_state.MayEnd) return [.. allowed];
        allowed.AddRange(_stops);
        allowed.Sort();
        return [.. allowed];
    }

    /// <summary>Takes a token that was allowed; one that ends the reply leads nowhere.</summary>
    public void Take(int id)
    {
        if (_stops.Contains(id)) return;
        (int[] ids, TokenFormat.State[] next) = _state.Allowed;
        _state = next[Array.BinarySearch(ids, id)];
    }
}
