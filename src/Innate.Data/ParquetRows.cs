using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Innate.Rows;
using Parquet;
using Parquet.Schema;

namespace Innate.Data;

/// <summary>
/// The rows of a Parquet file, one JSON object each, a row group at a time: columns are fields, lists are arrays, structs are
/// objects, and nothing (null) is an absent field.
/// </summary>
internal sealed class ParquetRows : RowReader
{
    private readonly string _path;
    private readonly Stream _file;
    private readonly ParquetReader _reader;
    private readonly ArrayBufferWriter<byte> _row = new();
    private int _group;
    private long _number;
    private long _left;
    private IReadOnlyList<(JsonEncodedText Name, ParquetField Field)> _fields = [];

    /// <summary>Reads the file's footer.</summary>
    /// <param name="content">At its beginning; a stream that cannot seek is copied to a temporary file.</param>
    /// <param name="path">What messages call the file.</param>
    /// <exception cref="InputException">The file is damaged, encrypted, or claims more than it can hold.</exception>
    public ParquetRows(Stream content, string path)
    {
        _path = path;
        _file = content.CanSeek ? new ExactStream(content) : new ExactStream(TemporaryCopy.Of(content));
        try
        {
            ParquetLimits.RequireFooter(_file, path);
            _reader = Guard(
                "the footer",
                () => ParquetReader.CreateAsync(_file, null, leaveStreamOpen: true).GetAwaiter().GetResult());
            Guard("the footer", () => ParquetLimits.Require(_reader, _file, path));
        }
        catch
        {
            _file.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public override InputLine? ReadNext()
    {
        while (_left == 0)
        {
            Free();
            if (_group == _reader.RowGroupCount) return null;
            OpenGroup(_group++);
        }

        _number++;
        _left--;
        string at = string.Create(CultureInfo.InvariantCulture, $"row {_number}");
        _row.ResetWrittenCount();
        using (Utf8JsonWriter writer = new(_row, RowWriter.Options))
        {
            writer.WriteStartObject();
            foreach ((JsonEncodedText name, ParquetField field) in _fields)
            {
                Guard($"{at}, \"{field.Name}\"", () => field.WriteMember(writer, name));
                if (writer.BytesCommitted + writer.BytesPending > LongestRow)
                {
                    throw new InputException($"{_path}, {at}: expected at most {LongestRow >> 20} MiB, found more.");
                }
            }

            writer.WriteEndObject();
        }

        if (_left == 0)
        {
            foreach ((_, ParquetField field) in _fields) Guard($"\"{field.Name}\"", field.RequireEnd);
        }

        return new InputLine(_number, _row.WrittenSpan.ToArray(), _number);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        Free();
        _reader.DisposeAsync().AsTask().GetAwaiter().GetResult();
        _file.Dispose();
        base.Dispose(disposing);
    }

    private void OpenGroup(int number)
    {
        using ParquetRowGroupReader group = Guard("a row group", () => _reader.OpenRowGroupReader(number));
        List<(JsonEncodedText, ParquetField)> fields = [];
        _fields = fields;
        foreach (Field field in _reader.Schema.Fields)
        {
            string place = string.Create(CultureInfo.InvariantCulture, $"row group {number + 1}, \"{field.Name}\"");
            ParquetField read = Guard(place, () => ParquetField.Read(field, group));
            fields.Add((JsonEncodedText.Encode(field.Name, RowWriter.Options.Encoder), read));
        }

        _left = group.RowCount;
    }

    private void Free()
    {
        foreach ((_, ParquetField field) in _fields) field.Dispose();
        _fields = [];
    }

    private void Guard(string place, Action work) => Guard(place, () =>
    {
        work();
        return true;
    });

    // What Parquet.Net throws on damaged files has no common kind: whatever it is, the file is at fault.
    private T Guard<T>(string place, Func<T> work)
    {
        try
        {
            return work();
        }
#pragma warning disable CA1031 // see above
        catch (Exception e) when (e is not (InputException or OperationCanceledException))
#pragma warning restore CA1031
        {
            throw ParquetLimits.Damaged(_path, place, e);
        }
    }
}
