using System.Globalization;
using Innate.Rows.Shards;

namespace Innate.Rows;

/// <summary>
/// Where rows come from: a file or the pipe, as JSON lines, a JSON array or a table, also compressed by gzip, in UTF-8 or UTF-16;
/// or a dataset as the hub lays it out (<see cref="DatasetLocation"/>).
/// </summary>
public sealed class RowInput : IDisposable
{
    private readonly Stream? _stream;

    private RowInput(Stream? stream, (RowReader Rows, RowFileKind Kind, bool IsPlain) content, long? size, RowLocation location)
    {
        _stream = stream;
        Location = location;
        Part = location.Shard is { } shard ? new ShardRecord(shard) : null;
        (Lines, Kind) = (Part is null ? content.Rows : new ShardReader(content.Rows, Part), content.Kind);
        Size = size;
        Length = content.IsPlain ? size : null;
    }

    /// <summary>The rows, one after another.</summary>
    public RowReader Lines { get; }

    /// <summary>The part of the rows that is read; null: all are.</summary>
    internal ShardRecord? Part { get; }

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
            return new RowInput(pipe, RowContent.Open(pipe, "-", location.Columns), null, location);
        }

        if (!File.Exists(path))
        {
            if (!DatasetLocation.IsMeant(path))
            {
                throw new InputException("Input", "a file or folder of rows", $"no {path}{DatasetLocation.Hint(path)}");
            }

            RowReader rows = RowFormats.Open(RowFileKind.Folder, path, null, location.Columns);
            return new RowInput(null, (rows, RowFileKind.Folder, false), null, location);
        }

        FileStream? stream = null;
        try
        {
            stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
            var content = RowContent.Open(stream, path, location.Columns);
            return new RowInput(stream, content, stream.CanSeek ? stream.Length : null, location);
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
    /// <param name="columns">The file's own names of fields; null: none of its own.</param>
    /// <exception cref="InputException">The file cannot be read, or a row is bad.</exception>
    internal static IEnumerable<(T Row, long Number)> Read<T>(
        string path, Func<InputLine, T> read, RowColumns? columns = null)
    {
        if (!Path.Exists(path) && !DatasetLocation.IsMeant(path))
        {
            throw new InputException($"{path}: there is no such file{DatasetLocation.Hint(path)}.");
        }

        using RowInput input = Placed(path, null, () => Open(RowLocation.File(path) with { Columns = columns }));
        while (Placed(path, null, input.Lines.ReadNext) is { } line)
        {
            string place = line.Part ?? input.PlaceOf(line.Number);
            yield return (Placed(path, place, () => RowJson.Guard(() => read(line))), line.Number);
        }
    }

    /// <summary>A digest of the bytes that the rows come from; null: a pipe's are gone.</summary>
    internal string? Digest() => !CanBeReadAgain ? null
        : Lines.Files is { Count: > 0 } files ? Foundation.Digest.OfTexts(files.Select(Foundation.Digest.Whole))
        : Foundation.Digest.Whole(Name);

    /// <summary>The same of a file or a dataset that a path names.</summary>
    /// <param name="path">The path.</param>
    /// <exception cref="InputException">The dataset cannot be read.</exception>
    internal static string DigestOf(string path)
    {
        if (File.Exists(path)) return Foundation.Digest.Whole(path);
        using RowInput input = Open(RowLocation.File(path));
        return input.Digest()!;
    }

    /// <summary>Whether the same rows can be read a second time: a pipe's are gone.</summary>
    internal bool CanBeReadAgain => Lines.Files.Count > 0 || Size is not null;

    /// <summary>Passes over rows that an earlier run has done.</summary>
    /// <param name="rows">How many.</param>
    /// <returns>The input's bytes passed over.</returns>
    /// <exception cref="InputException">The input has fewer rows.</exception>
    internal long Skip(long rows)
    {
        long end = 0;
        for (long i = 0; i < rows; i++)
        {
            InputLine line = Lines.ReadNext()
                ?? throw new InputException("Resume", $"at most the input's {i} rows in the output", $"{rows}");
            end = line.End;
        }

        return end;
    }

    /// <summary>What messages call a row's place: "line 3", "row 3".</summary>
    internal string PlaceOf(long number) => string.Create(
        CultureInfo.InvariantCulture, $"{(IsByLine(Kind) ? "line" : "row")} {number}");

    /// <summary>Whether a row's number is the line in which it begins.</summary>
    internal static bool IsByLine(RowFileKind kind) => kind is RowFileKind.JsonLines or RowFileKind.Csv or RowFileKind.Tsv;

    /// <summary>How many rows a file holds.</summary>
    /// <param name="location">The file.</param>
    internal static long Count(RowLocation location)
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
            if (place is not null && message.StartsWith(place + ":", StringComparison.Ordinal))
            {
                message = message[(place.Length + 1)..].TrimStart();
            }

            if (message.StartsWith(path, StringComparison.Ordinal)) throw;
            throw new InputException(place is null ? $"{path}: {message}." : $"{path}, {place}: {message}.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{path}: cannot be read: {e.Message}", e);
        }
    }
}
