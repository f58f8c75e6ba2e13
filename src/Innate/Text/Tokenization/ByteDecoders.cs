using System.Text;

namespace Innate.Text.Tokenization;

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
