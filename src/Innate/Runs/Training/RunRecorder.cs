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
    private readonly string _folder;
    private readonly MetricsLog _metrics;
    private readonly SampleLog _samples;
    private readonly TensorBoardWriter _tensorBoard;

    private RunRecorder(string folder, MetricsLog metrics, SampleLog samples, TensorBoardWriter tensorBoard)
    {
        _folder = folder;
        _metrics = metrics;
        _samples = samples;
        _tensorBoard = tensorBoard;
    }

    /// <summary>Opens a run's records.</summary>
    /// <param name="folder">The run's folder; made where there is none.</param>
    /// <param name="resumeAfterStep">
    /// The last step of the checkpoint that the run goes on from: what was recorded after it is dropped; null: a new run, all is.
    /// </param>
    /// <exception cref="InputException">A record that would be kept is not what it should be.</exception>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public static RunRecorder Open(string folder, int? resumeAfterStep)
    {
        Directory.CreateDirectory(folder);
        MetricsLog? metrics = null;
        SampleLog? samples = null;
        try
        {
            metrics = MetricsLog.Open(Path.Combine(folder, "metrics.jsonl"), resumeAfterStep);
            samples = SampleLog.Open(Path.Combine(folder, "samples.jsonl"), resumeAfterStep);
            TensorBoardWriter tensorBoard = TensorBoardWriter.Open(Path.Combine(folder, "tensorboard"), resumeAfterStep);
            return new RunRecorder(folder, metrics, samples, tensorBoard);
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

    /// <summary>Writes run.html from all that is recorded.</summary>
    /// <param name="title">What was run, in a few words.</param>
    /// <param name="facts">Options, model, data, parameters, device: names and values.</param>
    /// <returns>The file's path.</returns>
    public string WriteReport(string title, IReadOnlyList<Fact> facts)
    {
        string path = Path.Combine(_folder, "run.html");
        RunReport report = new(
            title, facts, MetricsLog.Read(Path.Combine(_folder, "metrics.jsonl")),
            SampleLog.Read(Path.Combine(_folder, "samples.jsonl")));
        report.Write(path);
        return path;
    }

    /// <summary>Closes the files.</summary>
    public void Dispose()
    {
        _metrics.Dispose();
        _samples.Dispose();
        _tensorBoard.Dispose();
    }
}
