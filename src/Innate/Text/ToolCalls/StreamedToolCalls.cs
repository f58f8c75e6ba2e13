using System.Runtime.InteropServices;

namespace Innate.Text.ToolCalls;

/// <summary>
/// A turn that may hold calls, while it is written: what is content whatever follows is released at once, the rest is held until
/// the turn is over. Every character is looked at a bounded number of times, however the turn is cut into pieces.
/// </summary>
/// <param name="form">The model's.</param>
public sealed class StreamedToolCalls(ToolCallForm form)
{
    private readonly string _mark = ToolCallParser.MarkOf(form);
    private readonly List<char> _text = [];

    // Places in the text: where the first mark stands, and the first letter of what is said after the thought (-1: not yet);
    // where the thought ends; up to where what follows was looked at for that letter.
    private int _call = -1, _letter = -1, _thought, _looked;

    // Up to where the text can be content, all of that but white space at its end, and what was released of it.
    private int _measured, _solid, _released;

    /// <summary>Takes a piece and gives the content that is certain now.</summary>
    /// <param name="piece">What was written since.</param>
    public string Push(string piece)
    {
        ArgumentNullException.ThrowIfNull(piece);
        int before = _text.Count;
        _text.AddRange(piece.AsSpan());
        ReadOnlySpan<char> text = CollectionsMarshal.AsSpan(_text);

        // After a call's mark nothing is certain any more.
        if (_call >= 0) return "";
        FindThought(text, before);
        _call = Find(text, before, _mark);
        Measure(text, Limit(text));
        return Release(text, _solid);
    }

    /// <summary>The turn is over.</summary>
    /// <param name="piece">The last piece.</param>
    /// <returns>The content that was held back, and all that was said.</returns>
    public (string Held, ToolReply Said) End(string piece)
    {
        ArgumentNullException.ThrowIfNull(piece);
        _text.AddRange(piece.AsSpan());
        ToolReply said = ToolCallParser.Parse(new string(CollectionsMarshal.AsSpan(_text)), form);
        return (Release(said.Content, said.Content.Length), said);
    }

    // Only what could not be seen in the text before is searched.
    private static int Find(ReadOnlySpan<char> text, int before, string wanted)
    {
        int from = Math.Max(0, before - wanted.Length + 1);
        int at = text[from..].IndexOf(wanted, StringComparison.Ordinal);
        return at < 0 ? -1 : from + at;
    }

    private void FindThought(ReadOnlySpan<char> text, int before)
    {
        if (_thought == 0 && Find(text, before, ToolCallParser.ThoughtEnd) is >= 0 and int end)
        {
            _thought = _looked = end + ToolCallParser.ThoughtEnd.Length;
            _letter = -1;
        }

        while (_letter < 0 && _looked < text.Length)
        {
            if (!char.IsWhiteSpace(text[_looked])) _letter = _looked;
            _looked++;
        }
    }

    // Before a call, or what may become the mark of one. Llama's calls need no mark where they come first.
    private int Limit(ReadOnlySpan<char> text)
    {
        bool bare = form == ToolCallForm.Llama && _letter >= 0 && text[_letter] == '{';
        if (bare) return _call < 0 ? _letter : Math.Min(_call, _letter);
        if (_call >= 0) return _call;
        for (int n = Math.Min(_mark.Length - 1, text.Length); n > 0; n--)
        {
            if (text.EndsWith(_mark.AsSpan(0, n), StringComparison.Ordinal)) return text.Length - n;
        }

        return text.Length;
    }

    private void Measure(ReadOnlySpan<char> text, int limit)
    {
        for (int end = limit; end > _measured; end--)
        {
            if (char.IsWhiteSpace(text[end - 1])) continue;
            _solid = end;
            break;
        }

        _measured = Math.Max(_measured, limit);
    }

    private string Release(ReadOnlySpan<char> text, int length)
    {
        string certain = length > _released ? new string(text[_released..length]) : "";
        _released = Math.Max(_released, length);
        return certain;
    }
}
