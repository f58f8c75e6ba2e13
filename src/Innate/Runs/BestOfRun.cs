using Innate.Rows;
using Innate.Scoring;

namespace Innate.Runs;

/// <summary>Rows into their best responses: a line for each line, a bad row's reason in its place.</summary>
/// <param name="settings">What is compared, and how.</param>
public sealed class BestOfRun(CandidateSettings settings) : Run<RowsResult>
{
    private static readonly string[] Replaced =
    [
        "response", "responses", "response_ids", "responses_ids", "chosen", "rejected", "reward", "rewards", "reward_chosen",
        "reward_rejected", "of", "mean_reward",
    ];

    /// <inheritdoc/>
    public override RowsResult Execute(IProgress<RunEvent>? events = null, CancellationToken cancellation = default)
    {
        settings.Scorer.Check();
        using RowInput input = RowInput.Open(settings.Input);
        using Candidates candidates = Candidates.Open(settings, OpenModel, input.Columns, cancellation);
        using RowOutput output = RowOutput.Open(settings.Output, input);
        UnreadRows unread = new(input, output);
        long rows = 0, errors = 0;
        foreach (CandidateRow row in candidates.Rows.Read(input, Advances(events, "rows"), cancellation))
        {
            rows++;
            if (row.Verdict is null) errors++;
            if (row.IsUnread) unread.Add(row.Error!);
            else unread.AddRead();
            unread.Write(row.Verdict is null ? RowWriter.Error(row.Line, row.Error!) : Line(row.Row!, row.Verdict.Scores));
            output.Flush();
        }

        unread.Complete();
        return new RowsResult(rows, errors);
    }

    // The first of equals is the best.
    private static byte[] Line(Row row, double[] scores) => RowWriter.Line(w =>
    {
        int best = Array.IndexOf(scores, scores.Max());
        RowWriter.PassThrough(w, row.Fields, Replaced);
        RowWriter.Response(w, "response", row.Responses[best]);
        w.WriteNumber("reward", scores[best]);
        w.WriteNumber("of", scores.Length);
        w.WriteNumber("mean_reward", scores.Average());
    });
}
