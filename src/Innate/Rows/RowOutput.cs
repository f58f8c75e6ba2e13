using System.Text;
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
    private IReadOnlyList<RowLines> _earlierCounts = [];
    private FileStream? _counts;
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

    /// <summary>The file that the lines become; null: they go to a pipe or a device.</summary>
    public string? Target => _path;

    /// <summary>What the user should know about the resumption; null where there is nothing to say.</summary>
    public string? Note { get; private set; }

    /// <summary>Opens the output of a run that reads no rows one by one.</summary>
    /// <param name="location">A file or a stream.</param>
    /// <param name="resume">Keep the rows that are there.</param>
    /// <param name="header">This run's settings.</param>
    /// <param name="how">How lines lie in the output; null: each is a row.</param>
    /// <exception cref="InputException">The place cannot be written, or holds something that cannot be resumed.</exception>
    public static RowOutput Open(RowLocation location, bool resume, RunHeader header, RowsOfOutput? how = null) => Open(
        location, resume, null, full => resume ? Continue(full, header, how ?? new RowsOfOutput()) : Start(full, header, false));

    /// <summary>Opens the output of a run that begins anew each time.</summary>
    /// <param name="location">A file or a stream.</param>
    /// <param name="input">What the run reads.</param>
    /// <exception cref="InputException">The place cannot be written.</exception>
    public static RowOutput Open(RowLocation location, RowInput input) => Open(
        location, resume: false, input.Location, full => Start(full, new RunHeader(() => [new("input", input.Name)]), false));

    /// <summary>
    /// Opens the output of rows. A part (<see cref="RowShard"/>) goes on by itself with what it has done, and gets a manifest
    /// when it is whole; where what lies there is not its own, it begins anew, and says why.
    /// </summary>
    /// <param name="location">A file or a stream.</param>
    /// <param name="input">The rows.</param>
    /// <param name="header">This run's settings.</param>
    /// <param name="resume">Keep the rows that are there, or refuse.</param>
    /// <param name="how">How a row's lines lie in the output.</param>
    /// <exception cref="InputException">The place cannot be written, or holds something that cannot be resumed.</exception>
    public static RowOutput Open(RowLocation location, RowInput input, RunHeader header, bool resume, RowsOfOutput how)
    {
        RowsOfOutput own = how with { Input = input.CanBeReadAgain ? input.Location : null };
        RowOutput output = Open(location, resume, input.Location, full =>
            input.Part is { } part ? OpenPart(full, part.Shard, header, resume, own)
            : resume ? Continue(full, header, own)
            : Start(full, header, own.LinesVary));
        output.BePart(input.Part, () => header.OfJob);
        return output;
    }

    private static RowOutput Open(RowLocation location, bool resume, RowLocation? input, Func<string, RowOutput> open)
    {
        if (location.Path is not { } path)
        {
            if (resume) throw new InputException("Resume", "a file in {Output}", "a pipe, which holds no rows to skip");
            return new RowOutput(location.Open!(), null, ownsStream: false);
        }

        if (path.Length == 0) throw new InputException("Output", "a file", "nothing");
        WholeFile.RequirePlace("Output", path);
        string full = Path.GetFullPath(path);
        if (input?.Path is { } read)
        {
            // Of a part, also what its parts become together.
            string own = Path.GetFullPath(read);
            if (own == full || (input.Shard is { } shard && shard.NameOf(own) == full))
            {
                throw new InputException("Output", "another file than {Input}", own);
            }
        }

        try
        {
            // A device has no name to protect and cannot be renamed to.
            return IsDevice(full)
                ? new RowOutput(
                    new FileStream(full, FileMode.Open, FileAccess.Write, FileShare.ReadWrite, 0), null, ownsStream: true)
                : open(full);
        }
        catch (UnauthorizedAccessException)
        {
            throw new InputException("Output", "a file that may be written", path);
        }
    }

    // Memory that is mounted there holds files like any other.
    private static bool IsDevice(string path) =>
        path.StartsWith("/dev/", StringComparison.Ordinal) && !path.StartsWith("/dev/shm/", StringComparison.Ordinal);

    /// <summary>Makes this the output of a part, which gets a manifest when it is whole.</summary>
    /// <param name="part">The rows of the part; null: all rows are read, and there is no manifest.</param>
    /// <param name="settings">What decides the bits, beside the rows.</param>
    /// <exception cref="InputException">The output is no file.</exception>
    public void BePart(ShardRecord? part, Func<IEnumerable<KeyValuePair<string, string>>> settings)
    {
        if (part is null || IsComplete) return;
        if (_path is null) throw new InputException("Output", "a file beside {Shard}, whose parts are joined later", "a pipe");
        (_part, _settings) = (part, settings);
        part.LineCounts.AddRange(_earlierCounts.Select(c => c.Lines));
        part.Bad += _earlierCounts.Count(c => c.IsBad);
    }

    /// <summary>Writes whole lines.</summary>
    public void Write(ReadOnlySpan<byte> lines) => _stream.Write(lines);

    /// <summary>Tells how many lines the next row has, once they are written.</summary>
    public void CountLines(RowLines row)
    {
        _part?.LineCounts.Add(row.Lines);
        if (row.IsBad && _part is not null) _part.Bad++;
        _counts?.Write(Encoding.ASCII.GetBytes($"{row}\n"));
    }

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
        _counts?.Dispose();

        // Before the file has its name: a part that is whole has its manifest.
        if (_part is not null)
        {
            new ShardManifest
            {
                Shard = _part.Shard, Rows = _part.Rows, Input = _part.DigestOfAll(), Hashes = _part.Hashes,
                LineCounts = _part.LineCounts, Bad = _part.Bad, Output = Digest.Whole(_stream),
                Settings = [.. _settings!()],
            }.Write(_path);
        }

        // Until the file has its name, no other run may take it over; but Windows renames no file that is open.
        if (OperatingSystem.IsWindows()) _stream.Dispose();
        File.Move(PartialFile.Of(_path), _path, overwrite: true);
        _stream.Dispose();
        File.Delete(PartialFile.HeaderOf(_path));
        File.Delete(PartialFile.CountsOf(_path));
    }

    /// <summary>Takes the unfinished file away: nothing of it is worth keeping.</summary>
    public void Discard()
    {
        if (_path is null) return;
        Dispose();
        PartialFile.Delete(_path);
    }

    /// <summary>Closes the file; an unfinished one stays under its own name.</summary>
    public void Dispose()
    {
        if (_ownsStream) _stream.Dispose();
        _counts?.Dispose();
    }

    private static RowOutput OpenPart(string path, RowShard shard, RunHeader header, bool resume, RowsOfOutput how)
    {
        bool isBegun = File.Exists(PartialFile.Of(path)), isWhole = !isBegun && File.Exists(path);
        if (isWhole && resume && how.Input is null) throw Gone(path);
        string? other = how.Input is null && !resume ? isBegun || isWhole ? "what may be of other rows: a pipe's are gone" : null
            : isBegun ? PartialFile.DifferenceOf(path, header)
            : isWhole ? DifferenceOf(path, shard, header, how) : null;
        if (other is not null && resume) throw RunHeader.Other(other);
        if (other is null) return isWhole ? WholePart(path) : Continue(path, header, how);
        RowOutput anew = Start(path, header, how.LinesVary);
        anew.Note = $"{path} is made anew, for there lies {other}.";
        return anew;
    }

    private static string? DifferenceOf(string path, RowShard shard, RunHeader header, RowsOfOutput how)
    {
        using ShardRecord part = ShardRecord.Of(how.Input!, shard);
        return ShardManifest.DifferenceOf(path, part, header.OfJob);
    }

    private static InputException Gone(string path) => new(
        "Resume", "a file in {Input}", $"a pipe, from which it cannot be told whether {path} is complete");

    private static RowOutput Start(string path, RunHeader header, bool linesVary)
    {
        // The old rows go first, so that a header never stands beside rows of another run.
        FileStream stream = PartialFile.Open(path, FileMode.OpenOrCreate);
        stream.SetLength(0);
        File.Delete(PartialFile.CountsOf(path));
        File.WriteAllBytes(PartialFile.HeaderOf(path), header.ToBytes());
        return new RowOutput(stream, path, ownsStream: true) { _counts = linesVary ? PartialFile.OpenCounts(path, []) : null };
    }

    private static RowOutput Continue(string path, RunHeader header, RowsOfOutput how)
    {
        string partial = PartialFile.Of(path);
        if (File.Exists(partial))
        {
            if (PartialFile.DifferenceOf(path, header) is { } other) throw RunHeader.Other(other);
            return File.Exists(PartialFile.HeaderOf(path)) ? Continue(path, how) : Start(path, header, how.LinesVary);
        }

        if (!File.Exists(path)) return Start(path, header, how.LinesVary);
        if (how.LinesVary)
        {
            throw new InputException(
                "Resume", $"an unfinished output, {Path.GetFileName(partial)} (without {{Resume}} the run starts anew)",
                $"{path}, which is finished");
        }

        EarlierLines there = EarlierLines.Of(path, 1);
        if (how.Input?.Path is not { } rows) throw Gone(path);
        long wanted = RowInput.Count(how.Input);
        if (there.Rows > wanted)
        {
            throw new InputException("Resume", $"at most the {wanted} rows of {rows} in {path}", $"{there.Rows}");
        }

        how.Earlier?.Check(path, there.Rows);
        if (there.Rows == wanted && there.Bytes == new FileInfo(path).Length) return Whole(path, wanted, there.HasErrors);

        // Fewer rows than the input: it has grown, or the file was cut.
        File.WriteAllBytes(PartialFile.HeaderOf(path), header.ToBytes());
        File.Copy(path, partial);
        RowOutput output = Continue(path, how);
        output.Note = $"{path} holds {there.Rows} of {wanted} rows: going on after them.";
        return output;
    }

    private static RowOutput WholePart(string path)
    {
        ShardManifest made = ShardManifest.Read(path);
        return Whole(path, made.Hashes.Count, made.Bad > 0 || EarlierLines.Of(path, 1).HasErrors);
    }

    private static RowOutput Whole(string path, long rows, bool hasErrors) => new(Stream.Null, null, ownsStream: false)
    {
        RowsDone = rows,
        HasErrors = hasErrors,
        IsComplete = true,
        Note = $"{path} holds all {rows} rows already: nothing to do.",
    };

    private static RowOutput Continue(string path, RowsOfOutput how)
    {
        IReadOnlyList<RowLines>? counts = how.LinesVary ? RowLines.Read(PartialFile.CountsOf(path)) : null;
        EarlierLines there = EarlierLines.Of(PartialFile.Of(path), how.RowsTogether, counts);
        FileStream stream = PartialFile.Open(path, FileMode.Open);
        stream.SetLength(there.Bytes);
        stream.Position = there.Bytes;
        return new RowOutput(stream, path, ownsStream: true)
        {
            RowsDone = there.Rows,
            HasErrors = there.HasErrors,
            Note = there.Rows > 0 ? $"resuming after {there.Rows} rows." : null,
            _earlierCounts = counts is null ? [] : [.. counts.Take((int)there.Rows)],
            _counts = counts is null ? null : PartialFile.OpenCounts(path, [.. counts.Take((int)there.Rows)]),
        };
    }
}
