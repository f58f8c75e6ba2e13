namespace Innate.Rows;

/// <summary>The items of one JSON array, as they come: a file of a gigabyte is never held whole.</summary>
internal sealed class ArrayReader(Stream stream) : RowReader
{
    private byte[] _buffer = new byte[1 << 16];
    private int _start;
    private int _end;
    private long _number;
    private long _consumed;
    private State _state;

    private enum State
    {
        Begins,
        Items,
        Ended,
    }

    /// <inheritdoc/>
    public override InputLine? ReadNext()
    {
        if (_state == State.Ended) return null;
        if (_state == State.Begins)
        {
            if (Peek() == 0xEF) Take(3);
            if (Peek() == '[') Take(1);
            _state = State.Items;
            if (Peek() == ']') return End();
        }

        int length = ItemLength();
        InputLine item = new(++_number, _buffer.AsSpan(_start, length).ToArray(), _consumed + length);
        Take(length);
        switch (Peek())
        {
            case ',':
                Take(1);
                break;
            case ']':
                End();
                break;
            default:
                throw new InputException($"item {_number + 1}: expected a comma or the array's end, found neither");
        }

        return item;
    }

    private InputLine? End()
    {
        Take(1);
        _state = State.Ended;
        return Peek() == -1 ? null : throw new InputException("expected nothing after the array, found more");
    }

    // Bytes of the item that begins here, up to the comma or bracket that ends it. Its parser says what else is wrong with it.
    private int ItemLength()
    {
        _ = Peek();
        int at = 0, depth = 0;
        bool inText = false, escaped = false;
        while (true)
        {
            for (; _start + at < _end; at++)
            {
                byte b = _buffer[_start + at];
                if (inText)
                {
                    if (escaped) escaped = false;
                    else if (b == '\\') escaped = true;
                    else if (b == '"') inText = false;
                }
                else if (b == '"') inText = true;
                else if (b is (byte)'{' or (byte)'[') depth++;
                else if (depth > 0 && b is (byte)'}' or (byte)']' && depth > 0) depth--;
                else if (depth == 0 && b is (byte)',' or (byte)']' or (byte)'}') return at;
            }

            if (!Fill()) throw new InputException($"item {_number + 1}: expected the array to end, found the end of the file");
        }
    }

    // The next byte that is no white space; -1 at the end.
    private int Peek()
    {
        while (true)
        {
            while (_start < _end && _buffer[_start] is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n') Take(1);
            if (_start < _end) return _buffer[_start];
            if (!Fill()) return -1;
        }
    }

    private void Take(int bytes)
    {
        _start += bytes;
        _consumed += bytes;
    }

    private bool Fill()
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
        }

        if (_end == _buffer.Length) Array.Resize(ref _buffer, Grown(_buffer.Length, _number + 1));
        int read = Read(stream, _buffer.AsSpan(_end));
        _end += read;
        return read > 0;
    }
}
