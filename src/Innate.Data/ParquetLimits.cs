using System.Buffers.Binary;
using System.Globalization;
using Parquet;
using Parquet.Meta;
using Parquet.Schema;

namespace Innate.Data;

/// <summary>What a Parquet file must be before its columns are read: what it claims decides how much memory is taken.</summary>
internal static class ParquetLimits
{
    /// <summary>The deepest nesting; the deepest that a row of any known form has is 6.</summary>
    private const int MostDepth = 32;

    private const int MostColumns = 10_000;

    /// <summary>
    /// The most entries of a column in a row group, whatever the file's length: ids of a million rows of a thousand.
    /// </summary>
    private const long MostEntries = 1L << 30;

    /// <summary>Entries that a small file may have: a column that repeats one value takes no bytes.</summary>
    private const long SmallEntries = 1L << 22;

    /// <summary>Entries a byte: a bit each, and what compression makes of it.</summary>
    private const int EntriesAByte = 64;

    /// <summary>Looks at the last eight bytes: how long the footer is, and how the file ends.</summary>
    /// <param name="file">The file.</param>
    /// <param name="path">What messages call it.</param>
    /// <exception cref="InputException">It ends otherwise.</exception>
    public static void RequireFooter(Stream file, string path)
    {
        Span<byte> end = stackalloc byte[8];
        if (file.Length < 12) throw Damaged(path, "the footer", null);
        file.Seek(-8, SeekOrigin.End);
        file.ReadExactly(end);
        if (end[4..].SequenceEqual("PARE"u8)) throw Encrypted(path);
        int length = BinaryPrimitives.ReadInt32LittleEndian(end);
        if (!end[4..].SequenceEqual("PAR1"u8) || length <= 0 || length > file.Length - 12)
        {
            throw Damaged(path, "the footer", null);
        }

        file.Seek(-8 - length, SeekOrigin.End);
        Walked(path, "the footer", () => ParquetClaims.RequireFooter(file, length));
        file.Seek(0, SeekOrigin.Begin);
    }

    /// <summary>Checks what the footer claims.</summary>
    /// <param name="reader">The file, its footer read.</param>
    /// <param name="file">The file.</param>
    /// <param name="path">What messages call it.</param>
    /// <exception cref="InputException">It claims more than the file can hold, or is encrypted.</exception>
    public static void Require(ParquetReader reader, Stream file, string path)
    {
        FileMetaData footer = reader.Metadata ?? throw Damaged(path, "the footer", null);
        if (footer.EncryptionAlgorithm is not null) throw Encrypted(path);
        if (reader.Schema.Fields.Count == 0) throw new InputException($"{path}: expected columns, found none.");
        if (reader.Schema.Fields.GroupBy(f => f.Name, StringComparer.Ordinal).FirstOrDefault(g => g.Count() > 1) is { } twice)
        {
            throw new InputException($"{path}: expected each column's name once, found \"{twice.Key}\" twice.");
        }

        int depth = Deepest(reader.Schema.Fields);
        if (depth > MostDepth) throw TooMuch(path, $"columns at most {MostDepth} levels deep", $"{depth} levels");
        int columns = reader.Schema.DataFields.Length;
        if (columns > MostColumns) throw TooMuch(path, $"at most {MostColumns} columns", $"{columns}");
        long most = Math.Min(MostEntries, Math.Max(SmallEntries, file.Length * EntriesAByte));
        foreach (RowGroup group in footer.RowGroups)
        {
            if (group.NumRows < 0) throw Damaged(path, "the footer", null);
            foreach (ColumnChunk chunk in group.Columns)
            {
                if (chunk.CryptoMetadata is not null || chunk.EncryptedColumnMetadata is not null) throw Encrypted(path);
                if (chunk.MetaData is not { } column) throw Damaged(path, "the footer", null);
                if (column.NumValues < 0 || column.NumValues > most || group.NumRows > most)
                {
                    throw TooMuch(
                        path, string.Create(CultureInfo.InvariantCulture, $"at most {most} values in a column of a row group"),
                        string.Create(CultureInfo.InvariantCulture, $"{Math.Max(column.NumValues, group.NumRows)}"));
                }

                Walked(path, "a page's header", () => ParquetClaims.RequirePages(file, column));
            }
        }

        file.Seek(0, SeekOrigin.Begin);
    }

    /// <summary>The sentence for a file that is damaged.</summary>
    public static InputException Damaged(string path, string place, Exception? inner) =>
        new($"{path}: expected a whole Parquet file, found damaged or unknown data at {place}.", inner);

    private static void Walked(string path, string place, Action walk)
    {
        try
        {
            walk();
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException)
        {
            throw Damaged(path, place, e);
        }
    }

    private static InputException Encrypted(string path) =>
        new($"{path}: expected a Parquet file that is not encrypted, found an encrypted one.");

    private static InputException TooMuch(string path, string expected, string found) =>
        new($"{path}: expected {expected}, found {found}.");

    private static int Deepest(IEnumerable<Field> fields, int above = 0) => above > MostDepth
        ? above
        : fields.Select(f => f switch
        {
            StructField s => Deepest(s.Fields, above + 1),
            ListField l => Deepest([l.Item], above + 1),
            MapField m => Deepest([m.Key, m.Value], above + 1),
            _ => above + 1,
        }).DefaultIfEmpty(above).Max();
}
