using System.Globalization;
using Innate.Learning.Watching;

namespace Innate.Reinforcement;

/// <summary>When a run is to be stopped for its own good.</summary>
public sealed record BrakeOptions
{
    /// <summary>The least mean token entropy, in nats; below it nothing is explored any more. 0: no floor.</summary>
    public double EntropyFloor { get; init; } = 0.005;

    /// <summary>How many times shorter or longer than at the start responses may become.</summary>
    public double LengthFactor { get; init; } = 4;

    /// <summary>How far the anchor may fall below its best while the reward is above where it began; a share of questions.</summary>
    public double AnchorDrop { get; init; } = 0.02;

    /// <summary>Steps whose mean is looked at.</summary>
    public int Window { get; init; } = 5;
}

/// <summary>
/// Watches a run's numbers and says when it falls in on itself: a policy can please a reward of its own making by becoming certain,
/// short, or endless. What it knows is a function of the metrics it was shown, so a resumed run shows it those of the file.
/// </summary>
/// <param name="options">The limits.</param>
public sealed class Brakes(BrakeOptions options)
{
    private readonly List<StepMetrics> _steps = [];
    private double? _best;

    /// <summary>The best anchor so far; null before the first.</summary>
    public double? BestAnchor => _best;

    /// <summary>Takes a step's numbers.</summary>
    /// <returns>Whether it is the best by the anchor so far, and why the run should stop, in one sentence; null: it may go on.</returns>
    public (bool IsBest, string? Stop) Observe(StepMetrics metrics)
    {
        _steps.Add(metrics);
        bool isBest = false;
        if (metrics["anchor_accuracy"] is { } anchor)
        {
            double reward = Mean("reward") ?? 0, start = _steps.Take(options.Window).Average(s => s["reward"] ?? 0);
            if (_best is not { } best || anchor > best)
            {
                (_best, isBest) = (anchor, true);
            }
            else if (best - anchor > options.AnchorDrop && reward > start)
            {
                return (false, Say(
                    $"step {metrics.Step}: the anchor fell from {best:0.0%} to {anchor:0.0%} while the reward rose from {start:0.####} to {reward:0.####}"));
            }
        }

        return (isBest, Collapse(metrics));
    }

    private string? Collapse(StepMetrics metrics)
    {
        if (_steps.Count < 2 * options.Window) return null;
        if (Mean("entropy") is { } entropy && entropy < options.EntropyFloor)
        {
            return Say($"step {metrics.Step}: the mean token entropy fell to {entropy:0.0000} nats, below the floor of {options.EntropyFloor}");
        }

        double start = _steps.Take(options.Window).Average(s => s["response_length"] ?? 0);
        if (start > 0 && Mean("response_length") is { } length)
        {
            if (length * options.LengthFactor < start) return Say($"step {metrics.Step}: responses shrank from {start:0} to {length:0} tokens");
            if (length > options.LengthFactor * start) return Say($"step {metrics.Step}: responses grew from {start:0} to {length:0} tokens");
        }

        return null;
    }

    private double? Mean(string name)
    {
        double[] values = [.. _steps.TakeLast(options.Window).Select(s => s[name]).OfType<double>()];
        return values.Length == 0 ? null : values.Average();
    }

    private static string Say(FormattableString sentence) => sentence.ToString(CultureInfo.InvariantCulture);
}
