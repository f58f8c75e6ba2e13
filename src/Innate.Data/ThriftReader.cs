namespace Innate.Data;

/// <summary>
/// Walks over data in Thrift's compact form, as Parquet's footer and page headers are: so much that their claims can be checked
/// before memory is taken for them.
/// </summary>
/// <param name="file">Read from its present place on.</param>
internal sealed class ThriftReader(Stream file)
{
    private const int MostDepth = 64;

    private readonly byte[] _buffer = new byte[4096];
    private int _at;
    private int _end;

    /// <summary>Bytes taken.</summary>
    public long Taken { get; private set; }

    /// <summary>The fields of a struct, one after another; what is not read of one is passed over.</summary>
    /// <param name="read">Gets a field's number and type; whether it read the value.</param>
    /// <param name="depth">How many structs and lists surround it.</param>
    public void Struct(Func<int, int, bool> read, int depth = 0)
    {
        if (depth > MostDepth) throw new InvalidDataException("nested too deep");
        int id = 0;
        while (Byte() is not 0 and byte head)
        {
            id = head >> 4 == 0 ? (int)Number() : id + (head >> 4);
            int type = head & 15;
            if (!read(id, type)) Skip(type, depth + 1);
        }
    }

    /// <summary>A list's length, and its items' type.</summary>
    public (long Count, int Type) List()
    {
        byte head = Byte();
        long count = head >> 4 == 15 ? Unsigned() : head >> 4;
        return count >= 0 && count <= file.Length ? (count, head & 15) : throw new InvalidDataException("a list without end");
    }

    /// <summary>A whole number.</summary>
    public long Number()
    {
        long x = Unsigned();
        return (long)((ulong)x >> 1) ^ -(x & 1);
    }

    private void Skip(int type, int depth)
    {
        if (depth > MostDepth) throw new InvalidDataException("nested too deep");
        switch (type)
        {
            case 1 or 2: // The type is the value.
                break;
            case 3:
                Byte();
                break;
            case 4 or 5 or 6:
                Unsigned();
                break;
            case 7:
                Pass(8);
                break;
            case 8:
                Pass(Unsigned());
                break;
            case 9 or 10:
                (long count, int items) = List();
                for (long i = 0; i < count; i++) SkipItem(items, depth + 1);
                break;
            case 11:
                long pairs = Unsigned();
                if (pairs == 0) break;
                int types = Byte();
                for (long i = 0; i < pairs; i++)
                {
                    SkipItem(types >> 4, depth + 1);
                    SkipItem(types & 15, depth + 1);
                }

                break;
            case 12:
                Struct((_, _) => false, depth + 1);
                break;
            default:
                throw new InvalidDataException("a type that there is not");
        }
    }

    /// <summary>Passes over an item of a list, where truth is a byte.</summary>
    public void SkipItem(int type, int depth) => Skip(type is 1 or 2 ? 3 : type, depth);

    private long Unsigned()
    {
        ulong value = 0;
        for (int shift = 0; shift < 70; shift += 7)
        {
            byte b = Byte();
            value |= (ulong)(b & 127) << shift;
            if (b < 128) return (long)value;
        }

        throw new InvalidDataException("a number without end");
    }

    private void Pass(long count)
    {
        if (count < 0 || count > file.Length) throw new EndOfStreamException();
        for (; count > 0 && _at < _end; count--) Byte();
        if (count == 0) return;
        file.Seek(count, SeekOrigin.Current);
        Taken += count;
    }

    private byte Byte()
    {
        if (_at == _end)
        {
            _end = file.Position == file.Length ? 0 : file.Read(_buffer);
            _at = 0;
            if (_end == 0) throw new EndOfStreamException();
        }

        Taken++;
        return _buffer[_at++];
    }
}
