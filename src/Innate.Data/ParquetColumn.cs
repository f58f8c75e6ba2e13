using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Parquet;
using Parquet.Data;
using Parquet.File.Values.Primitives;
using Parquet.Schema;

namespace Innate.Data;

/// <summary>One column of a row group: its values with their levels, taken one after another.</summary>
internal abstract class ParquetColumn : IDisposable
{
    private readonly int[]? _definitions;
    private readonly int[]? _repetitions;
    private readonly int _count;
    private int _at;
    private int _value;

    private ParquetColumn(DataField field, RawColumnData data, int values)
    {
        // A column whose every value is there has no levels; else the values that are there lie one after another.
        _definitions = field.MaxDefinitionLevel > 0 ? data.DefinitionLevels.ToArray() : null;
        _repetitions = field.MaxRepetitionLevel > 0 ? data.RepetitionLevels.ToArray() : null;
        _count = _definitions?.Length ?? values;
        int given = _definitions?.Count(d => d == field.MaxDefinitionLevel) ?? _count;
        if (given > values || (_repetitions is not null && _repetitions.Length != _count))
        {
            throw new InvalidDataException("levels and values of other numbers");
        }
    }

    /// <summary>Whether all entries are taken.</summary>
    public bool IsAtEnd => _at == _count;

    /// <summary>How much of the next entry's path is there.</summary>
    public int Definition => IsAtEnd ? throw new EndOfStreamException() : _definitions?[_at] ?? 0;

    /// <summary>At which list the next entry goes on; 0: it begins a row.</summary>
    public int Repetition => IsAtEnd ? throw new EndOfStreamException() : _repetitions?[_at] ?? 0;

    /// <summary>Whether the values are texts.</summary>
    public virtual bool IsText => false;

    /// <summary>Reads a column.</summary>
    /// <param name="field">The column.</param>
    /// <param name="group">The row group.</param>
    public static ParquetColumn Read(DataField field, ParquetRowGroupReader group)
    {
        RawColumnData data = group.ReadRawColumnDataBaseAsync(field).AsTask().GetAwaiter().GetResult();
        try
        {
            return data switch
            {
                RawColumnData<ReadOnlyMemory<char>> texts => new Texts(field, texts),
                RawColumnData<ReadOnlyMemory<byte>> bytes =>
                    new Values<ReadOnlyMemory<byte>>(field, bytes, (w, v) => WriteBytes(w, v.Span)),
                RawColumnData<bool> v => new Values<bool>(field, v, (w, x) => w.WriteBooleanValue(x)),
                RawColumnData<sbyte> v => new Values<sbyte>(field, v, (w, x) => w.WriteNumberValue(x)),
                RawColumnData<byte> v => new Values<byte>(field, v, (w, x) => w.WriteNumberValue((int)x)),
                RawColumnData<short> v => new Values<short>(field, v, (w, x) => w.WriteNumberValue(x)),
                RawColumnData<ushort> v => new Values<ushort>(field, v, (w, x) => w.WriteNumberValue((int)x)),
                RawColumnData<int> v => new Values<int>(field, v, (w, x) => w.WriteNumberValue(x)),
                RawColumnData<uint> v => new Values<uint>(field, v, (w, x) => w.WriteNumberValue(x)),
                RawColumnData<long> v => new Values<long>(field, v, (w, x) => w.WriteNumberValue(x)),
                RawColumnData<ulong> v => new Values<ulong>(field, v, (w, x) => w.WriteNumberValue(x)),
                RawColumnData<float> v => new Values<float>(field, v, (w, x) =>
                {
                    if (float.IsFinite(x)) w.WriteNumberValue(x);
                    else w.WriteStringValue(x.ToString(CultureInfo.InvariantCulture));
                }),
                RawColumnData<double> v => new Values<double>(field, v, (w, x) =>
                {
                    if (double.IsFinite(x)) w.WriteNumberValue(x);
                    else w.WriteStringValue(x.ToString(CultureInfo.InvariantCulture));
                }),
                RawColumnData<decimal> v => new Values<decimal>(field, v, (w, x) => w.WriteNumberValue(x)),
                RawColumnData<BigDecimal> v => Written(field, v, x => x.ToString() ?? ""),
                RawColumnData<DateTime> v => Written(field, v, x => Moment(field, x)),
                RawColumnData<DateOnly> v => Written(field, v, x => x.ToString("O", CultureInfo.InvariantCulture)),
                RawColumnData<TimeOnly> v => Written(field, v, x => x.ToString("O", CultureInfo.InvariantCulture)),
                RawColumnData<TimeSpan> v => Written(field, v, x => x.ToString("c", CultureInfo.InvariantCulture)),
                RawColumnData<Guid> v => Written(field, v, x => x.ToString()),
                RawColumnData<Interval> v => Written(field, v, x => x.ToString() ?? ""),
                _ => throw new InvalidDataException($"values of the type {field.ClrType.Name}, which no row has"),
            };
        }
        catch
        {
            data.Dispose();
            throw;
        }
    }

    /// <summary>Writes the next entry's value, which is there.</summary>
    public void WriteNext(Utf8JsonWriter writer)
    {
        Pass();
        WriteAt(writer, _value++);
    }

    /// <summary>The next entry's text.</summary>
    public virtual string NextText() => throw new InvalidDataException("expected texts");

    /// <summary>Passes over an entry without a value.</summary>
    public void Pass()
    {
        if (IsAtEnd) throw new EndOfStreamException();
        _at++;
    }

    /// <summary>Makes sure that all entries were taken.</summary>
    public void RequireEnd()
    {
        if (!IsAtEnd) throw new InvalidDataException("more values than rows");
    }

    /// <inheritdoc/>
    public abstract void Dispose();

    /// <summary>Writes a value.</summary>
    protected abstract void WriteAt(Utf8JsonWriter writer, int at);

    private int Take()
    {
        Pass();
        return _value++;
    }

    private static Values<T> Written<T>(DataField field, RawColumnData<T> data, Func<T, string> text)
        where T : struct => new(field, data, (w, v) => w.WriteStringValue(text(v)));

    private static string Moment(DataField field, DateTime value)
    {
        bool isDate = field is DateTimeDataField { DateTimeFormat: DateTimeFormat.Date };
        if (isDate) return value.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        string zone = value.Kind == DateTimeKind.Utc ? "'Z'" : "";
        return value.ToString($"yyyy-MM-dd'T'HH:mm:ss.FFFFFFF{zone}", CultureInfo.InvariantCulture);
    }

    // Some writers mark no text as such. What is no text is told in base64.
    private static void WriteBytes(Utf8JsonWriter writer, ReadOnlySpan<byte> bytes)
    {
        if (Utf8.IsValid(bytes)) writer.WriteStringValue(bytes);
        else writer.WriteBase64StringValue(bytes);
    }

    private sealed class Texts(DataField field, RawColumnData<ReadOnlyMemory<char>> data)
        : ParquetColumn(field, data, data.Values.Length)
    {
        public override bool IsText => true;

        public override string NextText() => new(data.Values[Take()].Span);

        public override void Dispose() => data.Dispose();

        protected override void WriteAt(Utf8JsonWriter writer, int at) => writer.WriteStringValue(data.Values[at].Span);
    }

    private sealed class Values<T>(DataField field, RawColumnData<T> data, Action<Utf8JsonWriter, T> write)
        : ParquetColumn(field, data, data.Values.Length)
        where T : struct
    {
        public override void Dispose() => data.Dispose();

        protected override void WriteAt(Utf8JsonWriter writer, int at) => write(writer, data.Values[at]);
    }
}
