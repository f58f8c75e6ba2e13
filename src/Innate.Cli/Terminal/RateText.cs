using System.Globalization;
using Innate.Audits;

namespace Innate.Cli.Terminal;

/// <summary>Rates as people read them.</summary>
internal static class RateText
{
    /// <summary>The rate in per cent; – where there is none.</summary>
    public static string Of(AuditedRate rate) => Percent(rate.Value);

    /// <summary>Its interval.</summary>
    public static string IntervalOf(AuditedRate rate) => $"{Percent(rate.Interval.Low)}-{Percent(rate.Interval.High)}";

    /// <summary>A part of 1 in per cent.</summary>
    public static string Percent(double part) =>
        double.IsNaN(part) ? "–" : (100 * part).ToString("0.0", CultureInfo.InvariantCulture) + "%";
}
