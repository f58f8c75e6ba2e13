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

    /// <summary>The files of a dataset that hold a part's rows: what is worth fetching of it.</summary>
    /// <param name="name">What messages call the dataset.</param>
    /// <param name="files">All its files, from its folder on, with slashes.</param>
    /// <param name="readme">Its README's text, whose front matter may state configs; null: there is none.</param>
    /// <param name="subset">One of the configs; null: the default, or all where no split is named either.</param>
    /// <param name="split">One of the splits; null: all.</param>
    /// <exception cref="InputException">There is no such part, or no file of it.</exception>
    public static IReadOnlyList<string> Choose(
        string name, IReadOnlyCollection<string> files, string? readme, string? subset, string? split)
    {
        DatasetLayout layout = new(files, readme, name);
        IReadOnlyList<string> chosen = split is not null ? layout.Split(subset, split)
            : subset is not null ? layout.Subset(subset)
            : layout.DataFiles;
        return chosen.Count > 0 ? chosen : throw new InputException($"{name}: expected data files, found none.");
    }

    private static RowReader Open(RowFileKind kind, string path, Stream? content, RowColumns? columns) => kind switch
    {
        RowFileKind.Parquet => new ParquetRows(content!, path),
        RowFileKind.Csv or RowFileKind.Tsv => new CsvRows(content!, kind, path, columns),
        _ => DatasetRows.Open(path, columns),
    };
}
