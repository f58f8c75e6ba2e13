namespace Innate.Data;

/// <summary>
/// Which type each field of a Parquet footer has (parquet.thrift). A library that reads a field of another type as the one that
/// it expects loses its place, and then takes whatever follows for lengths.
/// </summary>
internal sealed class ParquetForm
{
    private const int Truth = 2, Byte = 3, Int = 5, Long = 6, Bytes = 8, List = 9, Record = 12;

    private readonly Dictionary<int, Field> _fields;

    private ParquetForm(params (int Id, Field Field)[] fields) => _fields = fields.ToDictionary(f => f.Id, f => f.Field);

    /// <summary>FileMetaData, with all that lies in it.</summary>
    public static ParquetForm Footer { get; } = MakeFooter();

    /// <summary>Walks over a struct of this form.</summary>
    /// <param name="reader">At its beginning.</param>
    /// <param name="depth">How many structs and lists surround it.</param>
    /// <exception cref="InvalidDataException">A field has another type.</exception>
    public void Require(ThriftReader reader, int depth = 0) => reader.Struct(
        (id, type) =>
        {
            if (!_fields.TryGetValue(id, out Field? field)) return false;
            if (type != field.Type && !(field.Type == Truth && type == 1)) throw Other();
            if (field.Type == Record && field.Of is not null)
            {
                field.Of.Require(reader, depth + 1);
                return true;
            }

            if (field.Type != List) return false;
            (long count, int items) = reader.List();
            if (count > 0 && items != field.Item) throw Other();
            for (long i = 0; i < count; i++)
            {
                if (field.Of is null) reader.SkipItem(items, depth + 1);
                else field.Of.Require(reader, depth + 1);
            }

            return true;
        },
        depth);

    private static InvalidDataException Other() => new("a footer with a field of another type");

    private static ParquetForm MakeFooter()
    {
        Field truth = new(Truth), small = new(Int), large = new(Long), bytes = new(Bytes), record = new(Record);
        ParquetForm pair = new((1, bytes), (2, bytes));
        ParquetForm moment = new((1, truth), (2, record)), number = new((1, small), (2, small));
        ParquetForm logical = new(
            (1, record), (2, record), (3, record), (4, record), (5, new(Record, Of: number)), (6, record),
            (7, new(Record, Of: moment)), (8, new(Record, Of: moment)),
            (10, new(Record, Of: new((1, new(Byte)), (2, truth)))), (11, record), (12, record), (13, record), (14, record));
        ParquetForm element = new(
            (1, small), (2, small), (3, small), (4, bytes), (5, small), (6, small), (7, small), (8, small), (9, small),
            (10, new(Record, Of: logical)));
        ParquetForm statistics = new(
            (1, bytes), (2, bytes), (3, large), (4, large), (5, bytes), (6, bytes), (7, truth), (8, truth));
        ParquetForm column = new(
            (1, small), (2, new(List, Int)), (3, new(List, Bytes)), (4, small), (5, large), (6, large), (7, large),
            (8, new(List, Record, pair)), (9, large), (10, large), (11, large), (12, new(Record, Of: statistics)),
            (13, new(List, Record, new((1, small), (2, small), (3, small)))), (14, large), (15, small), (16, record));
        ParquetForm chunk = new(
            (1, bytes), (2, large), (3, new(Record, Of: column)), (4, large), (5, small), (6, large), (7, small), (8, record),
            (9, bytes));
        ParquetForm order = new((1, small), (2, truth), (3, truth));
        ParquetForm group = new(
            (1, new(List, Record, chunk)), (2, large), (3, large), (4, new(List, Record, order)), (5, large), (6, large),
            (7, new(4)));
        return new ParquetForm(
            (1, small), (2, new(List, Record, element)), (3, large), (4, new(List, Record, group)), (5, new(List, Record, pair)),
            (6, bytes), (7, new(List, Record)), (8, record), (9, bytes));
    }

    /// <summary>A field's type; of a list its items'; of structs what is in them.</summary>
    private sealed record Field(int Type, int Item = 0, ParquetForm? Of = null);
}
