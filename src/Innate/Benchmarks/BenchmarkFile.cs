using System.Buffers.Binary;
using System.IO.Compression;
using System.Text.Json;
using System.Text.Unicode;
using Innate.Rows;

namespace Innate.Benchmarks;

/// <summary>
/// Benchmark files as they are published: a JSON array of objects, or one object a line; either may be compressed with gzip.
/// What a file is, its first bytes say. Tables (CSV, Parquet) and datasets of the hub's are read as rows are.
/// </summary>
internal static class BenchmarkFile
{
    private const int SmallBytes = 64 << 20, MostGrowth = 100;

    /// <summary>The endings under which a benchmark's file may lie.</summary>
    public static readonly string[] Endings = [".json", ".jsonl", ".json.gz", ".jsonl.gz"];

    /// <summary>The file of a name in a folder, under any of the endings; null: none.</summary>
    public static string? Find(string folder, string stem) =>
        Endings.Select(e => Path.Combine(folder, stem + e)).FirstOrDefault(File.Exists);

    /// <summary>The one file that is meant: a file itself, or the only benchmark file of a folder.</summary>
    /// <exception cref="InputException">There is no such place, or the folder holds none or several.</exception>
    public static IReadOnlyList<string> Files(string path)
    {
        if (File.Exists(path)) return [path];
        if (!Directory.Exists(path))
        {
            return DatasetLocation.IsMeant(path) ? [path]
                : throw new InputException("Data", "a file or folder", $"no {path}{DatasetLocation.Hint(path)}");
        }

        string[] files =
        [
            .. Directory.GetFiles(path)
                .Where(f => Endings.Any(e => f.EndsWith(e, StringComparison.OrdinalIgnoreCase)))
                .Order(StringComparer.Ordinal),
        ];
        if (files.Length > 0) return files;
        bool isDataset = Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories).Any(f => IsTable(f) || IsPlain(f));
        return isDataset ? [path] : throw new InputException(
            $"{path}: expected files ending in {string.Join(", ", Endings)}, or a dataset's, found none.");
    }

    /// <summary>The file's records.</summary>
    /// <param name="file">One of <see cref="Files"/>.</param>
    /// <param name="columns">The file's own names of fields; null: none of its own.</param>
    /// <exception cref="InputException">The file cannot be read or holds something else: named by file and item.</exception>
    public static IReadOnlyList<BenchmarkRecord> Read(string file, RowColumns? columns)
    {
        if (!File.Exists(file) || IsTable(file))
        {
            IEnumerable<(JsonElement Row, long Number)> rows = RowInput.Read(file, RowJson.ParseObject, columns);
            return [.. rows.Select((r, i) => new BenchmarkRecord(file, i + 1, r.Row))];
        }

        ReadOnlyMemory<byte> bytes = Text(file);
        ReadOnlySpan<byte> text = bytes.Span.TrimStart(" \t\r\n"u8);
        if (text.IsEmpty) return [];
        return text[0] switch
        {
            (byte)'[' => FromArray(bytes, file),
            (byte)'{' => FromLines(bytes, file),
            _ => throw new InputException(
                $"{file}: expected a JSON array or JSON lines, found text that begins with neither [ nor {{."),
        };
    }

    /// <summary>The file's records.</summary>
    /// <exception cref="InputException">The file cannot be read or holds something else: named by file and item.</exception>
    public static IReadOnlyList<BenchmarkRecord> Read(string file) => Read(file, null);

    /// <summary>One JSON object, such as a table of prompts.</summary>
    /// <exception cref="InputException">The file cannot be read or holds something else.</exception>
    public static BenchmarkRecord ReadObject(string file) => new(file, 0, Parse(Text(file), file, ""));

    private static bool IsPlain(string file) => Endings.Any(e => file.EndsWith(e, StringComparison.OrdinalIgnoreCase));

    private static bool IsTable(string file)
    {
        string name = file.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? file[..^3] : file;
        return Path.GetExtension(name).ToUpperInvariant() is ".CSV" or ".TSV" or ".PARQUET";
    }

    private static List<BenchmarkRecord> FromArray(ReadOnlyMemory<byte> bytes, string file)
    {
        JsonElement array = Parse(bytes, file, "", JsonValueKind.Array);
        List<BenchmarkRecord> records = [];
        foreach (JsonElement item in array.EnumerateArray())
        {
            if (item.ValueKind != JsonValueKind.Object)
            {
                throw new InputException(
                    $"{file}, item {records.Count + 1}: expected an object, found {JsonLines.Describe(item)}.");
            }

            records.Add(new BenchmarkRecord(file, records.Count + 1, item));
        }

        return records;
    }

    private static List<BenchmarkRecord> FromLines(ReadOnlyMemory<byte> bytes, string file)
    {
        List<BenchmarkRecord> records = [];
        while (!bytes.IsEmpty)
        {
            int end = bytes.Span.IndexOf((byte)'\n');
            ReadOnlyMemory<byte> line = end < 0 ? bytes : bytes[..end];
            bytes = end < 0 ? default : bytes[(end + 1)..];
            if (line.Span.Trim(" \t\r"u8).IsEmpty) continue;
            int number = records.Count + 1;
            records.Add(new BenchmarkRecord(file, number, Parse(line, file, $", item {number}")));
        }

        return records;
    }

    private static JsonElement Parse(
        ReadOnlyMemory<byte> json, string file, string place, JsonValueKind kind = JsonValueKind.Object)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(json);
            JsonElement root = document.RootElement.Clone();
            return root.ValueKind == kind
                ? root
                : throw new InputException(
                    $"{file}{place}: expected an {(kind == JsonValueKind.Object ? "object" : "array")}, found "
                    + $"{JsonLines.Describe(root)}.");
        }
        catch (JsonException e)
        {
            throw new InputException($"{file}{place}: {JsonFault.Describe(e)}", e);
        }
    }

    private static ReadOnlyMemory<byte> Text(string file)
    {
        ReadOnlyMemory<byte> bytes = Bytes(file);
        if (bytes.Span.StartsWith("\uFEFF"u8)) bytes = bytes[3..];
        return Utf8.IsValid(bytes.Span) ? bytes : throw new InputException($"{file}: expected UTF-8, found bytes that are not.");
    }

    // Text shrinks to a fifth or a tenth; what shrinks to a thousandth holds nothing but repetition.
    private static void Unpack(Stream packed, Stream plain, long most, string file)
    {
        byte[] buffer = new byte[1 << 16];
        while (packed.Read(buffer) is > 0 and int read)
        {
            if (plain.Length + read > most)
            {
                throw new InputException($"{file}: expected at most {most >> 20} MiB unpacked, found more.");
            }

            plain.Write(buffer.AsSpan(0, read));
        }
    }

    private static byte[] Bytes(string file)
    {
        try
        {
            byte[] bytes = File.ReadAllBytes(file);
            if (bytes is not [0x1f, 0x8b, ..]) return bytes;
            using GZipStream unpacked = new(new MemoryStream(bytes), CompressionMode.Decompress);
            using MemoryStream plain = new();
            Unpack(unpacked, plain, Math.Max(SmallBytes, MostGrowth * (long)bytes.Length), file);

            // A stream that was cut short ends like a whole one; its last four bytes, the length, tell (RFC 1952).
            if (bytes.Length < 18
                || BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(bytes.Length - 4)) != (uint)plain.Length)
            {
                throw new InvalidDataException();
            }

            return plain.ToArray();
        }
        catch (InvalidDataException e)
        {
            throw new InputException($"{file}: expected one whole gzip stream, found damaged data.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{file}: cannot be read: {e.Message}", e);
        }
    }
}
