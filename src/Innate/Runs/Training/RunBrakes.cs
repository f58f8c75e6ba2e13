using Innate.Learning.Watching;
using Innate.Reinforcement;

namespace Innate.Runs.Training;

/// <summary>
/// The brakes of a run: keeps the best model by the anchor in a folder, and the reason why the run was stopped.
/// </summary>
internal sealed class RunBrakes
{
    private readonly Brakes _brakes;
    private readonly string _best;
    private BrakeState _state = BrakeState.Start;

    private RunBrakes(BrakeOptions options, string best) => (_brakes, _best) = (new Brakes(options), best);

    /// <summary>Why the run is to end, in one sentence; null: it may go on.</summary>
    public string? Stop { get; private set; }

    /// <summary>The brakes of a run, which know what its folder has recorded so far.</summary>
    public static RunBrakes Of(BrakeOptions options, string output, string best)
    {
        var brakes = new RunBrakes(options, best);
        string metrics = Path.Combine(output, "metrics.jsonl");
        if (!File.Exists(metrics)) return brakes;
        foreach (StepMetrics step in MetricsLog.Read(metrics)) brakes.Look(step);
        return brakes;
    }

    /// <summary>Whether the anchor is to be measured before its interval is over.</summary>
    public bool IsAnchorDue(int step, int every) => _state.IsAnchorDue(step, every);

    /// <summary>Takes a step's numbers; where it is the best so far, keeps the model.</summary>
    public void Observe(StepMetrics metrics, Action<string> writeModel)
    {
        bool isBest = Look(metrics);
        if (isBest) WholeFolder.Replace(_best, writeModel);
    }

    private bool Look(StepMetrics metrics)
    {
        BrakeVerdict verdict = _brakes.Observe(_state, metrics);
        (_state, Stop) = (verdict.State, verdict.Stop);
        return verdict.IsBest;
    }

    /// <summary>Where the run was stopped: says why, and makes the best model the final one.</summary>
    /// <returns>Whether there was anything to do.</returns>
    public bool Finish(string final, IProgress<RunEvent>? events)
    {
        if (Stop is null) return false;
        bool hasBest = Directory.Exists(_best);
        events?.Report(new RunNote(hasBest ? $"stopped: {Stop}; the best model by the anchor is kept" : $"stopped: {Stop}"));
        if (!hasBest) return false;
        WholeFolder.Replace(final, folder =>
        {
            foreach (string file in Directory.GetFiles(_best)) File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
        });
        return true;
    }
}
