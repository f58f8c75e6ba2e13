namespace Innate.Rows;

/// <summary>A stream whose first bytes were looked at before it is read; it seeks where the stream below it does.</summary>
internal sealed class PrefixStream : Stream
{
    private readonly Stream _rest;
    private readonly byte[] _prefix;
    private int _read;

    private PrefixStream(byte[] prefix, Stream rest) => (_prefix, _rest) = (prefix, rest);

    /// <summary>The first bytes.</summary>
    public ReadOnlySpan<byte> Prefix => _prefix;

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanSeek => _rest.CanSeek;

    /// <inheritdoc/>
    public override bool CanWrite => false;

    /// <inheritdoc/>
    public override long Length => _rest.Length;

    /// <inheritdoc/>
    public override long Position
    {
        get => _rest.Position - (_prefix.Length - _read);
        set => Seek(value, SeekOrigin.Begin);
    }

    /// <summary>
    /// Looks at a stream's first bytes. Of a pipe it waits for one piece alone: a row may be all that comes for a while.
    /// </summary>
    /// <param name="stream">At its beginning.</param>
    /// <param name="count">How many bytes at most.</param>
    /// <param name="untilLineEnd">Wait for the first line's end, where it lies within the count.</param>
    public static PrefixStream Look(Stream stream, int count, bool untilLineEnd = false)
    {
        byte[] buffer = new byte[count];
        int length = 0;
        while (length < count && (length < 4 || (untilLineEnd && !buffer.AsSpan(0, length).ContainsAny("\r\n"u8)))
            && RowReader.Read(stream, buffer.AsSpan(length)) is > 0 and int read)
        {
            length += read;
        }

        return new PrefixStream(buffer[..length], stream);
    }

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        if (_read == _prefix.Length) return _rest.Read(buffer);
        int count = Math.Min(buffer.Length, _prefix.Length - _read);
        _prefix.AsSpan(_read, count).CopyTo(buffer);
        _read += count;
        return count;
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin)
    {
        long to = origin == SeekOrigin.Current ? Position + offset : offset;
        _read = _prefix.Length;
        return _rest.Seek(to, origin == SeekOrigin.Current ? SeekOrigin.Begin : origin);
    }

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing) _rest.Dispose();
        base.Dispose(disposing);
    }
}
