using Innate.Learning.Data;
using Innate.Models;
using Innate.Rows;
using Innate.Text;

namespace Innate.Learning.RewardModels;

/// <summary>
/// Rows of solutions in steps with a label each, in TRL's form: {"prompt", "completions": [...], "labels": [...]}; <c>steps</c>
/// is <c>completions</c> under another name, and labels may be numbers from 0 to 1.
/// </summary>
internal static class StepTrainingRows
{
    /// <summary>Reads a file.</summary>
    /// <param name="file">Rows in any format (<see cref="RowInput"/>).</param>
    /// <param name="tokens">Solutions to ids, as they are scored.</param>
    /// <param name="options">Lengths; a row that is cut keeps the steps that are whole.</param>
    /// <param name="cancellation">Stops between rows.</param>
    /// <exception cref="InputException">The first bad row, named by file and line; or no row is left.</exception>
    public static TrainingRows<JudgedSolution> Read(
        string file, RowTokens tokens, TrainingRowOptions options, CancellationToken cancellation) =>
        TrainingRowReader.Read(
            file,
            options,
            line =>
            {
                Row row = RowParser.Parse(line, options.Columns);
                if (row.Responses is not [{ Steps: { } steps }])
                {
                    throw new InputException("the row has no steps; expected \"completions\" or \"steps\", and \"labels\"");
                }

                double[] labels = StepRows.Labels(new RowFields(row.Fields, options.Columns), steps.Count);
                TraceQuery query = tokens.Of(row);
                return new RowExample<JudgedSolution>(
                    new JudgedSolution(new ScoredText(query, query.Places!), labels),
                    query.Prompt.Length + query.Responses[0].Length);
            },
            Truncate,
            cancellation);

    private static JudgedSolution? Truncate(JudgedSolution solution, int length)
    {
        TraceQuery query = solution.Read.Query;
        int room = length - query.Prompt.Length;
        int[] left = [.. solution.Read.Places[0].TakeWhile(t => t < room)];
        if (left.Length == 0) return null;
        TraceQuery cut = query with { Responses = [query.Responses[0][..(left[^1] + 1)]], Places = [left] };
        return new JudgedSolution(new ScoredText(cut, [left]), solution.Labels[..left.Length]);
    }
}
