using System.Globalization;
using Innate.Theory;

namespace Innate.Runs.Theorems;

/// <summary>A finding in words, alike wherever it is shown.</summary>
public static class FindingText
{
    /// <summary>The figure: three digits after the point, or a power of ten where that says more.</summary>
    public static string Measured(Finding finding) => Figure(finding.Measured);

    /// <summary>The figure's interval in brackets; empty where it has none.</summary>
    public static string IntervalOf(Finding finding) =>
        finding.Interval is { } i ? $"[{Figure(i.Low)}, {Figure(i.High)}]" : "";

    /// <summary>What the figure had to be.</summary>
    public static string Bound(Finding finding) => finding.Relation switch
    {
        Relation.AtMost => $"≤ {Plain(finding.Bound)}",
        Relation.AtLeast => $"≥ {Plain(finding.Bound)}",
        _ => $"{Plain(finding.Bound)} ± {Plain(finding.Tolerance)}",
    };

    /// <summary>Whether it is.</summary>
    public static string Verdict(Finding finding) =>
        finding.Holds ? "holds" : finding.Standing == Theory.Standing.Limit ? "a limit" : "does not hold";

    /// <summary>Whose word it is.</summary>
    public static string Standing(Finding finding) => finding.Standing switch
    {
        Theory.Standing.Claimed => "claimed by the paper",
        Theory.Standing.Derived => "derived",
        _ => "limit",
    };

    private static string Figure(double x) =>
        x.ToString(x == 0 ? "0" : Math.Abs(x) is >= 0.001 and < 100_000 ? "0.000" : "0.0e-0", CultureInfo.InvariantCulture);

    private static string Plain(double x) =>
        x.ToString(x == 0 || Math.Abs(x) is >= 0.001 and < 100_000 ? "0.###" : "0.#e-0", CultureInfo.InvariantCulture);
}
