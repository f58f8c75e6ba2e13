using System.Text;
using Innate.Text.ToolCalls;

namespace Innate.Server.Completions;

/// <summary>A turn that may hold calls, while it is written: what is content whatever follows is released at once.</summary>
internal sealed class HeldCalls(ToolCallForm form)
{
    private readonly StringBuilder _text = new();
    private int _released;
    private bool _isHeld;

    /// <summary>Takes a piece and gives the content that is certain now.</summary>
    public string Push(string piece)
    {
        _text.Append(piece);
        if (_isHeld || piece.Length == 0) return "";
        string text = _text.ToString();

        // After a call's mark nothing is certain any more, and the text need not be looked at again.
        _isHeld = text.Contains(ToolCallParser.MarkOf(form), StringComparison.Ordinal);
        return Release(text, ToolCallParser.CertainLength(text, form));
    }

    /// <summary>The turn is over.</summary>
    /// <param name="piece">The last piece.</param>
    /// <returns>The content that was held back, and all that was said.</returns>
    public (string Held, ToolReply Said) End(string piece)
    {
        ToolReply said = ToolCallParser.Parse(_text.Append(piece).ToString(), form);
        return (Release(said.Content, said.Content.Length), said);
    }

    private string Release(string text, int length)
    {
        string certain = length > _released ? text[_released..length] : "";
        _released = Math.Max(_released, length);
        return certain;
    }
}
