using System.Globalization;
using Innate.Reports;
using Innate.Runs;
using Innate.Runs.Aligning;

namespace Innate.Cli.Terminal;

/// <summary>What a run tells, on stderr: progress that redraws itself, notes, samples.</summary>
/// <param name="io">The world.</param>
/// <param name="quiet">Faults alone.</param>
internal sealed class RunView(CliIo io, bool quiet) : IProgress<RunEvent>, IDisposable
{
    private Progress? _progress;
    private TrainingProgress? _training;

    public void Report(RunEvent value)
    {
        switch (value)
        {
            case RunNote note:
                if (quiet && !note.IsFault) return;
                Clear();
                io.Error.WriteLine($"innate: {note.Text}");
                break;
            case RunAdvanced advanced:
                _progress ??= new Progress(
                    io.Error, io.ErrorIsTerminal, io.Width, quiet, unit: advanced.Unit, colours: io.ErrorColours);
                _progress.Report(advanced.Work);
                break;
            case TrainingStarted started:
                Start(started);
                break;
            case TrainingStepped stepped:
                _training?.Report(stepped.Metrics);
                break;
            case TrainingSampled sampled:
                _training?.Sample(sampled.Sample);
                break;
            case TrainingEnded ended:
                if (ended.Last is { } last) _training?.Finish(last);
                else _training?.Clear();
                _training = null;
                break;
            case AlignPlanned planned:
                Show(planned.Plan.Lines);
                break;
            case PartStarted part:
                io.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"[{part.Number}/{part.Count}] {part.Name}"));
                io.Error.WriteLine(Colour.Dim("  " + part.Command, io.ErrorColours));
                break;
            case PartEnded part:
                Clear();
                _progress = null;
                io.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {part.Seconds:0.0} s"));
                break;
        }
    }

    /// <summary>Says how many rows came to nothing, and gives the exit code.</summary>
    /// <param name="result">What came of the run.</param>
    /// <param name="fault">What is wrong with such rows.</param>
    public int Finish(RowsResult result, string fault)
    {
        Clear();
        if (result.Errors > 0)
        {
            io.Error.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"innate: {result.Errors} of {result.Rows} rows {fault}; each has its reason in its place."));
        }

        return result.IsClean ? ExitCodes.Success : ExitCodes.BadInput;
    }

    /// <summary>Removes what is drawn live, so that what is written next stands alone.</summary>
    public void Dispose() => Clear();

    private void Clear()
    {
        _progress?.Clear();
        _training?.Clear();
    }

    private void Start(TrainingStarted started)
    {
        // What was counted before the training and what is counted after it are two.
        _progress?.Clear();
        _progress = null;
        _training = new TrainingProgress(io.Error, io.ErrorIsTerminal, io.Width, quiet, started.Steps, io.ErrorColours);
        if (quiet) return;
        io.Error.WriteLine(started.Summary);
        Show(started.Recipe);
    }

    private void Show(IReadOnlyList<Fact> facts)
    {
        if (quiet) return;
        int name = facts.Select(f => f.Name.Length).DefaultIfEmpty().Max();
        foreach (Fact fact in facts) io.Error.WriteLine($"  {fact.Name.PadRight(name)} {fact.Value}");
    }
}
