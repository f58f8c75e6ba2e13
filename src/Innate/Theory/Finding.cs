namespace Innate.Theory;

/// <summary>Whose word a finding tests.</summary>
public enum Standing
{
    /// <summary>The paper claims it.</summary>
    Claimed,

    /// <summary>It follows: from the definitions, or a derivation of ours.</summary>
    Derived,

    /// <summary>Nobody claims it: it shows where a claim stops. That it does not hold is what is to be seen.</summary>
    Limit,
}

/// <summary>How a measured figure is held against its bound.</summary>
public enum Relation
{
    /// <summary>No more than the bound.</summary>
    AtMost,

    /// <summary>No less than the bound.</summary>
    AtLeast,

    /// <summary>Within <see cref="Finding.Tolerance"/> of the bound.</summary>
    Near,
}

/// <summary>One figure that was measured, and what it had to be.</summary>
/// <param name="What">What was measured, in a few words.</param>
/// <param name="Measured">The figure.</param>
/// <param name="Relation">How it is held against the bound.</param>
/// <param name="Bound">What it is held against.</param>
/// <param name="Standing">Whose word it is.</param>
public sealed record Finding(string What, double Measured, Relation Relation, double Bound, Standing Standing)
{
    /// <summary>How far <see cref="Relation.Near"/> may be off.</summary>
    public double Tolerance { get; init; }

    /// <summary>The figure's 95% interval, where it is an estimate.</summary>
    public Interval? Interval { get; init; }

    /// <summary>Whether the figure is what it had to be; never where it is not a number.</summary>
    public bool Holds => Relation switch
    {
        Relation.AtMost => Measured <= Bound,
        Relation.AtLeast => Measured >= Bound,
        _ => Math.Abs(Measured - Bound) <= Tolerance,
    };

    /// <summary>Whether all is well: what is nobody's claim need not hold.</summary>
    public bool IsSound => Holds || Standing == Standing.Limit;
}

/// <summary>A 95% interval.</summary>
public sealed record Interval(double Low, double High);
