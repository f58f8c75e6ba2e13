using System.Text.Json;
using Parquet;
using Parquet.Schema;

namespace Innate.Data;

/// <summary>
/// A field of a Parquet file, read for one row group: it writes the rows' values one after another, put together from the
/// levels of its columns (Melnik et al., Dremel, VLDB 2010).
/// </summary>
internal abstract class ParquetField : IDisposable
{
    private ParquetField(Field field) => Field = field;

    /// <summary>The field's name.</summary>
    public string Name => Field.Name;

    /// <summary>The schema's words for it.</summary>
    protected Field Field { get; }

    /// <summary>The column whose levels tell what is there; all columns of a field agree on it.</summary>
    protected abstract ParquetColumn First { get; }

    /// <summary>Reads a field's columns.</summary>
    /// <param name="field">The field.</param>
    /// <param name="group">The row group.</param>
    public static ParquetField Read(Field field, ParquetRowGroupReader group) => field switch
    {
        DataField { IsArray: true } data => new Repeated(data, new Plain(data, ParquetColumn.Read(data, group)), null),
        DataField data => new Plain(data, ParquetColumn.Read(data, group)),
        ListField list => new Repeated(list, Read(list.Item, group), null),
        MapField map => new Repeated(map, Read(map.Key, group), Read(map.Value, group)),
        StructField { Fields.Count: > 0 } fields => new Members(fields, [.. fields.Fields.Select(f => Read(f, group))]),
        _ => throw new InvalidDataException($"a field of the kind {field.SchemaType} without columns"),
    };

    /// <summary>Writes the next value under a name; nothing where it is null.</summary>
    public void WriteMember(Utf8JsonWriter writer, JsonEncodedText name)
    {
        if (IsNull)
        {
            Pass();
            return;
        }

        writer.WritePropertyName(name);
        Write(writer);
    }

    /// <summary>Makes sure that the columns hold no more values than the rows.</summary>
    public abstract void RequireEnd();

    /// <inheritdoc/>
    public abstract void Dispose();

    /// <summary>Whether the next value is null.</summary>
    protected abstract bool IsNull { get; }

    /// <summary>Writes the next value, which is not null.</summary>
    protected abstract void Write(Utf8JsonWriter writer);

    /// <summary>Passes over one entry of every column: a null, or a list of nothing.</summary>
    protected abstract void Pass();

    private void WriteItem(Utf8JsonWriter writer)
    {
        if (!IsNull)
        {
            Write(writer);
            return;
        }

        writer.WriteNullValue();
        Pass();
    }

    /// <summary>One column.</summary>
    private sealed class Plain(DataField field, ParquetColumn column) : ParquetField(field)
    {
        protected override ParquetColumn First => column;

        protected override bool IsNull => column.Definition < Field.MaxDefinitionLevel;

        public override void RequireEnd() => column.RequireEnd();

        public override void Dispose() => column.Dispose();

        protected override void Write(Utf8JsonWriter writer) => column.WriteNext(writer);

        protected override void Pass() => column.Pass();
    }

    /// <summary>A struct.</summary>
    private sealed class Members(StructField field, ParquetField[] members) : ParquetField(field)
    {
        private readonly JsonEncodedText[] _names = [.. members.Select(m => JsonEncodedText.Encode(m.Name))];

        protected override ParquetColumn First => members[0].First;

        protected override bool IsNull => First.Definition < Field.MaxDefinitionLevel;

        public override void RequireEnd()
        {
            foreach (ParquetField member in members) member.RequireEnd();
        }

        public override void Dispose()
        {
            foreach (ParquetField member in members) member.Dispose();
        }

        protected override void Write(Utf8JsonWriter writer)
        {
            writer.WriteStartObject();
            for (int i = 0; i < members.Length; i++) members[i].WriteMember(writer, _names[i]);
            writer.WriteEndObject();
        }

        protected override void Pass()
        {
            foreach (ParquetField member in members) member.Pass();
        }
    }

    /// <summary>A list, or with values a map: an object where its keys are texts, else pairs of key and value.</summary>
    private sealed class Repeated(Field field, ParquetField items, ParquetField? values) : ParquetField(field)
    {
        protected override ParquetColumn First => items.First;

        // An entry at the list's own level is an item, one below it a list of nothing, and further down there is no list.
        protected override bool IsNull => Field.IsNullable && First.Definition < Field.MaxDefinitionLevel - 1;

        public override void RequireEnd()
        {
            items.RequireEnd();
            values?.RequireEnd();
        }

        public override void Dispose()
        {
            items.Dispose();
            values?.Dispose();
        }

        protected override void Write(Utf8JsonWriter writer)
        {
            bool isObject = values is not null && items is Plain && items.First.IsText;
            if (isObject) writer.WriteStartObject();
            else writer.WriteStartArray();
            if (First.Definition < Field.MaxDefinitionLevel)
            {
                Pass();
            }
            else
            {
                do
                {
                    WriteEntry(writer, isObject);
                }
                while (!First.IsAtEnd && First.Repetition >= Field.MaxRepetitionLevel);
            }

            if (isObject) writer.WriteEndObject();
            else writer.WriteEndArray();
        }

        protected override void Pass()
        {
            items.Pass();
            values?.Pass();
        }

        private void WriteEntry(Utf8JsonWriter writer, bool isObject)
        {
            if (values is null)
            {
                items.WriteItem(writer);
                return;
            }

            if (isObject)
            {
                writer.WritePropertyName(items.First.NextText());
                values.WriteItem(writer);
                return;
            }

            writer.WriteStartObject();
            items.WriteMember(writer, KeyName);
            values.WriteMember(writer, ValueName);
            writer.WriteEndObject();
        }
    }

    private static readonly JsonEncodedText KeyName = JsonEncodedText.Encode("key");

    private static readonly JsonEncodedText ValueName = JsonEncodedText.Encode("value");
}
