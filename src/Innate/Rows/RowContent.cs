using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace Innate.Rows;

/// <summary>Finds out what a stream of rows is: by its first bytes, and where these say nothing by its name.</summary>
internal static class RowContent
{
    private const int Looked = 256;

    /// <summary>The rows of a file or pipe.</summary>
    /// <param name="stream">At its beginning.</param>
    /// <param name="path">Its path, or <c>-</c>.</param>
    /// <param name="columns">The file's own names of fields; null: none of its own.</param>
    /// <exception cref="InputException">It is no file of rows: a model, say, which is named as such.</exception>
    public static (RowReader Rows, RowFileKind Kind, bool IsPlain) Open(Stream stream, string path, RowColumns? columns)
    {
        string name = path;
        bool isPlain = true;
        PrefixStream content = PrefixStream.Look(stream, Looked);
        for (int depth = 0; IsGzip(content.Prefix); depth++)
        {
            if (depth == 2) throw new InputException($"{path}: expected rows, found gzip within gzip within gzip.");
            content = PrefixStream.Look(new GZipStream(content, CompressionMode.Decompress), Looked);
            if (name.EndsWith(".gz", StringComparison.OrdinalIgnoreCase)) name = name[..^3];
            isPlain = false;
        }

        if (Utf16(content.Prefix) is { } encoding)
        {
            content = PrefixStream.Look(Encoding.CreateTranscodingStream(content, encoding, new UTF8Encoding(false)), Looked);
            isPlain = false;
        }

        RefuseModels(content.Prefix, path);
        if (MayBeTable(content.Prefix)) content = PrefixStream.Look(content, Looked, untilLineEnd: true);
        RowFileKind kind = KindOf(content.Prefix, name, columns);
        return kind switch
        {
            RowFileKind.JsonLines => (new LineReader(content), kind, isPlain),
            RowFileKind.JsonArray => (new ArrayReader(content), kind, isPlain),
            _ => (RowFormats.Open(kind, path, content, columns), kind, false),
        };
    }

    private static RowFileKind KindOf(ReadOnlySpan<byte> head, string name, RowColumns? columns)
    {
        if (head.StartsWith("PAR1"u8)) return RowFileKind.Parquet;
        if (head.StartsWith("\uFEFF"u8)) head = head[3..];
        ReadOnlySpan<byte> text = head.TrimStart(" \t\r\n"u8);
        if (text.StartsWith("["u8)) return RowFileKind.JsonArray;
        if (text.StartsWith("{"u8)) return RowFileKind.JsonLines;
        return Path.GetExtension(name).ToUpperInvariant() switch
        {
            ".CSV" => RowFileKind.Csv,
            ".TSV" => RowFileKind.Tsv,
            ".PARQUET" => RowFileKind.Parquet,
            _ => TableHeader.KindOf(text, columns) ?? RowFileKind.JsonLines,
        };
    }

    // Rows of JSON are told by their first letter, also where a pipe has given no more.
    private static bool MayBeTable(ReadOnlySpan<byte> head) =>
        (head.StartsWith("\uFEFF"u8) ? head[3..] : head).TrimStart(" \t\r\n"u8) is not [(byte)'{' or (byte)'[', ..]
        && !head.StartsWith("PAR1"u8);

    private static bool IsGzip(ReadOnlySpan<byte> head) => head.StartsWith((ReadOnlySpan<byte>)[0x1F, 0x8B, 8]);

    private static UnicodeEncoding? Utf16(ReadOnlySpan<byte> head) =>
        head.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xFE]) ? new UnicodeEncoding(false, true, throwOnInvalidBytes: true)
        : head.StartsWith((ReadOnlySpan<byte>)[0xFE, 0xFF]) ? new UnicodeEncoding(true, true, throwOnInvalidBytes: true)
        : null;

    // What people put in the wrong place.
    private static void RefuseModels(ReadOnlySpan<byte> head, string path)
    {
        string? other = head.StartsWith("GGUF"u8) ? "a model in GGUF"
            : head.Length > 9 && BinaryPrimitives.ReadUInt64LittleEndian(head) is > 1 and < 1 << 30 && head[8] == '{'
                ? "a model's weights in safetensors"
            : head.StartsWith("PK\u0003\u0004"u8) ? "a ZIP archive"
            : null;
        if (other is not null) throw new InputException($"{path}: expected a file of rows, found {other}.");
    }
}
