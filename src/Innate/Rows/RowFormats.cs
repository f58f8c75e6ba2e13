namespace Innate.Rows;

/// <summary>What a file of rows is.</summary>
public enum RowFileKind
{
    /// <summary>A JSON object a line.</summary>
    JsonLines,

    /// <summary>One JSON array of objects.</summary>
    JsonArray,

    /// <summary>Comma-separated values with a line of names.</summary>
    Csv,

    /// <summary>The same with tabs.</summary>
    Tsv,

    /// <summary>Apache Parquet.</summary>
    Parquet,

    /// <summary>A folder as the hub lays a dataset out.</summary>
    Folder,
}

/// <summary>Opens a file of a format that needs a library.</summary>
/// <param name="kind">CSV, TSV, Parquet or a folder.</param>
/// <param name="path">The file's or folder's path; <c>-</c>: the pipe.</param>
/// <param name="content">The file's bytes, uncompressed, at their beginning; null: a folder.</param>
/// <param name="columns">The file's own names of fields; null: none of its own.</param>
/// <returns>The rows, which own the stream.</returns>
internal delegate RowReader TableOpener(RowFileKind kind, string path, Stream? content, RowColumns? columns);

/// <summary>
/// The formats of rows. JSON is read here; tables and dataset folders by the package Innate.Data, which puts itself in place by
/// <c>DataFiles.Use()</c>.
/// </summary>
internal static class RowFormats
{
    /// <summary>Opens tables and folders; null: they are refused by name.</summary>
    public static TableOpener? Tables { get; set; }

    /// <summary>What people call a kind.</summary>
    /// <param name="kind">The kind.</param>
    public static string NameOf(RowFileKind kind) => kind switch
    {
        RowFileKind.JsonLines => "JSON lines",
        RowFileKind.JsonArray => "a JSON array",
        RowFileKind.Csv => "CSV",
        RowFileKind.Tsv => "TSV",
        RowFileKind.Parquet => "Parquet",
        _ => "a folder of data files",
    };

    /// <summary>Opens what needs a library.</summary>
    /// <exception cref="InputException">There is none, or the file is damaged.</exception>
    internal static RowReader Open(RowFileKind kind, string path, Stream? content, RowColumns? columns) => Tables is { } open
        ? open(kind, path, content, columns)
        : throw new InputException(
            $"{path}: expected JSON lines or a JSON array, found {NameOf(kind)}, which the package Innate.Data reads.");
}
