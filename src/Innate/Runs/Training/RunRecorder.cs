using System.Diagnostics;
using Innate.Learning.Watching.TensorBoard;
using Innate.Learning.Watching;
using Innate.Reports;

namespace Innate.Runs.Training;

/// <summary>
/// All that a training run leaves behind to be looked at, in one folder: metrics.jsonl, samples.jsonl, tensorboard/ and, at
/// the end, run.html.
/// </summary>
internal sealed class RunRecorder : IDisposable
{
    // The page is written while the run goes on, but takes no more than a small share of its time.
    private static readonly TimeSpan LeastPause = TimeSpan.FromSeconds(5);
    private const int PausesAWrite = 50;

    private readonly string _folder;
    private readonly string _report;
    private readonly MetricsLog _metrics;
    private readonly SampleLog _samples;
    private readonly TensorBoardWriter _tensorBoard;

    private long? _written;
    private TimeSpan _pause = LeastPause;

    private RunRecorder(string folder, string report, MetricsLog metrics, SampleLog samples, TensorBoardWriter tensorBoard)
    {
        _folder = folder;
        _report = report;
        _metrics = metrics;
        _samples = samples;
        _tensorBoard = tensorBoard;
    }

    /// <summary>Opens a run's records.</summary>
    /// <param name="folder">The run's folder; made where there is none.</param>
    /// <param name="resumeAfterStep">
    /// The last step of the checkpoint that the run goes on from: what was recorded after it is dropped; null: a new run, all is.
    /// </param>
    /// <param name="report">The page; null: run.html in the folder.</param>
    /// <exception cref="InputException">A record that would be kept is not what it should be.</exception>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public static RunRecorder Open(string folder, int? resumeAfterStep, string? report = null)
    {
        Directory.CreateDirectory(folder);
        MetricsLog? metrics = null;
        SampleLog? samples = null;
        try
        {
            metrics = MetricsLog.Open(Path.Combine(folder, "metrics.jsonl"), resumeAfterStep);
            samples = SampleLog.Open(Path.Combine(folder, "samples.jsonl"), resumeAfterStep);
            TensorBoardWriter tensorBoard = TensorBoardWriter.Open(Path.Combine(folder, "tensorboard"), resumeAfterStep);
            return new RunRecorder(folder, report ?? Path.Combine(folder, "run.html"), metrics, samples, tensorBoard);
        }
        catch
        {
            metrics?.Dispose();
            samples?.Dispose();
            throw;
        }
    }

    /// <summary>Records a step; before its checkpoint is saved, so that a resumed run has every step up to it.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The step is before the last one recorded.</exception>
    public void Record(StepMetrics metrics)
    {
        _metrics.Append(metrics);
        _tensorBoard.Write(metrics);
    }

    /// <summary>Records a sample.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The step is before that of the last sample.</exception>
    public void Record(TrainingSample sample)
    {
        _samples.Append(sample);
        _tensorBoard.Write(sample);
    }

    /// <summary>
    /// Writes run.html of a run that goes on, now and then: a page that reads itself again, so that it can be watched from disk.
    /// </summary>
    /// <param name="title">As for <see cref="WriteReport"/>.</param>
    /// <param name="facts">As for <see cref="WriteReport"/>.</param>
    public void WriteLiveReport(string title, IReadOnlyList<Fact> facts)
    {
        if (_written is { } last && Stopwatch.GetElapsedTime(last) < _pause) return;
        long start = Stopwatch.GetTimestamp();
        Report(title, facts, isLive: true).Write(_report);
        _written = Stopwatch.GetTimestamp();
        TimeSpan pause = Stopwatch.GetElapsedTime(start) * PausesAWrite;
        _pause = pause > LeastPause ? pause : LeastPause;
    }

    /// <summary>Writes run.html from all that is recorded.</summary>
    /// <param name="title">What was run, in a few words.</param>
    /// <param name="facts">Options, model, data, parameters, device: names and values.</param>
    /// <returns>The file's path.</returns>
    public string WriteReport(string title, IReadOnlyList<Fact> facts)
    {
        Report(title, facts, isLive: false).Write(_report);
        return _report;
    }

    private RunReport Report(string title, IReadOnlyList<Fact> facts, bool isLive) => new(
        title, facts, MetricsLog.Read(Path.Combine(_folder, "metrics.jsonl")),
        SampleLog.Read(Path.Combine(_folder, "samples.jsonl"))) { IsLive = isLive };

    /// <summary>Closes the files.</summary>
    public void Dispose()
    {
        _metrics.Dispose();
        _samples.Dispose();
        _tensorBoard.Dispose();
    }
}
