using Innate.Rows;

namespace Innate.Data;

/// <summary>The rows of a dataset's part, file after file.</summary>
internal sealed class DatasetRows : RowReader
{
    private readonly string _folder;
    private readonly string[] _files;
    private readonly RowColumns? _columns;
    private int _next;
    private RowInput? _open;
    private string _name = "";
    private long _number;

    private DatasetRows(string folder, string[] files, RowColumns? columns) =>
        (_folder, _files, _columns) = (folder, files, columns);

    /// <inheritdoc/>
    internal override IReadOnlyList<string> Files => _files;

    /// <summary>Finds out which files are meant.</summary>
    /// <param name="path">The folder or the hub's name, with the part after a <c>#</c>.</param>
    /// <param name="columns">The files' own names of fields; null: none of their own.</param>
    /// <exception cref="InputException">There is no such dataset or part, or none of its files is there.</exception>
    public static RowReader Open(string path, RowColumns? columns)
    {
        DatasetLocation location = DatasetLocation.Of(path);
        string[] files = DatasetFiles.Of(location.Folder, path, location.Subset, location.Split);
        return new DatasetRows(location.Folder, files, columns);
    }

    /// <inheritdoc/>
    public override InputLine? ReadNext()
    {
        while (true)
        {
            if (_open is null)
            {
                if (_next == _files.Length) return null;
                string file = _files[_next++];
                _name = Path.GetRelativePath(_folder, file);
                _open = RowInput.Open(RowLocation.File(file) with { Columns = _columns });
            }

            if (Placed() is { } line)
            {
                return line with { Number = ++_number, Part = $"{_name}, {_open.PlaceOf(line.Number)}", End = 0 };
            }

            _open.Dispose();
            _open = null;
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        _open?.Dispose();
        base.Dispose(disposing);
    }

    private InputLine? Placed()
    {
        try
        {
            return _open!.Lines.ReadNext();
        }
        catch (InputException e) when (!e.Message.Contains(_name, StringComparison.Ordinal))
        {
            throw new InputException($"{_name}: {e.Message}", e);
        }
    }
}
