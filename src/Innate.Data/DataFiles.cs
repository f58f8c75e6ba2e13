using Innate.Rows;

namespace Innate.Data;

/// <summary>Rows from CSV, TSV, Parquet and dataset folders, for everything of the library that reads rows.</summary>
public static class DataFiles
{
    /// <summary>
    /// Lets the library open tables and datasets; called once, at a program's start. It costs nothing: what reads a format is
    /// loaded when the first file of that format is opened.
    /// </summary>
    public static void Use() => RowFormats.Tables = Open;

    private static RowReader Open(RowFileKind kind, string path, Stream? content, RowColumns? columns) => kind switch
    {
        RowFileKind.Parquet => new ParquetRows(content!, path),
        RowFileKind.Csv or RowFileKind.Tsv => new CsvRows(content!, kind, path, columns),
        _ => DatasetRows.Open(path, columns),
    };
}
