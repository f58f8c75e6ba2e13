namespace Innate.Theory;

/// <summary>What one check found.</summary>
public sealed record CheckResult
{
    /// <summary>A short name.</summary>
    public required string Name { get; init; }

    /// <summary>What is claimed, in one sentence.</summary>
    public required string Claim { get; init; }

    /// <summary>The paper, and where in it.</summary>
    public required string Source { get; init; }

    /// <summary>The figures.</summary>
    public required IReadOnlyList<Finding> Findings { get; init; }

    /// <summary>What a reader should know: how it was measured, where it stops.</summary>
    public required string Notes { get; init; }

    /// <summary>Curves to look at.</summary>
    public IReadOnlyList<CheckChart> Charts { get; init; } = [];

    /// <summary>Figures to read.</summary>
    public CheckTable? Table { get; init; }

    /// <summary>Whether something in it is the paper's own claim.</summary>
    public bool IsClaimOfPaper => Findings.Any(f => f.Standing == Standing.Claimed);

    /// <summary>Whether all that should hold holds.</summary>
    public bool Holds => Findings.All(f => f.IsSound);
}

/// <summary>A chart's data.</summary>
/// <param name="Title">What is seen.</param>
/// <param name="X">The horizontal axis.</param>
/// <param name="Y">The vertical axis.</param>
/// <param name="Series">The curves.</param>
/// <param name="LogX">Whether the horizontal axis is logarithmic.</param>
/// <param name="LogY">Whether the vertical axis is logarithmic.</param>
public sealed record CheckChart(
    string Title, string X, string Y, IReadOnlyList<CheckSeries> Series, bool LogX = true, bool LogY = true);

/// <summary>One curve.</summary>
/// <param name="Name">Its legend.</param>
/// <param name="X">Abscissae.</param>
/// <param name="Y">Ordinates, as many.</param>
/// <param name="IsBound">A bound, not a measurement: drawn as a reference line.</param>
public sealed record CheckSeries(string Name, IReadOnlyList<double> X, IReadOnlyList<double> Y, bool IsBound = false);

/// <summary>A table.</summary>
/// <param name="Columns">Headings.</param>
/// <param name="Rows">Each as many cells as there are columns.</param>
public sealed record CheckTable(IReadOnlyList<string> Columns, IReadOnlyList<IReadOnlyList<string>> Rows);
