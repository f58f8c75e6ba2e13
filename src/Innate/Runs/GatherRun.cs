using System.Globalization;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Innate.Rows;
using Innate.Rows.Shards;
using Innate.Runs.Auditing;
using Innate.Runs.Evaluation;

namespace Innate.Runs;

/// <summary>Parts to be joined.</summary>
public sealed record GatherSettings
{
    /// <summary>
    /// The whole's file or folder, beside which its parts lie: <c>rewards.jsonl</c> of <c>rewards.3-of-7.jsonl</c>.
    /// </summary>
    public required string Output { get; init; }
}

/// <summary>
/// Joins the parts of a job (<see cref="RowShard"/>) in the order of the rows, to the bytes that one run writes. First it proves
/// that they are the parts of one job, each there once, whole and unchanged, and that their rows are all of the input's.
/// </summary>
/// <param name="settings">What is joined.</param>
public sealed partial class GatherRun(GatherSettings settings) : Run<RowsResult>
{
    /// <inheritdoc/>
    public override RowsResult Execute(IProgress<RunEvent>? events = null, CancellationToken cancellation = default)
    {
        if (settings.Output.TrimEnd('/').Length == 0)
        {
            throw new InputException(nameof(settings.Output), "a file or folder", "nothing");
        }

        string whole = Path.GetFullPath(settings.Output.TrimEnd('/'));
        string[] parts = Find(whole);
        bool areFolders = Directory.Exists(parts[0]);
        if (areFolders) WholeFile.RequireFolder(nameof(settings.Output), whole);
        else WholeFile.RequirePlace(nameof(settings.Output), whole);
        RowsResult? result = null;
        foreach (string? file in areFolders ? FilesOf(parts) : [null])
        {
            result = Gather(parts, whole, file, events, cancellation);
        }

        return result!;
    }

    // The lines that a run's folder may hold.
    private static readonly string[] InFolders =
        [EvaluationRun.LinesFile, AuditRun.LinesFile, KeyAuditRun.LinesFile, TrapRun.LinesFile, CueRun.LinesFile];

    private static string?[] FilesOf(string[] parts)
    {
        string[] found = [.. InFolders.Where(f => parts.Any(p => File.Exists(Path.Combine(p, f))))];
        return found.Length > 0 ? found
            : throw new InputException($"{parts[0]}: expected {string.Join(" or ", InFolders)}, found none.");
    }

    private static RowsResult Gather(
        string[] parts, string whole, string? inFolder, IProgress<RunEvent>? events, CancellationToken cancellation)
    {
        string[] files = [.. parts.Select(p => inFolder is null ? p : Path.Combine(p, inFolder))];
        if (files.Select(PartialFile.Of).FirstOrDefault(File.Exists) is { } begun)
        {
            throw new InputException($"{begun}: expected no part that is being made, found one: run it to its end.");
        }

        if (files.FirstOrDefault(f => !File.Exists(f)) is { } gone)
        {
            throw new InputException($"{gone}: expected a file, found {(Directory.Exists(gone) ? "a folder" : "none")}.");
        }

        ShardManifest[] manifests = [.. files.Select(ShardManifest.Read)];
        for (int i = 0; i < files.Length; i++) Require(files, manifests, i);
        RequireAllRows(files, manifests);
        if (inFolder is not null)
        {
            WholeFile.MakeFolder(nameof(GatherSettings.Output), whole);

            // Lines without settings are of nobody knows what, and those of another run must not be told to be these.
            File.Delete(TaskLines.SettingsOf(Path.Combine(whole, inFolder)));
        }

        string target = inFolder is null ? whole : Path.Combine(whole, inFolder);
        long lines = Join(files, manifests, target, cancellation);
        if (inFolder is not null)
        {
            WholeFile.Write(TaskLines.SettingsOf(target), new RunHeader(() => [.. manifests[0].Settings]).ToBytes());
        }

        string told = string.Create(
            CultureInfo.InvariantCulture,
            $"{manifests[0].Rows} rows of {files.Length} parts, each there once: {lines} lines in {target}.");
        if (inFolder is not null) told += " The run of all, resumed, makes its tables.";
        events?.Report(new RunNote(told));
        return new RowsResult(manifests[0].Rows, 0);
    }

