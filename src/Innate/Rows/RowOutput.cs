using System.Text.Json;
using Innate.Rows.Shards;

namespace Innate.Rows;

/// <summary>
/// Where output lines go. A file is written as FILE.partial, flushed after every batch, and only gets its name when the last
/// row is in it; FILE.partial.json tells how it was made. The pipe and devices are written straight.
/// </summary>
internal sealed class RowOutput : IDisposable
{
    private readonly Stream _stream;
    private readonly string? _path;
    private readonly bool _ownsStream;
    private ShardRecord? _part;
    private Func<IEnumerable<KeyValuePair<string, string>>>? _settings;

    private RowOutput(Stream stream, string? path, bool ownsStream)
    {
        _stream = stream;
        _path = path;
        _ownsStream = ownsStream;
    }

    /// <summary>Rows that are in the output already: the input's first rows, not to be done again.</summary>
    public long RowsDone { get; private set; }

    /// <summary>Whether one of them is a bad row's error.</summary>
    public bool HasErrors { get; private set; }

    /// <summary>Whether nothing is left to do.</summary>
    public bool IsComplete { get; private init; }

    /// <summary>Whether lines go to a file of this name, rather than to a pipe or a device.</summary>
    public bool IsFile => _path is not null;

    /// <summary>What the user should know about the resumption; null where there is nothing to say.</summary>
    public string? Note { get; private set; }

    /// <summary>The name under which an unfinished output lies.</summary>
    public static string PartialOf(string path) => path + ".partial";

    /// <summary>The name of an unfinished output's settings.</summary>
    public static string HeaderOf(string path) => path + ".partial.json";

    /// <summary>Opens the output.</summary>
    /// <param name="location">A file or a stream.</param>
    /// <param name="resume">Keep the rows that are there.</param>
    /// <param name="header">This run's settings.</param>
    /// <param name="input">The input; null: there is none.</param>
    /// <param name="earlier">Checks rows that nothing tells the making of; null: they are trusted.</param>
    /// <exception cref="InputException">The place cannot be written, or holds something that cannot be resumed.</exception>
    public static RowOutput Open(
        RowLocation location, bool resume, RunHeader header, RowLocation? input = null, EarlierRows? earlier = null)
    {
        if (location.Path is not { } path)
        {
            if (resume) throw new InputException("Resume", "a file in {Output}", "a pipe, which holds no rows to skip");
            return new RowOutput(location.Open!(), null, ownsStream: false);
        }

        if (path.Length == 0) throw new InputException("Output", "a file", "nothing");
        WholeFile.RequirePlace("Output", path);
        string full = Path.GetFullPath(path);
        if (input?.Path is { } read && Path.GetFullPath(read) == full)
        {
            throw new InputException("Output", "another file than {Input}", path);
        }

        try
        {
            // A device has no name to protect and cannot be renamed to.
            if (full.StartsWith("/dev/", StringComparison.Ordinal))
            {
                return new RowOutput(
                    new FileStream(full, FileMode.Open, FileAccess.Write, FileShare.ReadWrite, 0), null, ownsStream: true);
            }

            return resume ? Continue(full, header, input, earlier) : Start(full, header);
        }
        catch (UnauthorizedAccessException)
        {
            throw new InputException("Output", "a file that may be written", path);
        }
    }

    /// <summary>Opens the output of a run that begins anew each time.</summary>
    /// <param name="location">A file or a stream.</param>
    /// <param name="input">What the run reads.</param>
    /// <exception cref="InputException">The place cannot be written.</exception>
    public static RowOutput Open(RowLocation location, RowInput input) =>
        Open(location, resume: false, new RunHeader(() => [new("input", input.Name)]), input.Location);

    /// <summary>Makes this the output of a part, which gets a manifest when it is whole.</summary>
    /// <param name="part">The rows of the part; null: all rows are read, and there is no manifest.</param>
    /// <param name="settings">What decides the bits, beside the rows.</param>
    /// <exception cref="InputException">The output is no file.</exception>
    public void BePart(ShardRecord? part, Func<IEnumerable<KeyValuePair<string, string>>> settings)
    {
        if (part is null || IsComplete) return;
        if (_path is null) throw new InputException("Output", "a file beside {Shard}, whose parts are joined later", "a pipe");
        (_part, _settings) = (part, settings);
    }

    /// <summary>Writes whole lines.</summary>
    public void Write(ReadOnlySpan<byte> lines) => _stream.Write(lines);

    /// <summary>Writes lines and hands them to the system.</summary>
    public void WriteAll(byte[][] lines)
    {
        foreach (byte[] line in lines) Write(line);
        Flush();
    }

    /// <summary>Hands what was written to the system.</summary>
    public void Flush() => _stream.Flush();

