using System.Globalization;

namespace Innate.Rows;

/// <summary>
/// Where rows come from: a file or the pipe, as JSON lines, a JSON array or a table, also compressed by gzip, in UTF-8 or UTF-16.
/// </summary>
public sealed class RowInput : IDisposable
{
    private readonly Stream? _stream;

    private RowInput(Stream? stream, (RowReader Rows, RowFileKind Kind, bool IsPlain) content, long? size, RowLocation location)
    {
        _stream = stream;
        Location = location;
        (Lines, Kind) = (content.Rows, content.Kind);
        Size = size;
        Length = content.IsPlain ? size : null;
    }

    /// <summary>The rows, one after another.</summary>
    public RowReader Lines { get; }

    /// <summary>What the file is.</summary>
    public RowFileKind Kind { get; }

    /// <summary>The file's bytes; null for a pipe and a folder.</summary>
    public long? Size { get; }

    /// <summary>
    /// Bytes of rows in all, where known: a pipe has no length, and compressed rows are longer than their file.
    /// </summary>
    public long? Length { get; }

    /// <summary>The share of the input up to a byte; null where the length is not known.</summary>
    /// <param name="end">Bytes from the beginning.</param>
    public double? FractionAt(long end) => Length is > 0 and long length ? (double)end / length : null;

    /// <summary>Where the rows are.</summary>
    public RowLocation Location { get; }

    /// <summary>The file's own names of fields; null: none of its own.</summary>
    public RowColumns? Columns => Location.Columns;

    /// <summary>The full path, or <c>-</c>.</summary>
    public string Name => Location.Name;

    /// <summary>Opens a file or a stream.</summary>
    /// <param name="location">Where the rows are.</param>
    /// <exception cref="InputException">There is no such file, or it holds no rows.</exception>
    public static RowInput Open(RowLocation location)
    {
        if (location.Path is not { } path)
        {
            Stream pipe = location.Open!();
            return new RowInput(pipe, RowContent.Open(pipe, "-"), null, location);
        }

        if (Directory.Exists(path))
        {
            if (RowFormats.Tables is null) throw new InputException("Input", "a file of JSON lines", $"the folder {path}");
            return new RowInput(null, (RowFormats.Open(RowFileKind.Folder, path, null), RowFileKind.Folder, false), null,
                location);
        }

        if (!File.Exists(path)) throw new InputException("Input", "a file of JSON lines", $"no file {path}");
        FileStream? stream = null;
        try
        {
            stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
            return new RowInput(stream, RowContent.Open(stream, path), stream.CanSeek ? stream.Length : null, location);
        }
        catch (UnauthorizedAccessException)
        {
            throw new InputException("Input", "a file that may be read", path);
        }
        catch
        {
            stream?.Dispose();
            throw;
        }
    }

    /// <summary>All rows of a file, as they are asked for; faults of the file and of rows are named by file and place.</summary>
    /// <typeparam name="T">What a row becomes.</typeparam>
    /// <param name="path">The file.</param>
    /// <param name="read">What a row becomes; an <see cref="InputException"/> is placed.</param>
    /// <exception cref="InputException">The file cannot be read, or a row is bad.</exception>
    internal static IEnumerable<(T Row, long Number)> Read<T>(string path, Func<InputLine, T> read)
    {
        if (!Path.Exists(path)) throw new InputException($"{path}: there is no such file.");
        using RowInput input = Placed(path, null, () => Open(RowLocation.File(path)));
        while (Placed(path, null, input.Lines.ReadNext) is { } line)
        {
            yield return (Placed(path, input.PlaceOf(line.Number), () => RowJson.Guard(() => read(line))), line.Number);
        }
    }

    /// <summary>What messages call a row's place: "line 3", "row 3".</summary>
    internal string PlaceOf(long number) => string.Create(
        CultureInfo.InvariantCulture, $"{(Kind == RowFileKind.JsonLines ? "line" : "row")} {number}");

    /// <summary>How many rows a file holds.</summary>
    /// <param name="location">The file.</param>
    public static long Count(RowLocation location)
    {
        using RowInput input = Open(location);
        long count = 0;
        while (input.Lines.ReadNext() is not null) count++;
        return count;
    }

    /// <summary>Closes the file or stream.</summary>
    public void Dispose()
    {
        Lines.Dispose();
        _stream?.Dispose();
    }

    private static T Placed<T>(string path, string? place, Func<T> work)
    {
        try
        {
            return work();
        }
        catch (InputException e) when (e.Problems.Count == 0)
        {
            string message = e.Message.TrimEnd('.');
            if (message.StartsWith(path, StringComparison.Ordinal)) throw;
            throw new InputException(place is null ? $"{path}: {message}." : $"{path}, {place}: {message}.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{path}: cannot be read: {e.Message}", e);
        }
    }
}
