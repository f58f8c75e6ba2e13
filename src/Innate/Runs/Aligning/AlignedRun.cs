using Innate.Learning.Watching;
using Innate.Reinforcement;
using Innate.Runs.Training;

namespace Innate.Runs.Aligning;

/// <summary>What the training of an alignment recorded.</summary>
/// <param name="Metrics">Its steps.</param>
/// <param name="Samples">Its samples.</param>
/// <param name="Best">The step that was chosen, 0 is the start, and its anchor; null: the last step is the result.</param>
/// <param name="Stopped">Why a brake ended it; null: none did.</param>
internal sealed record AlignedRun(
    IReadOnlyList<StepMetrics> Metrics, IReadOnlyList<TrainingSample> Samples, (int Step, double Accuracy)? Best, string? Stopped)
{
    /// <summary>Reads a training run's folder; its brakes are asked again, with what they knew.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="questions">How many prompts chose.</param>
    public static AlignedRun Read(string folder, int questions)
    {
        RunBrakes brakes = RunBrakes.Of(new BrakeOptions { AnchorQuestions = questions }, folder, keepsBest: true);
        return new AlignedRun(
            MetricsLog.Read(Path.Combine(folder, "metrics.jsonl")), SampleLog.Read(Path.Combine(folder, "samples.jsonl")),
            brakes.Best, brakes.Stop);
    }
}
