using System.Text;
using Innate.Text.Tokenization.Patterns;

namespace Innate.Text.Tokenization;

/// <summary>The end of the chain: collects the text.</summary>
internal sealed class TextSink() : DecoderStep(null)
{
    private readonly StringBuilder _text = new();

    /// <inheritdoc/>
    public override void Push(ReadOnlySpan<char> text, ChunkKind kind) => _text.Append(text);

    /// <inheritdoc/>
    public override void Flush()
    {
    }

    /// <summary>The text since the last call.</summary>
    public string Take()
    {
        if (_text.Length == 0) return "";
        string result = _text.ToString();
        _text.Clear();
        return result;
    }
}

/// <summary>No decoder: tokens with a space between.</summary>
internal sealed class JoinDecoder(DecoderStep next) : DecoderStep(next)
{
    private bool _first = true;

    /// <inheritdoc/>
    public override void Push(ReadOnlySpan<char> text, ChunkKind kind)
    {
        if (!_first) Next.Push(" ", ChunkKind.Whole);
        _first = false;
        Next.Push(text, kind);
    }
}

/// <summary>Fuse: all tokens become one.</summary>
internal sealed class FuseDecoder(DecoderStep next) : DecoderStep(next)
{
    private bool _first = true;

    /// <inheritdoc/>
    public override void Push(ReadOnlySpan<char> text, ChunkKind kind)
    {
        Next.Push(text, _first ? ChunkKind.Starts : ChunkKind.Inner);
        _first = false;
    }
}

/// <summary>Metaspace: marks become spaces; those of the first token go, as Metaspace had put one there.</summary>
internal sealed class MetaspaceDecoder(string replacement, PrependScheme scheme, DecoderStep next) : DecoderStep(next)
{
    private bool _first = true;

    /// <inheritdoc/>
    public override void Push(ReadOnlySpan<char> text, ChunkKind kind)
    {
        string space = _first && scheme != PrependScheme.Never ? "" : " ";
        Next.Push(text.ToString().Replace(replacement, space, StringComparison.Ordinal), kind & ~ChunkKind.Added);
        _first = false;
    }
}

/// <summary>BPEDecoder: a word's last token carries a suffix, which becomes a space before the next word.</summary>
internal sealed class SuffixDecoder(string suffix, DecoderStep next) : DecoderStep(next)
{
    private string _held = "";

    /// <inheritdoc/>
    public override void Push(ReadOnlySpan<char> text, ChunkKind kind)
    {
        if (_held.Length > 0) Next.Push(_held.Replace(suffix, " ", StringComparison.Ordinal), ChunkKind.Whole);
        // Only the last token of all loses its suffix without a trace, so the suffix waits for the next.
        int at = suffix.Length == 0 ? -1 : text.IndexOf(suffix, StringComparison.Ordinal);
        _held = at < 0 ? "" : text[at..].ToString();
        Next.Push(at < 0 ? text : text[..at], kind & ~ChunkKind.Added);
    }

    /// <inheritdoc/>
    public override void Flush()
    {
        if (_held.Length > 0) Next.Push(_held.Replace(suffix, "", StringComparison.Ordinal), ChunkKind.Inner);
        _held = "";
        Next.Flush();
    }
}

/// <summary>Strip: up to so many of one character off a token's ends.</summary>
internal sealed class StripDecoder(char content, int start, int stop, DecoderStep next) : DecoderStep(next)
{
    private int _startLeft;
    private int _held;

    /// <inheritdoc/>
    public override void Push(ReadOnlySpan<char> text, ChunkKind kind)
    {
        if ((kind & ChunkKind.Starts) != 0)
        {
            Release(drop: stop);
            _startLeft = start;
        }

        while (_startLeft > 0 && text.Length > 0)
        {
            if (text[0] != content)
            {
                _startLeft = 0;
                break;
            }

            text = text[1..];
            _startLeft--;
        }

        // Hold back what may turn out to be the token's end.
        if (stop > 0)
        {
            ReadOnlySpan<char> kept = text.TrimEnd(content);
            if (kept.Length > 0)
            {
                Release(drop: 0);
            }

            _held += text.Length - kept.Length;
            text = kept;
        }

        if (text.Length > 0) Next.Push(text, kind & ~ChunkKind.Added);
        if ((kind & ChunkKind.Ends) != 0) Release(drop: stop);
    }

    /// <inheritdoc/>
    public override void Flush()
    {
        Release(drop: stop);
        Next.Flush();
    }

    private void Release(int drop)
    {
        if (_held > drop) Next.Push(new string(content, _held - drop), ChunkKind.Inner);
        _held = 0;
    }
}

/// <summary>Replace: every match in a token becomes the same string.</summary>
internal sealed class ReplaceDecoder(TextPattern pattern, string? literal, string content, DecoderStep next) : DecoderStep(next)
{
    private readonly ReplaceNormalizer _replace = new(pattern, content);
    private readonly StringBuilder _held = new();
    private ChunkKind _heldKind;

    /// <inheritdoc/>
    public override void Push(ReadOnlySpan<char> text, ChunkKind kind)
    {
        if ((kind & ChunkKind.Starts) != 0) Release();
        bool whole = (kind & ChunkKind.Whole) == ChunkKind.Whole;
        // A single character cannot lie across chunks; anything longer waits for the token's end.
        if (whole || (literal?.Length == 1 && _held.Length == 0))
        {
            Next.Push(_replace.Apply(text) ?? text, kind);
            return;
        }

        if (_held.Length == 0) _heldKind = kind & ChunkKind.Starts;
        _held.Append(text);
        if ((kind & ChunkKind.Ends) != 0) Release();
    }

    /// <inheritdoc/>
    public override void Flush()
    {
        Release();
        Next.Flush();
    }

    private void Release()
    {
        if (_held.Length == 0) return;
        string text = _held.ToString();
        _held.Clear();
        Next.Push(_replace.Apply(text) ?? text, _heldKind);
    }
}