    /// <summary>The last row is written: give the file its name.</summary>
    public void Complete()
    {
        _stream.Flush();
        if (_path is null) return;
        (_stream as FileStream)?.Flush(flushToDisk: true);
        _stream.Dispose();

        // Before the file has its name: a part that is whole has its manifest.
        if (_part is not null)
        {
            new ShardManifest
            {
                Shard = _part.Shard, Rows = _part.Rows, Input = _part.DigestOfAll(), Hashes = _part.Hashes,
                LineCounts = _part.LineCounts, Output = Digest.Whole(PartialOf(_path)),
                Settings = [.. _settings!(), new("words", _part.Shard.Settings)],
            }.Write(_path);
        }

        File.Move(PartialOf(_path), _path, overwrite: true);
        File.Delete(HeaderOf(_path));
    }

    /// <summary>Takes the unfinished file away: nothing of it is worth keeping.</summary>
    public void Discard()
    {
        if (_path is null) return;
        _stream.Dispose();
        File.Delete(PartialOf(_path));
        File.Delete(HeaderOf(_path));
    }

    /// <summary>Closes the file; an unfinished one stays under its own name.</summary>
    public void Dispose()
    {
        if (_ownsStream) _stream.Dispose();
    }

    private static RowOutput Start(string path, RunHeader header)
    {
        // The old rows go first, so that a header never stands beside rows of another run.
        FileStream stream = OpenPartial(path, FileMode.OpenOrCreate);
        stream.SetLength(0);
        File.WriteAllBytes(HeaderOf(path), header.ToBytes());
        return new RowOutput(stream, path, ownsStream: true);
    }

    private static RowOutput Continue(string path, RunHeader header, RowLocation? input, EarlierRows? earlier)
    {
        string partial = PartialOf(path);
        if (File.Exists(partial))
        {
            // Killed between the two files' beginnings: there is nothing yet to be mixed with.
            if (!File.Exists(HeaderOf(path)) && Survey(partial).Rows == 0) return Start(path, header);
            header.RequireSame(HeaderOf(path));
            return Continue(path);
        }

        if (!File.Exists(path)) return Start(path, header);
        (long rows, long bytes, bool errors) = Survey(path);
        if (input?.Path is null)
        {
            throw new InputException(
                "Resume", "a file in {Input}", $"a pipe, from which it cannot be told whether {path} is complete");
        }

        long wanted = RowInput.Count(input);
        bool whole = bytes == new FileInfo(path).Length;
        if (rows > wanted) throw new InputException("Resume", $"at most the {wanted} rows of {input.Path} in {path}", $"{rows}");
        earlier?.Check(path, rows);
        if (rows == wanted && whole)
        {
            return new RowOutput(Stream.Null, null, ownsStream: false)
            {
                RowsDone = rows,
                HasErrors = errors,
                IsComplete = true,
                Note = $"{path} holds all {rows} rows already: nothing to do.",
            };
        }

        // Fewer rows than the input: it has grown, or the file was cut.
        File.WriteAllBytes(HeaderOf(path), header.ToBytes());
        File.Copy(path, partial);
        RowOutput output = Continue(path);
        output.Note = $"{path} holds {rows} of {wanted} rows: going on after them.";
        return output;
    }

    private static RowOutput Continue(string path)
    {
        (long rows, long bytes, bool errors) = Survey(PartialOf(path));
        FileStream stream = OpenPartial(path, FileMode.Open);
        stream.SetLength(bytes);
        stream.Position = bytes;
        return new RowOutput(stream, path, ownsStream: true)
        {
            RowsDone = rows,
            HasErrors = errors,
            Note = rows > 0 ? $"resuming after {rows} rows." : null,
        };
    }

    // bufferSize 0: what Write returns from is with the system, so a killed process loses no finished batch.
    private static FileStream OpenPartial(string path, FileMode mode)
    {
        try
        {
            // Not shared: a second run with the same --out is told so instead of destroying this one's rows.
            return new FileStream(PartialOf(path), mode, FileAccess.Write, FileShare.None, bufferSize: 0);
        }
        catch (IOException e) when (IsLocked(e))
        {
            throw new InputException("Output", "a file that no other run is writing", PartialOf(path), e);
        }
    }

    // EWOULDBLOCK of flock on Unix; ERROR_SHARING_VIOLATION on Windows.
    private static bool IsLocked(IOException e) => (e.HResult & 0xffff) is 11 or 32 or 35;

    // The longest prefix of whole lines that are JSON objects: a kill may have cut the last line anywhere.
    private static (long Rows, long Bytes, bool Errors) Survey(string path)
    {
        using FileStream stream = File.OpenRead(path);
        long length = stream.Length;
        LineReader lines = new(stream);
        long rows = 0;
        long bytes = 0;
        bool errors = false;
        while (lines.ReadNext() is { } line)
        {
            // No newline at the end of the file: the line may be cut even where it parses.
            if (line.End == length && !EndsWithNewline(path)) break;
            try
            {
                JsonElement row = RowJson.ParseObject(line);
                errors |= RowWriter.IsError(row);
            }
            catch (InputException)
            {
                break;
            }

            rows++;
            bytes = line.End;
        }

        return (rows, bytes, errors);
    }

    private static bool EndsWithNewline(string path)
    {
        using FileStream stream = File.OpenRead(path);
        stream.Seek(-1, SeekOrigin.End);
        return stream.ReadByte() == '\n';
    }
}
