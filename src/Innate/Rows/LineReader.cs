namespace Innate.Rows;

/// <summary>One line of input, without its end.</summary>
/// <param name="Number">From 1.</param>
/// <param name="Bytes">The bytes as they are, UTF-8 or not; no trailing carriage return.</param>
/// <param name="End">Bytes of the input up to the end of this line.</param>
public readonly record struct InputLine(long Number, ReadOnlyMemory<byte> Bytes, long End)
{
    /// <summary>Where in a dataset's folder the row is: "data/train.csv, line 3"; null: the number says it.</summary>
    internal string? Part { get; init; }

    /// <summary>Why this row is none, where its reader found out; null: it is JSON.</summary>
    internal string? Fault { get; init; }

    /// <summary>Whether it holds white space alone.</summary>
    public bool IsBlank => Bytes.Span.Trim(" \t\r"u8).IsEmpty;
}

/// <summary>
/// Splits bytes into lines. Blank lines at the very end of the input are no rows; elsewhere they are (bad) rows.
/// </summary>
internal sealed class LineReader(Stream stream) : RowReader
{
    private readonly Queue<InputLine> _ready = new();
    private byte[] _buffer = new byte[1 << 16];
    private int _start;
    private int _end;
    private long _number;
    private long _consumed;
    private bool _finished;

    /// <inheritdoc/>
    public override InputLine? ReadNext()
    {
        if (_ready.Count > 0) return _ready.Dequeue();
        InputLine? line = NextRaw();

        // Hold blank lines back until it is known whether anything follows them.
        while (line is { IsBlank: true } blank)
        {
            _ready.Enqueue(blank);
            line = NextRaw();
        }

        if (line is null)
        {
            _ready.Clear();
            return null;
        }

        _ready.Enqueue(line.Value);
        return _ready.Dequeue();
    }

    private InputLine? NextRaw()
    {
        int searched = 0;
        while (true)
        {
            int at = _buffer.AsSpan(_start + searched, _end - _start - searched).IndexOf((byte)'\n');
            if (at >= 0) return Take(searched + at, 1);
            searched = _end - _start;
            if (_finished) return searched == 0 ? null : Take(searched, 0);
            Fill();
        }
    }

    private InputLine Take(int length, int terminator)
    {
        ReadOnlySpan<byte> span = _buffer.AsSpan(_start, length);
        _start += length + terminator;
        _consumed += length + terminator;
        if (_number == 0 && span.StartsWith("\uFEFF"u8)) span = span[3..];
        if (span is [.., (byte)'\r']) span = span[..^1];
        return new InputLine(++_number, span.ToArray(), _consumed);
    }

    private void Fill()
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            _end -= _start;
            _start = 0;
        }

        if (_end == _buffer.Length) Array.Resize(ref _buffer, Grown(_buffer.Length, _number + 1));
        int read = Read(stream, _buffer.AsSpan(_end));
        _end += read;
        _finished = read == 0;
    }
}
