using System.Globalization;
using Innate.Learning.Watching;

namespace Innate.Reinforcement;

/// <summary>
/// Watches a run's metrics and says when the policy collapses: it can please a reward of its own making by becoming certain,
/// short, or endless. Pure: a resumed run shows the metrics of its file again.
/// </summary>
/// <param name="options">The limits.</param>
public sealed class Brakes(BrakeOptions options)
{
    /// <summary>Looks at a step's metrics.</summary>
    /// <param name="state">What is remembered of the steps before; <see cref="BrakeState.Start"/> before the first.</param>
    /// <param name="metrics">
    /// The step's: <c>reward</c>, <c>entropy</c> (nats a token) and <c>response_length</c> (tokens) where the step sampled,
    /// <c>anchor_accuracy</c> (a share of questions) where the anchor was measured.
    /// </param>
    public BrakeVerdict Observe(BrakeState state, StepMetrics metrics)
    {
        bool hasRollouts = metrics["reward"] is not null;
        if (hasRollouts) state = state.With(metrics, options.Window);
        bool isBest = false;
        if (metrics["anchor_accuracy"] is { } anchor)
        {
            isBest = state.BestAnchor is not { } best || anchor > best;
            state = isBest ? state with { BestAnchor = anchor, NotBestAt = null } : state with { NotBestAt = metrics.Step };
            if (!isBest && AnchorFell(state, anchor, metrics.Step) is { } fell) return new BrakeVerdict(state, false, fell);
        }

        return new BrakeVerdict(state, isBest, hasRollouts ? Collapse(state, metrics.Step) : null);
    }

    private string? AnchorFell(BrakeState state, double anchor, int step)
    {
        double best = state.BestAnchor!.Value, reward = state.MeanOfLatest("reward") ?? 0, start = state.MeanOfFirst("reward");
        bool fell = best - anchor > Math.Max(options.AnchorDrop, StandardError(best)) && reward > start;
        return !fell ? null : Sentence(
            step,
            $"the anchor fell from {best:0.0%} to {anchor:0.0%} while the reward rose from {start:0.####} to {reward:0.####}");
    }

    private string? Collapse(BrakeState state, int step)
    {
        if (state.Rollouts < 2 * options.Window) return null;
        if (state.MeanOfLatest("entropy") is { } entropy && entropy < options.EntropyFloor)
        {
            return Sentence(
                step, $"the mean token entropy fell to {entropy:0.0000} nats, below the floor of {options.EntropyFloor}");
        }

        double start = state.MeanOfFirst("response_length");
        if (!(start > 0) || state.MeanOfLatest("response_length") is not { } length) return null;
        if (length * options.LengthFactor < start) return Sentence(step, $"responses shrank from {start:0} to {length:0} tokens");
        if (length > options.LengthFactor * start) return Sentence(step, $"responses grew from {start:0} to {length:0} tokens");
        return null;
    }

    // The standard error of a share of so many answers.
    private double StandardError(double share) =>
        options.AnchorQuestions == 0 ? 0 : Math.Sqrt(share * (1 - share) / options.AnchorQuestions);

    private static string Sentence(int step, FormattableString what) =>
        string.Create(CultureInfo.InvariantCulture, $"step {step}: ") + what.ToString(CultureInfo.InvariantCulture);
}
