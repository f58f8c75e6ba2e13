using System.Globalization;
using System.Text.RegularExpressions;

namespace Innate.Verifiers;

/// <summary>What a step of arithmetic comes to (GRACE, arXiv 2305.14934; confirmed by the authors' code).</summary>
internal static partial class StepResult
{
    private const double Tolerance = 1e-3;

    /// <summary>The last number after the last '='; null where there is none. Thousands may have commas.</summary>
    /// <param name="step">The step's text.</param>
    public static double? Of(string step)
    {
        int equals = step.LastIndexOf('=');
        if (equals < 0 || Number().Matches(step[(equals + 1)..]) is not [.., var last]) return null;
        string digits = last.Value.Replace(",", "", StringComparison.Ordinal);
        return double.Parse(digits, NumberStyles.Float, CultureInfo.InvariantCulture);
    }

    /// <summary>
    /// Whether two steps come to the same, within 1e-3. Where either has no result they are the same only if their texts are
    /// (ours).
    /// </summary>
    public static bool AreSame(string step, string other) => Of(step) is { } a && Of(other) is { } b
        ? Math.Abs(a - b) <= Tolerance
        : string.Equals(step.Trim(), other.Trim(), StringComparison.Ordinal);

    [GeneratedRegex(@"-?(\d{1,3}(,\d{3})+|\d+)(\.\d+)?", RegexOptions.CultureInvariant)]
    private static partial Regex Number();
}
