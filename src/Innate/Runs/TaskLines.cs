using System.Globalization;
using System.Text;
using System.Text.Json;
using Innate.Reports;
using Innate.Rows;
using Innate.Rows.Shards;
using Innate.Runs.Evaluation;

namespace Innate.Runs;

/// <summary>
/// A folder's file of lines, the same number for each task, in the order of the tasks. An interrupted run leaves it with a header
/// that a resumed one goes on after; a part (<see cref="RowShard"/>) has a folder and a manifest of its own. The settings stay
/// beside the finished file, so that a run that is resumed once all is done only makes its tables anew.
/// </summary>
internal sealed class TaskLines : IDisposable
{
    private readonly string _file;
    private readonly ShardRecord? _part;
    private readonly string _what;
    private readonly int _tasks;
    private readonly int _linesATask;

    private TaskLines(string folder, string file, ShardRecord? part, int[] places, string what, int tasks, int linesATask) =>
        (Folder, _file, _part, Places, _what, _tasks, _linesATask) = (folder, file, part, places, what, tasks, linesATask);

    /// <summary>The folder; of a part, its own.</summary>
    public string Folder { get; }

    /// <summary>The places of the tasks that are done here, among all.</summary>
    public IReadOnlyList<int> Places { get; }

    /// <summary>The file.</summary>
    public string Target => Path.Combine(Folder, _file);

    /// <summary>Whether these are the lines of a part, of which no table is made.</summary>
    public bool IsPart => _part is not null;

    /// <summary>The name of the settings beside a finished file; an evaluation's is settings.json.</summary>
    public static string SettingsOf(string file) => Path.GetFileName(file) == EvaluationRun.LinesFile
        ? Path.Combine(Path.GetDirectoryName(file)!, "settings.json") : Path.ChangeExtension(file, ".settings.json");

    /// <summary>The lines of a run.</summary>
    /// <param name="output">The whole's folder.</param>
    /// <param name="file">The file's name in it.</param>
    /// <param name="shard">The part; null: all tasks.</param>
    /// <param name="what">What a task is, several of them.</param>
    /// <param name="tasks">What each task is about: parts of other tasks are not joined.</param>
    /// <param name="linesATask">Lines of each.</param>
    /// <exception cref="InputException">The folder cannot be made.</exception>
    public static TaskLines Of(
        string output, string file, RowShard? shard, string what, IReadOnlyList<string> tasks, int linesATask = 1)
    {
        ShardRecord? part = shard is null ? null : new ShardRecord(shard);
        int[] places =
        [
            .. Enumerable.Range(0, tasks.Count).Where(i => part is null || part.Add(Encoding.UTF8.GetBytes(tasks[i]))),
        ];
        return new TaskLines(
            WholeFile.MakeFolder("Output", FolderOf(output, shard)), file, part, places, what, tasks.Count, linesATask);
    }

    /// <summary>Refuses a place where no folder can be, before any work.</summary>
    /// <param name="output">The whole's folder.</param>
    /// <param name="shard">The part; null: all tasks.</param>
    /// <exception cref="InputException">There can be none.</exception>
    public static void RequireFolder(string output, RowShard? shard) =>
        WholeFile.RequireFolder("Output", FolderOf(output, shard));

