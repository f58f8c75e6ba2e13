using Parquet.Meta;

namespace Innate.Data;

/// <summary>
/// What a Parquet file's footer and page headers claim, checked before a library takes memory, or nests its calls, by them.
/// </summary>
internal static class ParquetClaims
{
    /// <summary>The deepest nesting of the schema's elements: a list is three of them.</summary>
    private const int MostDepth = 96;

    private const int MostElements = 50_000;

    /// <summary>The largest page, unpacked.</summary>
    private const long MostPage = 1L << 29;

    /// <summary>A page may be as large as this whatever it is packed into.</summary>
    private const long SmallPage = 1L << 26;

    private const long MostGrowth = 1024;

    /// <summary>
    /// Walks over the footer: every list and text in it is as long as it says, and the schema is a tree of a fair depth.
    /// </summary>
    /// <param name="file">At the footer's beginning.</param>
    /// <param name="length">The footer's bytes.</param>
    public static void RequireFooter(Stream file, int length)
    {
        long start = file.Position;
        ParquetForm.Footer.Require(new ThriftReader(file));
        file.Position = start;
        ThriftReader reader = new(file);
        bool hasSchema = false;
        reader.Struct((id, type) =>
        {
            if (id != 2 || type != 9) return false;
            (long count, int items) = reader.List();
            if (items != 12 || count > MostElements) throw new InvalidDataException("no schema");
            RequireTree(reader, count);
            hasSchema = true;
            return true;
        });
        if (!hasSchema) throw new InvalidDataException("no schema");
        if (reader.Taken > length) throw new InvalidDataException("a footer that goes on behind its end");
    }

    /// <summary>Walks over the pages of a column in a row group.</summary>
    /// <param name="file">The file.</param>
    /// <param name="column">What the footer says of the column.</param>
    public static void RequirePages(Stream file, ColumnMetaData column)
    {
        long at = column.DictionaryPageOffset is > 0 and long first
            ? Math.Min(first, column.DataPageOffset)
            : column.DataPageOffset;
        bool isFirst = true;
        for (long values = 0; values < column.NumValues; isFirst = false)
        {
            if (at < 4 || at >= file.Length) throw new InvalidDataException("a page outside the file");
            file.Seek(at, SeekOrigin.Begin);
            ThriftReader reader = new(file);
            Page page = Page.Read(reader);
            at += reader.Taken + page.Packed;
            long largest = Math.Min(MostPage, Math.Max(SmallPage, page.Packed * MostGrowth));
            bool isFair = page.Packed >= 0 && at <= file.Length && page.Unpacked >= 0 && page.Unpacked <= largest
                && page.Values >= 0 && page.Levels >= 0 && page.Levels <= page.Packed;
            bool isFull = page.IsData ? page.Values > 0 && page.Values <= column.NumValues - values
                : isFirst && page.IsDictionary && page.Values <= page.Unpacked * 8;
            if (!isFair || !isFull) throw new InvalidDataException("a page that claims too much");
            if (page.IsData) values += page.Values;
        }
    }

    private static void RequireTree(ThriftReader reader, long count)
    {
        Stack<long> open = new();
        for (long i = 0; i < count; i++)
        {
            long children = 0;
            reader.Struct((id, type) =>
            {
                if (id != 5 || type != 5) return false;
                children = reader.Number();
                return true;
            });
            if (children < 0 || children > count) throw new InvalidDataException("a schema that is no tree");
            if (i > 0)
            {
                if (open.Count == 0) throw new InvalidDataException("a schema that is no tree");
                open.Push(open.Pop() - 1);
            }

            if (children > 0) open.Push(children);
            while (open.TryPeek(out long left) && left == 0) open.Pop();
            if (open.Count > MostDepth) throw new InvalidDataException("a schema nested too deep");
        }

        if (open.Count > 0) throw new InvalidDataException("a schema that is no tree");
    }

    private sealed record Page(bool IsData, bool IsDictionary, long Unpacked, long Packed, long Values, long Levels)
    {
        public static Page Read(ThriftReader reader)
        {
            long kind = -1, unpacked = -1, packed = -1, values = -1, levels = 0, header = -1;
            reader.Struct((id, type) =>
            {
                switch (id)
                {
                    case 1 when type == 5:
                        kind = reader.Number();
                        return true;
                    case 2 when type == 5:
                        unpacked = reader.Number();
                        return true;
                    case 3 when type == 5:
                        packed = reader.Number();
                        return true;
                    case 5 or 7 or 8 when type == 12:
                        header = id;
                        reader.Struct((inner, of) =>
                        {
                            bool isLevels = id == 8 && (inner is 5 or 6);
                            if (of != 5 || !(inner == 1 || isLevels)) return false;
                            long number = reader.Number();
                            if (inner == 1) values = number;
                            else levels = number < 0 ? -1 : levels + number;
                            return true;
                        });
                        return true;
                    default:
                        return false;
                }
            });
            bool isData = (kind, header) is (0, 5) or (3, 8);
            return new Page(isData, (kind, header) is (2, 7), unpacked, packed, values, levels);
        }
    }
}
