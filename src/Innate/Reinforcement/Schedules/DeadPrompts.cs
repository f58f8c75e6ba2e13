namespace Innate.Reinforcement.Schedules;

/// <summary>What becomes of a batch.</summary>
/// <param name="Trains">Whether the batch is used at all.</param>
/// <param name="Sources">For each slot the prompt that fills it: itself or another; empty where the batch is skipped.</param>
internal sealed record BatchPlan(bool Trains, int[] Sources)
{
    /// <summary>Slots that hold another's copy: the batch is in truth that much smaller. Report it.</summary>
    public int Copies => Sources.Where((source, slot) => source != slot).Count();
}

/// <summary>One of POLARIS' stages, each longer and hotter than the last.</summary>
/// <param name="Temperature">Of sampling.</param>
/// <param name="MaxTokens">The longest response allowed.</param>
internal readonly record struct PolarisStage(double Temperature, int MaxTokens);

/// <summary>
/// What POLARIS does with prompts that teach nothing (confirmed by code, on Qwen3-4B). Within a batch a dead prompt, whose
/// responses are all wrong or all right, gives its slot to a copy of one that is not:
/// <code>
/// informative: mean reward above 0 and below 1
/// train where more than a third of the prompts are informative, else skip the batch
/// the n-th dead slot takes the n-th informative prompt, round and round
/// </code>
/// The code draws the copies; round and round is ours. Between stages items that are solved nearly always are dropped, and the
/// temperature is searched again so that the samples stay as diverse as they were.
/// </summary>
internal static class DeadPrompts
{
    /// <summary>The mean accuracy above which an item is dropped before the next stage.</summary>
    public const double SolvedAccuracy = 0.9;

    /// <summary>The three stages of the authors' run.</summary>
    public static IReadOnlyList<PolarisStage> Stages { get; } = [new(1.4, 39936), new(1.45, 48128), new(1.5, 52224)];

    /// <summary>What becomes of a batch.</summary>
    /// <param name="meanRewards">The mean of each prompt's rewards, which are 0 or 1.</param>
    public static BatchPlan Replace(ReadOnlySpan<double> meanRewards)
    {
        List<int> informative = [];
        for (int i = 0; i < meanRewards.Length; i++)
        {
            if (meanRewards[i] is > 0 and < 1) informative.Add(i);
        }

        if (3L * informative.Count <= meanRewards.Length) return new BatchPlan(false, []);
        int[] sources = new int[meanRewards.Length];
        int next = 0;
        for (int i = 0; i < sources.Length; i++)
        {
            bool live = meanRewards[i] is > 0 and < 1;
            sources[i] = live ? i : informative[next++ % informative.Count];
        }

        return new BatchPlan(true, sources);
    }

    /// <summary>Which items go on to the next stage.</summary>
    /// <param name="meanAccuracies">Of each item over the stage, 0 to 1.</param>
    public static bool[] KeepForNextStage(ReadOnlySpan<double> meanAccuracies)
    {
        bool[] keep = new bool[meanAccuracies.Length];
        for (int i = 0; i < keep.Length; i++) keep[i] = meanAccuracies[i] <= SolvedAccuracy;
        return keep;
    }

    /// <summary>
    /// The temperature whose samples come nearest to the diversity asked for, of equals the lower. Ours: the measure.
    /// </summary>
    /// <param name="temperatures">Those tried, one or more.</param>
    /// <param name="diversities">What each gave: distinct answers or n-grams.</param>
    /// <param name="target">The stage's before.</param>
    /// <exception cref="ArgumentException">None was tried, or the lengths differ.</exception>
    public static double Temperature(ReadOnlySpan<double> temperatures, ReadOnlySpan<double> diversities, double target)
    {
        Require.Length(temperatures.Length, diversities.Length, nameof(diversities));
        if (temperatures.IsEmpty)
        {
            throw new ArgumentException("temperatures: expected one or more, found none.", nameof(temperatures));
        }

        int best = 0;
        for (int i = 1; i < temperatures.Length; i++)
        {
            double own = Math.Abs(diversities[i] - target), other = Math.Abs(diversities[best] - target);
            if (own < other || (own == other && temperatures[i] < temperatures[best])) best = i;
        }

        return temperatures[best];
    }
}
