namespace Innate.Reinforcement.Reference;

/// <summary>
/// How the reference of a run moves: not at all, behind the policy as a running average, or to where the policy
/// is.
/// </summary>
internal sealed record ReferenceRule
{
    private ReferenceRule()
    {
    }

    /// <summary>The start model, throughout.</summary>
    public static ReferenceRule Frozen { get; } = new();

    /// <summary>How far it moves towards the policy each time, 0 to 1; 1: to where the policy is.</summary>
    public double Rate { get; private init; }

    /// <summary>Steps between two moves; 0: it has no clock.</summary>
    public int Every { get; private init; }

    /// <summary>Measurements of held-out questions without a better one, after which it moves; 0: it does not look.</summary>
    public int Patience { get; private init; }

    /// <summary>Whether it moves where new rollouts are sampled, by <see cref="Schedules.GeneratorSync"/>.</summary>
    public bool AtSync { get; private init; }

    /// <summary>The rate of each move, from 1: it changes from first to last; null: <see cref="Rate"/> throughout.</summary>
    public Func<int, int, double>? RateAt { get; private init; }

    /// <summary>Whether it moves.</summary>
    public bool Moves => Every > 0 || Patience > 0 || AtSync;

    /// <summary>Whether a move takes it all the way, and no average is kept.</summary>
    public bool IsReset => Rate == 1 && RateAt is null;

    /// <summary>A running average of the policy: reference := (1 - rate) reference + rate policy.</summary>
    /// <param name="rate">Above 0, below 1.</param>
    /// <param name="every">Optimizer steps between two moves.</param>
    public static ReferenceRule Average(double rate, int every = 1) => new() { Rate = rate, Every = every };

    /// <summary>A running average whose rate changes.</summary>
    /// <param name="rate">The step and the steps of the whole run to the rate.</param>
    public static ReferenceRule Average(Func<int, int, double> rate) => new() { Rate = 1, Every = 1, RateAt = rate };

    /// <summary>Reference := policy every so many steps.</summary>
    public static ReferenceRule Reset(int every) => new() { Rate = 1, Every = every };

    /// <summary>Reference := policy whenever a batch of rollouts is sampled: to what samples it (semi-online DPO).</summary>
    public static ReferenceRule ResetAtSync { get; } = new() { Rate = 1, AtSync = true };

    /// <summary>Reference := policy, and an empty optimizer, where held-out accuracy stalls (ProRL).</summary>
    public static ReferenceRule ResetOnPlateau(int patience) => new() { Rate = 1, Patience = patience };
}
