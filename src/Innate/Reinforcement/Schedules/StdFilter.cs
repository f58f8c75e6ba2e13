namespace Innate.Reinforcement.Schedules;

/// <summary>The numbers of RLPR's filter.</summary>
internal sealed record StdFilterOptions
{
    /// <summary>What share of the running mean a prompt's deviation must reach, 0 or more.</summary>
    public double Share { get; init; } = 0.5;

    /// <summary>What the running mean keeps of itself at each step, 0 to 1.</summary>
    public double Ratio { get; init; } = 0.99;

    /// <summary>The step (from 1) from which on there is a running mean, first that of the steps before; 2 or more.</summary>
    public int FirstMean { get; init; } = 6;

    /// <summary>The step (from 1) from which on prompts are left out.</summary>
    public int FirstFilter { get; init; } = 11;
}

/// <summary>
/// RLPR's filter of prompts (arXiv 2506.18254, confirmed by code): a prompt whose rewards hardly differ teaches little, and what
/// hardly is moves with the run. Before each step, with m the mean over the last step's prompts of their rewards' deviation:
/// <code>
/// E    := (1 - 0.99) m + 0.99 E,  first the mean of m over the steps so far
/// keep    a prompt whose deviation is 0.5 E or more
/// </code>
/// A value: <see cref="After"/> gives the next step's, so a run can be resumed from what it saved.
/// </summary>
/// <param name="Steps">Steps done.</param>
/// <param name="Sum">The sum of m over those steps before there was a running mean.</param>
/// <param name="Mean">E; null before the first.</param>
internal sealed record StdFilter(int Steps = 0, double Sum = 0, double? Mean = null)
{
    /// <summary>The filter after one more step.</summary>
    /// <param name="meanDeviation">m of that step, before any prompt was left out.</param>
    /// <param name="options">The numbers; null: the defaults.</param>
    /// <exception cref="ArgumentOutOfRangeException">The ratio lies outside [0, 1], or the first mean before step 2.</exception>
    public StdFilter After(double meanDeviation, StdFilterOptions? options = null)
    {
        options ??= new StdFilterOptions();
        ArgumentOutOfRangeException.ThrowIfLessThan(options.FirstMean, 2, nameof(options.FirstMean));
        int steps = Steps + 1;
        if (Mean is double mean) return new StdFilter(steps, Sum, Next(mean, meanDeviation, options.Ratio));
        double sum = Sum + meanDeviation;
        return new StdFilter(steps, sum, steps + 1 >= options.FirstMean ? sum / steps : null);
    }

    /// <summary>Which prompts of the step that comes are kept: all, until the filter starts.</summary>
    /// <param name="deviations">The standard deviation of each prompt's rewards.</param>
    /// <param name="options">The numbers; null: the defaults.</param>
    public bool[] Keep(ReadOnlySpan<double> deviations, StdFilterOptions? options = null)
    {
        options ??= new StdFilterOptions();
        bool on = Mean is not null && Steps + 1 >= options.FirstFilter;
        return Keep(deviations, on ? options.Share * Mean!.Value : double.NegativeInfinity);
    }

    /// <summary>Which prompts reach a threshold.</summary>
    /// <param name="deviations">The standard deviation of each prompt's rewards.</param>
    /// <param name="threshold">The share of the running mean.</param>
    public static bool[] Keep(ReadOnlySpan<double> deviations, double threshold)
    {
        bool[] keep = new bool[deviations.Length];
        for (int i = 0; i < keep.Length; i++) keep[i] = deviations[i] >= threshold;
        return keep;
    }

    /// <summary>E after one more step. The new number's weight is 1 - ratio.</summary>
    /// <param name="mean">E.</param>
    /// <param name="meanDeviation">m.</param>
    /// <param name="ratio">What E keeps of itself, 0 to 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The ratio lies outside [0, 1].</exception>
    public static double Next(double mean, double meanDeviation, double ratio)
    {
        Require.Unit(ratio);
        return ((1 - ratio) * meanDeviation) + (ratio * mean);
    }
}
