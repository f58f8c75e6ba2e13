using System.Globalization;
using System.Text;
using Innate.Benchmarks.Policy;
using Innate.Runs.Evaluation;

namespace Innate.Cli.Terminal;

/// <summary>A policy's metrics as a table for people: a row a group, the whole last, with the whole's intervals under it.</summary>
internal static class PolicyView
{
    /// <summary>The whole view.</summary>
    /// <param name="set">The question set's name.</param>
    /// <param name="evaluation">What was measured.</param>
    public static string Render(string set, PolicyEvaluation evaluation)
    {
        PolicyResults results = evaluation.Results;
        IReadOnlyList<PolicyMetric> whole = results.All.Metrics;
        StringBuilder text = new();
        string answers = evaluation.Samples == 1 ? "one answer" : string.Create(CultureInfo.InvariantCulture, $"{evaluation.Samples} answers");
        text.Append(CultureInfo.InvariantCulture, $"{set} · {evaluation.Model} · {answers} at temperature {evaluation.Temperature}\n\n");
        PolicyGroup[] groups = [.. results.Groups, results.All];
        int wide = Math.Max(8, groups.Max(g => g.Name.Length)) + 2;
        text.Append("group".PadRight(wide)).Append("     n");
        foreach (PolicyMetric m in whole) text.Append(m.Name.PadLeft(14));
        text.Append('\n');
        foreach (PolicyGroup group in groups)
        {
            text.Append(group.Name.PadRight(wide)).Append(CultureInfo.InvariantCulture, $"{group.Count,6}");
            foreach (PolicyMetric m in group.Metrics) text.Append(CultureInfo.InvariantCulture, $"{100 * m.Value,13:0.0}%");
            text.Append('\n');
        }

        text.Append("95 of 100".PadRight(wide)).Append("      ");
        foreach (PolicyMetric m in whole)
        {
            text.Append(string.Create(CultureInfo.InvariantCulture, $"{100 * m.Low:0.0}-{100 * m.High:0.0}%").PadLeft(14));
        }

        text.Append('\n').Append(
            CultureInfo.InvariantCulture,
            $"{results.MeanTokens:0.0} tokens a sample; {100 * results.Unfinished:0.0}% reached the limit of tokens");
        if (results.Unscored > 0) text.Append(CultureInfo.InvariantCulture, $"; {results.Unscored} questions could not be asked");
        return text.Append('\n').ToString();
    }
}
