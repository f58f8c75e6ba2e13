using System.Text;
using Innate.Text.Tokenization.Patterns;

namespace Innate.Text.Tokenization;

/// <summary>Which part of a token a chunk of text is.</summary>
[Flags]
internal enum ChunkKind
{
    /// <summary>Inside a token that began earlier.</summary>
    Inner = 0,

    /// <summary>The token begins here.</summary>
    Starts = 1,

    /// <summary>The token is known to end here.</summary>
    Ends = 2,

    /// <summary>The text of an added token, which stands for itself.</summary>
    Added = 4,

    /// <summary>A token in one chunk.</summary>
    Whole = Starts | Ends,
}

/// <summary>
/// One step from token texts to plain text, as a transducer: it passes on what is certain and holds back what later tokens may
/// change. Decoding at once, token by token and in a stream are then the same thing. One instance serves one decoding.
/// </summary>
internal abstract class DecoderStep(DecoderStep? next)
{
    /// <summary>The step after this one.</summary>
    protected DecoderStep Next => next!;

    /// <summary>Takes the next chunk.</summary>
    public abstract void Push(ReadOnlySpan<char> text, ChunkKind kind);

    /// <summary>There are no more tokens: passes on what was held back.</summary>
    public virtual void Flush() => Next.Flush();
}

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

/// <summary>
/// UTF-8 bytes that arrive in any portions become characters as soon as they are complete; what can complete nothing becomes
/// U+FFFD, one for each longest broken sequence (the WHATWG's practice, and .NET's).
/// </summary>
internal struct Utf8Assembler
{
    private uint _held;
    private int _count;

    /// <summary>Adds a byte and appends what it completes.</summary>
    public void Add(byte value, StringBuilder output)
    {
        _held |= (uint)value << (8 * _count++);
        while (_count > 0)
        {
            Span<byte> bytes = [(byte)_held, (byte)(_held >> 8), (byte)(_held >> 16), (byte)(_held >> 24)];
            var status = Rune.DecodeFromUtf8(bytes[.._count], out Rune rune, out int consumed);
            if (status == System.Buffers.OperationStatus.NeedMoreData) return;
            output.Append(rune);
            _count -= consumed;
            _held = consumed == 4 ? 0 : _held >> (8 * consumed);
        }
    }

    /// <summary>Appends U+FFFD for an incomplete character.</summary>
    public void Flush(StringBuilder output)
    {
        if (_count > 0) output.Append('\uFFFD');
        (_held, _count) = (0, 0);
    }
}

/// <summary>ByteLevel: every character of a token stands for a byte.</summary>
internal sealed class ByteLevelDecoder(DecoderStep next) : DecoderStep(next)
{
    private readonly StringBuilder _output = new();
    private Utf8Assembler _assembler;
    private bool _first = true;

    /// <inheritdoc/>
    public override void Push(ReadOnlySpan<char> text, ChunkKind kind)
    {
        _output.Clear();
        bool literal = (kind & ChunkKind.Added) != 0;
        // A token with any character outside the alphabet stands for itself.
        for (int i = 0; i < text.Length && !literal; i++) literal = ByteLevelAlphabet.ByteOf(text[i]) < 0;
        if (literal)
        {
            _assembler.Flush(_output);
            _output.Append(text);
        }
        else
        {
            foreach (char c in text) _assembler.Add((byte)ByteLevelAlphabet.ByteOf(c), _output);
        }

        Emit();
    }

    /// <inheritdoc/>
    public override void Flush()
    {
        _output.Clear();
        _assembler.Flush(_output);
        Emit();
        Next.Flush();
    }

    /// <summary>All tokens come out as one text.</summary>
    private void Emit()
    {
        if (_output.Length == 0) return;
        Next.Push(_output.ToString(), _first ? ChunkKind.Starts : ChunkKind.Inner);
        _first = false;
    }
}

/// <summary>ByteFallback: tokens such as &lt;0xE2&gt; are bytes, and a run of them is text of its own.</summary>
internal sealed class ByteFallbackDecoder(DecoderStep next) : DecoderStep(next)
{
    private readonly StringBuilder _output = new();
    private Utf8Assembler _assembler;
    private bool _inRun;
    private bool _runIsEmpty;

    /// <inheritdoc/>
    public override void Push(ReadOnlySpan<char> text, ChunkKind kind)
    {
        if (!TryReadByte(text, out byte value))
        {
            EndRun();
            Next.Push(text, kind);
            return;
        }

        if (!_inRun) (_inRun, _runIsEmpty) = (true, true);
        _output.Clear();
        _assembler.Add(value, _output);
        EmitRun();
    }

    /// <inheritdoc/>
    public override void Flush()
    {
        EndRun();
        Next.Flush();
    }

    private static bool TryReadByte(ReadOnlySpan<char> text, out byte value)
    {
        value = 0;
        return text.Length == 6 && text.StartsWith("<0x", StringComparison.Ordinal) && text[5] == '>'
            && byte.TryParse(text[3..5], System.Globalization.NumberStyles.AllowHexSpecifier, null, out value);
    }

    private void EndRun()
    {
        if (!_inRun) return;
        _output.Clear();
        _assembler.Flush(_output);
        EmitRun();
        _inRun = false;
    }

    private void EmitRun()
    {
        if (_output.Length == 0) return;
        string text = _output.ToString();
        // The reference decodes each run on its own, and a byte-order mark at its beginning is none of its text.
        if (_runIsEmpty && text[0] == '\uFEFF') text = text[1..];
        Next.Push(text, _runIsEmpty ? ChunkKind.Starts : ChunkKind.Inner);
        _runIsEmpty = false;
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