    // Every part there is, in order; the name says which it should be.
    private static string[] Find(string whole)
    {
        string folder = Path.GetDirectoryName(whole)!, kind = Path.GetExtension(whole);
        string stem = Path.GetFileName(whole)[..^kind.Length];
        Dictionary<(int Index, int Count), string> found = [];
        foreach (string path in Directory.Exists(folder) ? Directory.GetFileSystemEntries(folder) : [])
        {
            string name = Path.GetFileName(path);
            if (!name.StartsWith(stem + ".", StringComparison.Ordinal)) continue;
            string rest = name[(stem.Length + 1)..];
            Match match = PartName().Match(rest.EndsWith(kind, StringComparison.Ordinal) ? rest[..^kind.Length] : "");
            (int index, int of) = match.Success ? (Number(match.Groups[1]), Number(match.Groups[2])) : (0, 0);
            if (index < 1 || index > of || of > RowShard.MostShards) continue;
            if (!found.TryAdd((index, of), path))
            {
                throw new InputException(nameof(settings.Output), "each part once", $"{name} too");
            }
        }

        if (found.Count == 0)
        {
            throw new InputException(
                nameof(settings.Output), $"parts beside it, such as {stem}.1-of-7{kind}", $"none of {whole}");
        }

        int[] counts = [.. found.Keys.Select(k => k.Count).Distinct().Order()];
        if (counts.Length > 1)
        {
            throw new InputException(
                nameof(settings.Output), "the parts of one division", $"parts of {string.Join(" and of ", counts)}");
        }

        int count = counts[0];
        int[] holes = [.. Enumerable.Range(1, count).Where(i => !found.ContainsKey((i, count)))];
        if (holes.Length > 0)
        {
            string[] begun = [.. holes.Select(i => PartialFile.Of(new RowShard(i, count).NameOf(whole))).Where(File.Exists)];
            throw new InputException(
                nameof(settings.Output), $"parts 1 to {count} of {Path.GetFileName(whole)}",
                $"none of {string.Join(", ", holes)}" + (begun.Length == 0 ? ""
                    : $" (unfinished: {string.Join(", ", begun.Select(Path.GetFileName))}; run them again)"));
        }

        return [.. Enumerable.Range(1, count).Select(i => found[(i, count)])];
    }

    private static int Number(Group group) => int.TryParse(group.Value, CultureInfo.InvariantCulture, out int n) ? n : 0;

    private static void Require(string[] files, ShardManifest[] manifests, int i)
    {
        ShardManifest first = manifests[0], own = manifests[i];
        string name = files[i];
        if (own.Shard.Index != i + 1 || own.Shard.Count != files.Length)
        {
            throw new InputException($"{name}: expected part {i + 1} of {files.Length}, found part {own.Shard.Index} of "
                + $"{own.Shard.Count}.");
        }

        if (first.DifferenceFrom(own) is { } found)
        {
            throw new InputException(
                $"{name}: expected a part of the same job as {Path.GetFileName(files[0])}, found another: {found.What} is "
                + $"{found.Other}, there {found.Own}.");
        }

        if (Digest.Whole(name) is var digest && digest != own.Output)
        {
            throw new InputException($"{name}: expected the output that its manifest tells of, {own.Output}, found {digest}: it "
                + "was changed afterwards.");
        }
    }

    // Each row of the input is in one part: taken in turn, the parts' hashes are the input's.
    private static void RequireAllRows(string[] files, ShardManifest[] manifests)
    {
        using IncrementalHash all = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        int[] next = new int[files.Length];
        for (long row = 0; row < manifests[0].Rows; row++)
        {
            int part = manifests[0].Shard.OwnerOf(row) - 1;
            if (next[part] >= manifests[part].Hashes.Count)
            {
                throw new InputException($"{files[part]}: expected a line for row {row + 1}, found none.");
            }

            all.AppendData(Convert.FromHexString(manifests[part].Hashes[next[part]++]));
        }

        for (int part = 0; part < files.Length; part++)
        {
            if (next[part] == manifests[part].Hashes.Count) continue;
            throw new InputException(
                $"{files[part]}: expected {next[part]} rows of {manifests[0].Rows}, found {manifests[part].Hashes.Count}.");
        }

        if (Convert.ToHexStringLower(all.GetHashAndReset()) is var digest && digest != manifests[0].Input)
        {
            throw new InputException($"{files[0]}: expected the rows of the parts to be the input's, found others.");
        }
    }

    private static long Join(string[] files, ShardManifest[] manifests, string target, CancellationToken cancellation)
    {
        FileStream[] streams = [.. files.Select(File.OpenRead)];
        try
        {
            LineReader[] readers = [.. streams.Select(s => new LineReader(s))];
            int[] next = new int[files.Length];
            long lines = 0;
            using RowOutput output = RowOutput.Open(RowLocation.File(target), resume: false, new RunHeader(() => []));
            for (long row = 0; row < manifests[0].Rows; row++)
            {
                cancellation.ThrowIfCancellationRequested();
                int part = manifests[0].Shard.OwnerOf(row) - 1;
                int count = manifests[part].LineCounts is { Count: > 0 } counts ? counts[next[part]] : 1;
                next[part]++;
                for (int i = 0; i < count; i++, lines++)
                {
                    InputLine line = readers[part].ReadNext() ?? throw new InputException(
                        $"{files[part]}: expected a line for row {row + 1}, found the end.");
                    output.Write(line.Bytes.Span);
                    output.Write("\n"u8);
                }
            }

            for (int part = 0; part < files.Length; part++)
            {
                if (readers[part].ReadNext() is null) continue;
                throw new InputException($"{files[part]}: expected as many lines as its manifest tells of, found more.");
            }

            output.Complete();
            return lines;
        }
        finally
        {
            foreach (FileStream stream in streams) stream.Dispose();
        }
    }

    [GeneratedRegex("^([0-9]+)-of-([0-9]+)$")]
    private static partial Regex PartName();
}
