using Innate.Generation;
using Innate.Text;

namespace Innate.Server.Completions;

/// <summary>
/// A response's text as its tokens come: what a token completes is released unless it may be the beginning of a stop text. All
/// pieces together are the response's text, whether it was streamed or not.
/// </summary>
internal sealed class ResponseText
{
    private readonly ResponseDecoder? _decoder;
    private readonly IReadOnlyCollection<int> _stopIds;
    private readonly SamplingRequest _request;
    private string _held = "";

    /// <param name="tokenizer">Decodes; null: the folder has none, and there is no text.</param>
    /// <param name="prompt">The prompt's ids.</param>
    /// <param name="request">Stop texts and ids.</param>
    public ResponseText(Tokenizer? tokenizer, int[] prompt, SamplingRequest request)
    {
        (_request, _stopIds) = (request, request.Options.StopIds);
        _decoder = tokenizer is null ? null : new ResponseDecoder(tokenizer, prompt, request.Kept);
    }

    /// <summary>The stop text or id that ended the response; null while none did.</summary>
    public string? StoppedBy { get; private set; }

    /// <summary>The text of the last token by itself, whatever is held back.</summary>
    public string LastPiece { get; private set; } = "";

    /// <summary>Takes a token and gives the text that is now certain.</summary>
    public string Push(int id)
    {
        LastPiece = "";
        if (StoppedBy is not null) return "";
        if (_stopIds.Contains(id) || _decoder is null) return "";
        LastPiece = _decoder.Push(id);
        return ReleaseCertain(LastPiece);
    }

    /// <summary>The rest, when no token comes any more.</summary>
    public string Flush()
    {
        if (StoppedBy is not null || _decoder is null) return "";
        string rest = ReleaseCertain(_decoder.Flush());
        (rest, _held) = (rest + _held, "");
        return rest;
    }

    private string ReleaseCertain(string piece)
    {
        _held += piece;
        int at = -1;
        foreach (string stop in _request.Stops)
        {
            int found = _held.IndexOf(stop, StringComparison.Ordinal);
            if (found < 0 || (at >= 0 && found >= at)) continue;
            (at, StoppedBy) = (found, stop);
        }

        int certain = at >= 0 ? at + (_request.KeepStop ? StoppedBy!.Length : 0) : _held.Length - UncertainLength();
        string text = _held[..certain];
        _held = at >= 0 ? "" : _held[certain..];
        return text;
    }

    // The longest end of what is held that a stop text begins with.
    private int UncertainLength()
    {
        int longest = 0;
        foreach (string stop in _request.Stops)
        {
            for (int n = Math.Min(stop.Length - 1, _held.Length); n > longest; n--)
            {
                if (_held.AsSpan(_held.Length - n).SequenceEqual(stop.AsSpan(0, n))) longest = n;
            }
        }

        return longest;
    }
}
