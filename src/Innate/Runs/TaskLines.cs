using System.Globalization;
using System.Text;
using Innate.Rows;
using Innate.Rows.Shards;

namespace Innate.Runs;

/// <summary>
/// A folder's file of lines, one a task, in the order of the tasks. An interrupted run leaves it with a header that a resumed one
/// goes on after; a part (<see cref="RowShard"/>) has a folder and a manifest of its own. The settings stay beside the finished
/// file, so that a run that is resumed once all is done only makes its tables anew.
/// </summary>
internal sealed class TaskLines : IDisposable
{
    private readonly string _file;
    private readonly ShardRecord? _part;

    private TaskLines(string folder, string file, ShardRecord? part, int[] places) =>
        (Folder, _file, _part, Places) = (folder, file, part, places);

    /// <summary>The folder; of a part, its own.</summary>
    public string Folder { get; }

    /// <summary>The places of the tasks that are done here, among all.</summary>
    public IReadOnlyList<int> Places { get; }

    /// <summary>The file.</summary>
    public string Target => Path.Combine(Folder, _file);

    /// <summary>Whether these are the lines of a part, of which no table is made.</summary>
    public bool IsPart => _part is not null;

    /// <summary>The name of the settings beside a finished file.</summary>
    public static string SettingsOf(string file) => Path.ChangeExtension(file, ".settings.json");

    /// <summary>The lines of a run.</summary>
    /// <param name="output">The whole's folder.</param>
    /// <param name="file">The file's name in it.</param>
    /// <param name="shard">The part; null: all tasks.</param>
    /// <param name="tasks">What each task is about: parts of other tasks are not joined.</param>
    /// <exception cref="InputException">The folder cannot be made.</exception>
    public static TaskLines Of(string output, string file, RowShard? shard, IReadOnlyList<string> tasks)
    {
        ShardRecord? part = shard is null ? null : new ShardRecord(shard);
        int[] places =
        [
            .. Enumerable.Range(0, tasks.Count).Where(i => part is null || part.Add(Encoding.UTF8.GetBytes(tasks[i]))),
        ];
        return new TaskLines(
            WholeFile.MakeFolder("Output", shard?.NameOf(output) ?? output), file, part, places);
    }

    /// <summary>Writes the lines that are missing.</summary>
    /// <param name="resume">Whether what is there is gone on with, or refused; a part goes on by itself.</param>
    /// <param name="header">What decides the lines.</param>
    /// <param name="what">What a task is, several of them.</param>
    /// <param name="events">Is told of what is there, and of an interruption.</param>
    /// <param name="write">Writes the lines after those that are done.</param>
    /// <exception cref="InputException">What is there was made with other settings.</exception>
    public void Write(bool resume, RunHeader header, string what, IProgress<RunEvent>? events, Action<RowOutput> write)
    {
        string partial = PartialFile.Of(Target), settings = SettingsOf(Target);
        bool isBegun = File.Exists(partial), isWhole = !isBegun && File.Exists(Target);
        if (resume && isWhole && !File.Exists(settings))
        {
            throw new InputException(
                "Resume", $"{settings}, which tells how {Target} was made (without {{Resume}} the run starts anew)", "none");
        }

        string? other = isBegun ? PartialFile.DifferenceOf(Target, header) : isWhole ? header.DifferenceFrom(settings) : null;
        if (other is not null && resume)
        {
            throw new InputException("Resume", "lines of the same settings (without {Resume} the run starts anew)", other);
        }

        if (other is not null && IsPart) events?.Report(new RunNote($"{Target} is made anew, for there lies {other}."));
        bool goesOn = other is null && (resume || IsPart);
        if (goesOn && isWhole && (_part is null || File.Exists(ShardManifest.NameOf(Target))))
        {
            events?.Report(new RunNote($"{Target} holds all {Places.Count} {what} already."));
            return;
        }

        using RowOutput output = RowOutput.Open(RowLocation.File(Target), goesOn && isBegun, header);
        output.BePart(_part, () => header.Settings);
        if (output.Note is { } note) events?.Report(new RunNote(note));
        try
        {
            write(output);
        }
        catch (Exception e) when (
            e is OperationCanceledException or AggregateException { InnerException: OperationCanceledException })
        {
            events?.Report(new RunNote(
                $"interrupted; the {what} that are done are in {_file}.partial, and a resumed run goes on after them.",
                IsFault: true));
            throw;
        }

        File.WriteAllBytes(settings, header.ToBytes());
        output.Complete();
    }

    /// <summary>Says what a part is of.</summary>
    /// <param name="all">All tasks.</param>
    /// <param name="what">What a task is, several of them.</param>
    /// <param name="run">What makes the tables of all.</param>
    /// <param name="events">Is told.</param>
    public void TellPart(int all, string what, string run, IProgress<RunEvent>? events) => events?.Report(new RunNote(
        string.Create(CultureInfo.InvariantCulture,
            $"part {_part!.Shard}: {Places.Count} of {all} {what}; `innate gather` joins the parts; the {run} of all, resumed, "
            + $"then makes the tables.")));

    public void Dispose() => _part?.Dispose();
}
