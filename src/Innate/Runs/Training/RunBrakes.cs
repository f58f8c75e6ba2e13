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
    private readonly bool _keepsBest;
    private BrakeState _state = BrakeState.Start;

    private RunBrakes(BrakeOptions options, string best, bool keepsBest) =>
        (_brakes, _best, _keepsBest) = (new Brakes(options), best, keepsBest);

    /// <summary>The step of the best model so far, the first of equals, and its anchor; null: none was measured yet.</summary>
    public (int Step, double Accuracy)? Best { get; private set; }

    /// <summary>Why the run is to end, in one sentence; null: it may go on.</summary>
    public string? Stop { get; private set; }

    /// <summary>The brakes of a run, which know what its folder has recorded so far.</summary>
    /// <param name="options">The limits.</param>
    /// <param name="output">The run's folder.</param>
    /// <param name="keepsBest">
    /// Whether the run ends with the best model by the anchor however it ends, its first one among them; otherwise it
    /// does where a brake stops it, and the first step's is the first that counts.
    /// </param>
    public static RunBrakes Of(BrakeOptions options, string output, bool keepsBest = false)
    {
        var brakes = new RunBrakes(options, Path.Combine(output, "best"), keepsBest);
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
        if (metrics.Step == 0 && !_keepsBest) return false;
        BrakeVerdict verdict = _brakes.Observe(_state, metrics);
        (_state, Stop) = (verdict.State, verdict.Stop);
        if (verdict.IsBest) Best = (metrics.Step, verdict.State.BestAnchor!.Value);
        return verdict.IsBest;
    }

    /// <summary>Where the run was stopped: says why. Makes the best model the final one, there or always.</summary>
    /// <returns>Whether the final model is written.</returns>
    public bool Finish(string final, IProgress<RunEvent>? events)
    {
        if (Stop is null && !_keepsBest) return false;
        bool hasBest = Directory.Exists(_best);
        if (Stop is not null)
        {
            string kept = hasBest ? "; the best model by the anchor is kept" : "";
            events?.Report(new RunNote($"stopped: {Stop}{kept}"));
        }

        if (!hasBest) return false;
        WholeFolder.Replace(final, folder =>
        {
            foreach (string file in Directory.GetFiles(_best)) File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
        });
        return true;
    }
}
