namespace Innate.Rows;

/// <summary>Where rows come from: a file or the pipe.</summary>
public sealed class RowInput : IDisposable
{
    private readonly Stream _stream;

    private RowInput(Stream stream, long? length, RowLocation location)
    {
        _stream = stream;
        Length = length;
        Location = location;
        Lines = new LineReader(stream);
    }

    /// <summary>The lines, one after another.</summary>
    public LineReader Lines { get; }

    /// <summary>Bytes in all, where known: a pipe has no length.</summary>
    public long? Length { get; }

    /// <summary>The share of the input up to a byte; null where the length is not known.</summary>
    /// <param name="end">Bytes from the beginning.</param>
    public double? FractionAt(long end) => Length is > 0 and long length ? (double)end / length : null;

    /// <summary>Where the rows are.</summary>
    public RowLocation Location { get; }

    /// <summary>The full path, or <c>-</c>.</summary>
    public string Name => Location.Name;

    /// <exception cref="InputException">There is no such file.</exception>
    public static RowInput Open(RowLocation location)
    {
        if (location.Path is not { } path) return new RowInput(location.Open!(), null, location);
        if (Directory.Exists(path)) throw new InputException("Input", "a file of JSON lines", $"the folder {path}");
        if (!File.Exists(path)) throw new InputException("Input", "a file of JSON lines", $"no file {path}");
        try
        {
            FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
            return new RowInput(stream, stream.CanSeek ? stream.Length : null, location);
        }
        catch (UnauthorizedAccessException)
        {
            throw new InputException("Input", "a file that may be read", path);
        }
    }

    /// <summary>How many rows a file holds.</summary>
    public static long Count(string path)
    {
        using FileStream stream = File.OpenRead(path);
        LineReader lines = new(stream);
        long count = 0;
        while (lines.Next() is not null) count++;
        return count;
    }

    /// <summary>Closes the file or stream.</summary>
    public void Dispose() => _stream.Dispose();
}
