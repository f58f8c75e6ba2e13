using Innate.Reinforcement.Advantages;

namespace Innate.Reinforcement.Schedules;

/// <summary>The numbers of Bingo's k.</summary>
internal sealed record SlopeFactorOptions
{
    /// <summary>lambda_we of <see cref="Rewards.SignificantLengthOptions.WrongSignificant"/>, above 0.</summary>
    public double WrongSignificant { get; init; } = 5;

    /// <summary>The step (from 1) from which on the slope decides.</summary>
    public int Start { get; init; } = 50;

    /// <summary>P: over how many steps the slope is taken, 2 or more.</summary>
    public int LookBack { get; init; } = 10;

    /// <summary>The scaled slope up to which learning counts as stalled.</summary>
    public double Threshold { get; init; } = 2.5;
}

/// <summary>k after one step, and the slope that it comes from.</summary>
/// <param name="Step">From 1.</param>
/// <param name="Slope">Of the training score, a step.</param>
/// <param name="Scaled">In units in which the first slope is lambda_we / (pi/2).</param>
/// <param name="K">What a significant token is worth to a wrong answer.</param>
internal readonly record struct SlopeStep(int Step, double Slope, double Scaled, double K);

/// <summary>
/// Bingo's k (arXiv 2506.08125, confirmed by code): thinking longer is paid for while the training score rises, and costs the
/// more the longer it does not:
/// <code>
/// before the start  k = lambda_we / (pi/2)
/// slope             least squares over the last P scores
/// scaled            slope (lambda_we / (pi/2)) / max(1e-6, |first slope|)
/// scaled &lt;= 2.5     count := count + 1,  k = max(-2 lambda_we / (pi/2), -0.5 count)
/// else              count := 0,          k = scaled
/// </code>
/// A first slope near 0 makes the scale huge. Of fewer than P scores all are taken, and of one there is no slope: k stays. The
/// code takes one score less there, and a scale of lambda_we / (pi/2) where the first slope is exactly 0; ours is the floor.
/// </summary>
internal static class SlopeFactor
{
    private const double SlopeFloor = 1e-6;
    private const double CostOfStall = 0.5;

    /// <summary>k before the start.</summary>
    /// <param name="options">lambda_we; null: the default.</param>
    public static double Initial(SlopeFactorOptions? options = null) =>
        (options ?? new SlopeFactorOptions()).WrongSignificant / (Math.PI / 2);

    /// <summary>k after each step from the start on; empty before it. The last is for the step that comes.</summary>
    /// <param name="scores">The mean training score of each step so far.</param>
    /// <param name="options">The numbers; null: the defaults.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range.</exception>
    public static IReadOnlyList<SlopeStep> Compute(ReadOnlySpan<double> scores, SlopeFactorOptions? options = null)
    {
        options ??= new SlopeFactorOptions();
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.WrongSignificant, nameof(options.WrongSignificant));
        ArgumentOutOfRangeException.ThrowIfLessThan(options.LookBack, 2, nameof(options.LookBack));
        double first = Initial(options), scale = 0;
        int stalled = 0;
        List<SlopeStep> steps = [];
        for (int step = Math.Max(2, options.Start); step <= scores.Length; step++)
        {
            int from = Math.Max(0, step - options.LookBack);
            double slope = Slope(scores[from..step]);
            if (steps.Count == 0) scale = first / Math.Max(SlopeFloor, Math.Abs(slope));
            double scaled = slope * scale;
            stalled = scaled <= options.Threshold ? stalled + 1 : 0;
            double k = stalled > 0 ? Math.Max(-2 * first, -CostOfStall * stalled) : scaled;
            steps.Add(new SlopeStep(step, slope, scaled, k));
        }

        return steps;
    }

    // Least squares against 0, 1, 2, ...: the distances between steps are all that matters.
    private static double Slope(ReadOnlySpan<double> scores)
    {
        double mean = RewardGroup.Mean(scores), middle = (scores.Length - 1) / 2.0, products = 0, squares = 0;
        for (int i = 0; i < scores.Length; i++)
        {
            products += (i - middle) * (scores[i] - mean);
            squares += (i - middle) * (i - middle);
        }

        return products / squares;
    }
}
