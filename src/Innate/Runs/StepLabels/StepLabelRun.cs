using System.Globalization;
using Innate.Rows;
using Innate.Sessions;

namespace Innate.Runs.StepLabels;

/// <summary>
/// Solutions into rows that a process reward model learns from: each step with a label, or pairs of a right and a wrong next
/// step. A bad row is told and left out.
/// </summary>
/// <param name="settings">What is labelled, and how.</param>
public sealed class StepLabelRun(StepLabelSettings settings) : Run<RowsResult>
{
    // Rows that are completed together: they share the reading of the weights.
    private const int RowsATime = 16;

    /// <summary>Fields of a row that its labels take the place of.</summary>
    internal static readonly string[] Replaced =
    [
        "response", "responses", "chosen", "rejected", "completion", "completions", "steps", "labels", "hits", "rollouts",
        "right", "reference", "graded",
    ];

    /// <inheritdoc/>
    public override RowsResult Execute(IProgress<RunEvent>? events = null, CancellationToken cancellation = default)
    {
        settings.Check();
        using RowInput input = RowInput.Open(settings.Input);
        using ModelSession session = OpenModel(settings.Model, cancellation);
        if (session.IsClassifier)
        {
            throw new InputException(
                nameof(settings.Model), "a language model", $"{session.Folder}, a trained reward model with a score head");
        }

        SolutionReader reader = new(session, settings, input.Columns);
        RolloutLabeller labeller = new(session, reader, settings);
        AlignmentPairs aligned = new(settings, input.Columns);
        ReferenceLabeller? teacher =
            settings.Kind == StepLabelKind.Reference ? new ReferenceLabeller(session, settings, input.Columns) : null;
        using RowOutput output = RowOutput.Open(settings.Output, input);
        LabelledRows rows = new(input, output, events, Advances(events, "rows"));
        long solutions = 0, silent = 0;
        rows.Run(RowsATime, reader.Read, Lines, cancellation);
        events?.Report(new RunNote(Summary()));
        return rows.Result;

        IEnumerable<byte[]> Lines(IReadOnlyList<(Row Row, int[] Prompt, string Gold)> batch)
        {
            IReadOnlyList<Solution> found = reader.Solutions(batch, cancellation);
            silent += batch.Sum(b => settings.Solutions > 0 ? settings.Solutions : b.Row.Responses.Count) - found.Count;
            solutions += found.Count;
            if (teacher is not null) return teacher.Lines(found, rows.Tell, cancellation);
            if (settings.Kind == StepLabelKind.Rollouts) return labeller.Lines(found, cancellation);
            long first = solutions - found.Count;
            return found.SelectMany((s, i) =>
            {
                try
                {
                    return aligned.Lines(s, first + i);
                }
                catch (InputException e)
                {
                    rows.Tell(s.Row.Line, e);
                    return [];
                }
            });
        }

        string Summary() => string.Create(CultureInfo.InvariantCulture, $"{solutions} solutions with steps")
            + (silent > 0 ? string.Create(CultureInfo.InvariantCulture, $", {silent} without a word left out") : "")
            + settings.Kind switch
            {
                StepLabelKind.Alignment => string.Create(
                    CultureInfo.InvariantCulture,
                    $": {aligned.Right} right ones have no pair, {aligned.TooFar} lie too far from their reference; ")
                    + string.Create(CultureInfo.InvariantCulture, $"{aligned.Pairs} pairs."),
                StepLabelKind.Reference => string.Create(
                    CultureInfo.InvariantCulture,
                    $"; of {teacher!.Unread} the teacher's reply holds no grade, {teacher.Cut} replies were ended by the limit."),
                _ => ".",
            };
    }
}
