namespace Innate.Reinforcement.Schedules;

/// <summary>
/// When a long run starts afresh from where it is (ProRL, arXiv 2505.24864): once validation stalls, the reference becomes the
/// current policy and the optimizer's state is emptied. The paper decides by looking at the curve; the rule is ours:
/// <code>
/// value above best:  best := value, stalled := 0
/// else:              stalled := stalled + 1;  at the patience: reset, best := value, stalled := 0
/// </code>
/// A reset after a collapse freezes the collapse in: look at the curve all the same.
/// </summary>
/// <param name="Best">The best value since the last reset.</param>
/// <param name="Stalled">Validations since then without a better one.</param>
internal readonly record struct ReferenceReset(double Best, int Stalled)
{
    /// <summary>Before the first validation.</summary>
    public static ReferenceReset Start => new(double.NegativeInfinity, 0);

    /// <summary>The state after one more validation, and whether the run is to be reset now.</summary>
    /// <param name="value">What validation gave; higher is better.</param>
    /// <param name="patience">After how many values without a better one, 1 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">The patience is less than 1.</exception>
    public (ReferenceReset State, bool Reset) After(double value, int patience)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(patience, 1);
        if (value > Best) return (new ReferenceReset(value, 0), false);
        return Stalled + 1 < patience ? (this with { Stalled = Stalled + 1 }, false) : (new ReferenceReset(value, 0), true);
    }

    /// <summary>At which validations (from 0) a whole curve resets.</summary>
    /// <param name="values">The curve.</param>
    /// <param name="patience">After how many values without a better one, 1 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">The patience is less than 1.</exception>
    public static int[] Times(ReadOnlySpan<double> values, int patience)
    {
        List<int> times = [];
        ReferenceReset state = Start;
        for (int i = 0; i < values.Length; i++)
        {
            (state, bool reset) = state.After(values[i], patience);
            if (reset) times.Add(i);
        }

        return [.. times];
    }
}