    /// <summary>Writes the lines that are missing.</summary>
    /// <param name="resume">Whether what is there is gone on with, or refused; a part goes on by itself.</param>
    /// <param name="header">What decides the lines.</param>
    /// <param name="events">Is told of what is there, and of an interruption.</param>
    /// <param name="write">Writes the lines of the tasks after those that are done, of which it is told the number.</param>
    /// <exception cref="InputException">What is there was made with other settings.</exception>
    public void Write(bool resume, RunHeader header, IProgress<RunEvent>? events, Action<RowOutput, int> write)
    {
        string settings = SettingsOf(Target);
        bool isBegun = File.Exists(PartialFile.Of(Target)), isWhole = !isBegun && File.Exists(Target);
        string? other = isBegun ? PartialFile.DifferenceOf(Target, header)
            : !isWhole ? null
            : _part is not null ? ShardManifest.DifferenceOf(Target, _part, header.Settings)
            : header.DifferenceFrom(settings) ?? DifferenceOfLines();
        if (other is not null && resume) throw RunHeader.Other(other);
        if (other is not null && IsPart) events?.Report(new RunNote($"{Target} is made anew, for there lies {other}."));
        bool goesOn = other is null && (resume || IsPart);
        if (goesOn && isWhole)
        {
            File.WriteAllBytes(settings, header.ToBytes());
            events?.Report(new RunNote($"{Target} holds all {Places.Count} {_what} already."));
            return;
        }

        // Another run's are not to be told to be these.
        if (!goesOn) File.Delete(settings);
        using RowOutput output = RowOutput.Open(
            RowLocation.File(Target), goesOn && isBegun, header, new RowsOfOutput { RowsTogether = _linesATask });
        if (_linesATask > 1) _part?.LineCounts.AddRange(Places.Select(_ => _linesATask));
        output.BePart(_part, () => header.Settings);
        int done = (int)output.RowsDone / _linesATask;
        if (done > 0) events?.Report(new RunNote($"resuming after {done} of {Places.Count} {_what}."));
        Interruption.Tell(_what, Target, events, () => write(output, done));
        File.WriteAllBytes(settings, header.ToBytes());
        output.Complete();
    }

    /// <summary>Reads the lines that are written.</summary>
    /// <typeparam name="T">What a line becomes.</typeparam>
    /// <param name="read">Reads a line, of which it is told the task's place among all.</param>
    /// <exception cref="InputException">Somebody else wrote it.</exception>
    public T[] Read<T>(Func<JsonElement, int, T> read)
    {
        List<T> lines = [];
        foreach (JsonLine line in JsonLines.Read(Target))
        {
            try
            {
                lines.Add(read(line.Fields, Places[lines.Count / _linesATask]));
            }
            catch (Exception e) when (
                e is KeyNotFoundException or InvalidOperationException or FormatException or ArgumentOutOfRangeException)
            {
                throw new InputException(
                    $"{Target}, line {lines.Count + 1}: expected a line that this run writes, found another.", e);
            }
        }

        return [.. lines];
    }

    private static string FolderOf(string output, RowShard? shard) => shard?.NameOf(output) ?? output;

    // Of a whole that nothing holds a digest of.
    private string? DifferenceOfLines()
    {
        long found = EarlierLines.Of(Target, 1).Rows, wanted = (long)Places.Count * _linesATask;
        return found == wanted ? null
            : string.Create(CultureInfo.InvariantCulture, $"{found} whole lines in {Target}, where this run writes {wanted}");
    }

    /// <summary>Writes the tables; of a part, which has none, says what makes them.</summary>
    /// <param name="run">What makes the tables of all.</param>
    /// <param name="file">The name of the results' file.</param>
    /// <param name="json">The results.</param>
    /// <param name="page">The page.</param>
    /// <param name="events">Is told.</param>
    public void WriteTables(
        string run, string file, Func<byte[]> json, Func<ReportPage> page, IProgress<RunEvent>? events)
    {
        if (IsPart)
        {
            TellPart(run, events);
            return;
        }

        WholeFile.Write(Path.Combine(Folder, file), json());
        page().Write(Path.Combine(Folder, "report.html"));
    }

    /// <summary>Says what a part is of.</summary>
    /// <param name="run">What makes the tables of all.</param>
    /// <param name="events">Is told.</param>
    public void TellPart(string run, IProgress<RunEvent>? events) => events?.Report(new RunNote(
        string.Create(CultureInfo.InvariantCulture,
            $"part {_part!.Shard}: {Places.Count} of {_tasks} {_what}; `innate gather` joins the parts; the {run} of all, "
            + $"resumed, then makes the tables.")));

    public void Dispose() => _part?.Dispose();
}
