using System.Text;
using System.Text.Json;
using Innate.Data;
using Innate.Rows;
using Parquet;
using Parquet.Serialization;

namespace Innate.Tests.Data;

/// <summary>Reads rows of tables that a test made, as the library reads them.</summary>
internal static class TableFile
{
    static TableFile() => DataFiles.Use();

    /// <summary>All rows of a file, each as its JSON text.</summary>
    public static List<string> Rows(string path, RowColumns? columns = null) =>
        [.. RowInput.Read(path, line => RowJson.ParseObject(line).GetRawText(), columns).Select(r => r.Row)];

    /// <summary>All rows of a pipe; a row that is none is its error.</summary>
    public static List<string> RowsOf(Stream content)
    {
        using RowInput input = RowInput.Open(RowLocation.Stream(content));
        List<string> rows = [];
        while (input.Lines.ReadNext() is { } line) rows.Add(TextOf(line));
        return rows;
    }

    /// <summary>All rows of bytes that are told to be of a kind.</summary>
    public static List<string> RowsOf(RowFileKind kind, byte[] bytes)
    {
        using RowReader rows = RowFormats.Open(kind, "t", new MemoryStream(bytes), null);
        List<string> all = [];
        while (rows.ReadNext() is { } line) all.Add(TextOf(line));
        return all;
    }

    public static List<string> Csv(string text) => RowsOf(RowFileKind.Csv, Encoding.UTF8.GetBytes(text));

    public static byte[] Parquet<T>(IEnumerable<T> rows, CompressionMethod method = CompressionMethod.Snappy, int? group = null)
        where T : class, new()
    {
        using MemoryStream stream = new();
        ParquetOptions options = new() { CompressionMethod = method, RowGroupSize = group };
        ParquetSerializer.SerializeAsync(rows, stream, options).GetAwaiter().GetResult();
        return stream.ToArray();
    }

    private static string TextOf(InputLine line)
    {
        try
        {
            return RowJson.ParseObject(line).GetRawText();
        }
        catch (InputException e)
        {
            return $"{line.Number}: {e.Message}";
        }
    }

    internal static bool IsSame(string one, string other) =>
        JsonElement.DeepEquals(JsonDocument.Parse(one).RootElement, JsonDocument.Parse(other).RootElement);
}
