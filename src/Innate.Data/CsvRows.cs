using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Innate.Rows;
using Sylvan.Data.Csv;

namespace Innate.Data;

/// <summary>
/// The records of a CSV or TSV file (RFC 4180, a line of names first), one JSON object each: a column is a field, and a
/// <see cref="CellRule"/> says what becomes of a cell. A cell of nothing is an absent field, one of two quotes an empty text.
/// </summary>
/// <remarks>
/// Bytes are taken as letters of Latin-1, one each: what splits records is ASCII, cells keep their bytes, and bytes that are no
/// UTF-8 are told by line and column.
/// </remarks>
internal sealed class CsvRows : RowReader
{
    /// <summary>The longest record: a quote that is not closed must not take all memory.</summary>
    private const int LongestRecord = 64 << 20;

    private const int LookedHeader = 1 << 14;

    private readonly string _path;
    private readonly StreamReader _text;
    private readonly CsvDataReader _records;
    private readonly char _delimiter;
    private readonly CsvColumn[] _columns;
    private readonly ArrayBufferWriter<byte> _row = new();
    private readonly Queue<InputLine> _held = new();
    private byte[] _bytes = new byte[256];
    private long _line = 1;
    private long _consumed;

    /// <summary>Reads the line of names.</summary>
    /// <param name="content">At its beginning.</param>
    /// <param name="kind">CSV or TSV.</param>
    /// <param name="path">What messages call the file.</param>
    /// <param name="columns">The file's own names of fields; null: none of its own.</param>
    /// <exception cref="InputException">There is no line of names, or it is malformed.</exception>
    public CsvRows(Stream content, RowFileKind kind, string path, RowColumns? columns)
    {
        _path = path;
        PrefixStream looked = PrefixStream.Look(content, LookedHeader, untilLineEnd: true);
        string head = Encoding.Latin1.GetString(looked.Prefix);
        if (head.StartsWith("\u00EF\u00BB\u00BF", StringComparison.Ordinal))
        {
            looked.ReadExactly(new byte[3]);
            _consumed = 3;
            head = head[3..];
        }

        int end = head.AsSpan().IndexOfAny('\r', '\n');
        _delimiter = TableHeader.DelimiterOf(end < 0 ? head : head[..end], kind);
        _text = new StreamReader(new RowBytes(looked), Encoding.Latin1, detectEncodingFromByteOrderMarks: false, 1 << 16);
        _records = Guard(() => CsvDataReader.Create(_text, new CsvDataReaderOptions
        {
            HasHeaders = false,
            Delimiter = _delimiter,
            Comment = '\uFFFF', // No byte is this letter: there are no comments.
            ResultSetMode = ResultSetMode.SingleResult,
            BufferSize = 1 << 14,
            MaxBufferSize = LongestRecord,
        }));
        _columns = Guard(_records.Read) ? Header(columns) : throw NoNames();
        Advance();
    }

    /// <inheritdoc/>
    public override InputLine? ReadNext()
    {
        if (_held.Count > 0) return _held.Dequeue();

        // Blank lines at the very end are no rows, as in JSON lines.
        while (Guard(_records.Read))
        {
            bool isBlank = _records.RowFieldCount == 1 && _records.GetRawRecordSpan().Trim("\r\n").IsEmpty;
            _held.Enqueue(Record());
            if (!isBlank) return _held.Dequeue();
        }

        _held.Clear();
        return null;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        _records.Dispose();
        _text.Dispose();
        base.Dispose(disposing);
    }

    private InputLine Record()
    {
        long line = _line;
        string? fault = Write();
        Advance();
        return new InputLine(line, fault is null ? _row.WrittenSpan.ToArray() : default, _consumed) { Fault = fault };
    }

    // The record as a JSON object; what is wrong with it otherwise.
    private string? Write()
    {
        int cells = _records.RowFieldCount;
        if (cells != _columns.Length)
        {
            return string.Create(
                CultureInfo.InvariantCulture, $"expected {_columns.Length} cells, as the first line has names, found {cells}");
        }

        _row.ResetWrittenCount();
        using Utf8JsonWriter writer = new(_row, RowWriter.Options);
        writer.WriteStartObject();
        RawCells raw = new(_records.GetRawRecordSpan(), _delimiter);
        for (int i = 0; i < cells; i++)
        {
            bool isQuoted = raw.NextIsQuoted();
            ReadOnlySpan<char> cell = _records.GetFieldSpan(i);
            if (cell.IsEmpty && !isQuoted) continue;
            ReadOnlySpan<byte> bytes = Bytes(cell);
            if (bytes.Contains((byte)0)) return $"\"{_columns[i].Name}\": expected text, found a NUL byte";
            if (!Utf8.IsValid(bytes)) return $"\"{_columns[i].Name}\": expected UTF-8, found bytes that are none";
            writer.WritePropertyName(_columns[i].Encoded);
            _columns[i].Rule.Write(writer, bytes);
        }

        writer.WriteEndObject();
        return null;
    }

