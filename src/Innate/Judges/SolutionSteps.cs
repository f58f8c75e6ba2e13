namespace Innate.Judges;

/// <summary>A solution as steps: what stands between blank lines; without one its lines (ours).</summary>
internal static class SolutionSteps
{
    private const string Between = "\n\n";

    /// <summary>Steps as one text, from which <see cref="Of"/> reads them again where no step has a blank line.</summary>
    public static string Join(IEnumerable<string> steps) => string.Join(Between, steps);

    /// <summary>The steps; none of a text that says nothing.</summary>
    public static string[] Of(string solution)
    {
        string text = solution.ReplaceLineEndings("\n").Trim();
        string separator = text.Contains(Between, StringComparison.Ordinal) ? Between : "\n";
        return text.Split(separator, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
    }

    /// <summary>The steps with their numbers, as a verifier is shown them.</summary>
    public static string Numbered(IReadOnlyList<string> steps) =>
        string.Join(Between, steps.Select((step, i) => $"Step {i + 1}: {step}"));
}
