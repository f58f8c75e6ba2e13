using Innate.Learning.Watching;

namespace Innate.Reinforcement;

/// <summary>
/// What the brakes remember of a run: a function of the metrics that it has shown so far. <see cref="Brakes.Observe"/> makes the
/// next one.
/// </summary>
public sealed record BrakeState
{
    /// <summary>A run that has shown nothing yet.</summary>
    public static BrakeState Start { get; } = new();

    /// <summary>Batches of rollouts so far.</summary>
    public int Rollouts { get; internal init; }

    /// <summary>The steps of the first batches, at most a window of them.</summary>
    public IReadOnlyList<StepMetrics> First { get; internal init; } = [];

    /// <summary>The steps of the latest batches, at most a window of them.</summary>
    public IReadOnlyList<StepMetrics> Latest { get; internal init; } = [];

    /// <summary>The best anchor so far, a share of questions; null before it was measured.</summary>
    public double? BestAnchor { get; internal init; }

    /// <summary>
    /// The step at which the anchor was measured last and was no better than the best; null where it was the best.
    /// </summary>
    public int? NotBestAt { get; internal init; }

    /// <summary>
    /// Whether the anchor is to be measured after a step, though its interval is not over: where it was no better the last time,
    /// it is measured five times as often, since a policy that collapses does so within a few steps.
    /// </summary>
    /// <param name="step">The step.</param>
    /// <param name="every">The interval, in steps.</param>
    public bool IsAnchorDue(int step, int every) => NotBestAt is { } last && step - last >= Math.Max(1, every / 5);

    /// <summary>The mean of a metric over the first batches; a step without it counts as 0. 0 before the first batch.</summary>
    internal double MeanOfFirst(string name) => First.Select(s => s[name] ?? 0).DefaultIfEmpty().Average();

    /// <summary>The mean of a metric over the latest batches that have it; null where none has.</summary>
    internal double? MeanOfLatest(string name)
    {
        double[] values = [.. Latest.Select(s => s[name]).OfType<double>()];
        return values.Length == 0 ? null : values.Average();
    }

    /// <summary>The state with one more batch of rollouts.</summary>
    internal BrakeState With(StepMetrics rollouts, int window) => this with
    {
        Rollouts = Rollouts + 1,
        First = First.Count < window ? [.. First, rollouts] : First,
        Latest = [.. Latest.TakeLast(window - 1), rollouts],
    };
}

/// <summary>What the brakes say after a step.</summary>
/// <param name="State">What they remember from now on.</param>
/// <param name="IsBest">Whether the policy is the best so far, by the anchor.</param>
/// <param name="Stop">Why the run should stop, in one sentence; null: it may continue.</param>
public sealed record BrakeVerdict(BrakeState State, bool IsBest, string? Stop);