    private CsvColumn[] Header(RowColumns? columns)
    {
        CsvColumn[] all = new CsvColumn[_records.RowFieldCount];
        HashSet<string> names = new(StringComparer.Ordinal);
        for (int i = 0; i < all.Length; i++)
        {
            ReadOnlySpan<byte> bytes = Bytes(_records.GetFieldSpan(i));
            bool isText = Utf8.IsValid(bytes) && !bytes.Contains((byte)0);
            string name = isText ? Encoding.UTF8.GetString(bytes) : "";
            if (!isText) throw Fault(1, $"column {i + 1}: expected a name in UTF-8, found bytes that are none");
            if (all.Length == 1 && name.Length == 0) throw NoNames();

            // pandas writes its index under no name.
            if (name.Length == 0) name = i == 0 ? "" : throw Fault(1, $"column {i + 1}: expected a name, found none");
            if (!names.Add(name)) throw Fault(1, $"expected each column's name once, found \"{name}\" twice");
            all[i] = new CsvColumn(name, JsonEncodedText.Encode(name, RowWriter.Options.Encoder), CellRule.Of(name, columns));
        }

        return all;
    }

    private ReadOnlySpan<byte> Bytes(ReadOnlySpan<char> cell)
    {
        if (_bytes.Length < cell.Length) _bytes = new byte[Math.Max(cell.Length, 2 * _bytes.Length)];
        return _bytes.AsSpan(0, Encoding.Latin1.GetBytes(cell, _bytes));
    }

    private void Advance()
    {
        ReadOnlySpan<char> raw = _records.GetRawRecordSpan();
        _consumed += raw.Length;
        for (int at = raw.IndexOfAny('\r', '\n'); at >= 0; at = raw.IndexOfAny('\r', '\n'))
        {
            int taken = raw[at] == '\r' && at + 1 < raw.Length && raw[at + 1] == '\n' ? 2 : 1;
            raw = raw[(at + taken)..];
            _line++;
        }
    }

    private T Guard<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (CsvRecordTooLargeException e)
        {
            throw Fault(_line, $"expected a record of at most {LongestRecord >> 20} MiB, found more: a quote may be open", e);
        }
        catch (CsvInvalidCharacterException e)
        {
            throw Fault(_line, $"a record that begins here: {Sentence(e.Message)}", e);
        }
        catch (CsvFormatException e)
        {
            throw Fault(_line, $"expected a record of CSV, found another form ({Sentence(e.Message)})", e);
        }
    }

    private static string Sentence(string message) => message.Contains("without a closing quote", StringComparison.Ordinal)
        ? "expected a closing quote, found the end of the file"
        : message.Contains("closing quote", StringComparison.Ordinal)
            ? "expected a delimiter or the line's end after a closing quote, found another letter"
            : message.TrimEnd('.');

    private InputException NoNames() => Fault(1, "expected a first line of column names, found none");

    private InputException Fault(long line, string what, Exception? inner = null) =>
        new(string.Create(CultureInfo.InvariantCulture, $"{_path}, line {line}: {what}."), inner);

    private readonly record struct CsvColumn(string Name, JsonEncodedText Encoded, CellRule Rule);

    // The cells of a record as they are written: whether a cell stands in quotes is not in its value.
    private ref struct RawCells(ReadOnlySpan<char> record, char delimiter)
    {
        private ReadOnlySpan<char> _rest = record;

        public bool NextIsQuoted()
        {
            bool isQuoted = _rest.StartsWith("\"");
            if (isQuoted)
            {
                _rest = _rest[1..];
                while (_rest.IndexOf('"') is >= 0 and int quote)
                {
                    bool isDoubled = quote + 1 < _rest.Length && _rest[quote + 1] == '"';
                    _rest = _rest[(quote + (isDoubled ? 2 : 1))..];
                    if (!isDoubled) break;
                }
            }

            int end = _rest.IndexOf(delimiter);
            _rest = end < 0 ? default : _rest[(end + 1)..];
            return isQuoted;
        }
    }
}
