using System.Globalization;
using Innate.Judges;
using Innate.Rows;
using Innate.Scoring;
using Innate.Sessions;
using Innate.Text;

namespace Innate.Runs;

/// <summary>Rows to be judged, and how.</summary>
public sealed record JudgeRunSettings
{
    /// <summary>The rows.</summary>
    public required RowLocation Input { get; init; }

    /// <summary>The judged rows.</summary>
    public required RowLocation Output { get; init; }

    /// <summary>The model that is asked.</summary>
    public ModelSource Model { get; init; } = new();

    /// <summary>Which judge, and how it asks.</summary>
    public JudgeSettings Judge { get; init; } = new();

    /// <summary>Chat or raw, variables of the template.</summary>
    public ChatFormatOptions Format { get; init; } = new();

    /// <summary>Go on after the rows that the output holds already.</summary>
    public bool Resume { get; init; }
}

/// <summary>Rows through a judge: each line with its verdict, a bad row's reason in its place, a summary at the end.</summary>
/// <param name="settings">What is judged, and how.</param>
public sealed class JudgeRun(JudgeRunSettings settings) : Run<RowsResult>
{
    // Rows that are asked together: they share the reading of the weights. No verdict depends on it.
    private const int RowsATime = 16;

    /// <inheritdoc/>
    public override RowsResult Execute(IProgress<RunEvent>? events = null, CancellationToken cancellation = default)
    {
        using RowInput input = RowInput.Open(settings.Input);
        using ModelSession session = OpenModel(settings.Model, cancellation);
        NamedJudge judge = MetaScores.Judge(settings.Judge, session, settings.Format);
        EarlierRows earlier = new(settings.Input, ["judge"], (line, _) => Made(judge, line, input, cancellation));
        using RowOutput output = RowOutput.Open(
            settings.Output, input, Header(input, session), settings.Resume, new RowsOfOutput { Earlier = earlier });
        if (output.Note is { } note) events?.Report(new RunNote(note));
        if (output.IsComplete) return new RowsResult(0, 0) { HasEarlierErrors = output.HasErrors };
        input.Skip(output.RowsDone);
        List<JudgeVerdict> verdicts = [];
        RowsResult result = Interruption.Tell("rows", output.Target, events, () =>
            Judge(input, output, judge, verdicts, Advances(events, "rows"), cancellation));
        foreach (string said in Notes(verdicts)) events?.Report(new RunNote(said));
        return result with { HasEarlierErrors = output.HasErrors };
    }

    private static RowsResult Judge(
        RowInput input, RowOutput output, NamedJudge judge, List<JudgeVerdict> verdicts, IProgress<WorkDone>? progress,
        CancellationToken cancellation)
    {
        UnreadRows unread = new(input, output);
        long rows = 0, errors = 0;
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            List<JudgedLine> batch = [];
            while (batch.Count < RowsATime && input.Lines.ReadNext() is { } line) batch.Add(Prepare(line, input));
            if (batch.Count == 0) break;
            foreach (JudgedLine row in batch)
            {
                if (row.Row is null) unread.Add(row.Error!);
                else unread.AddRead();
            }

            unread.WriteAll(Judge(judge, batch, verdicts, ref errors, cancellation));
            rows += batch.Count;
            progress?.Report(new WorkDone(rows, 0, input.FractionAt(batch[^1].Line.End)));
        }

        unread.Complete();
        return new RowsResult(rows, errors);
    }

    /// <summary>What a user should know of all verdicts together, in sentences.</summary>
    /// <param name="verdicts">The verdicts.</param>
    public static IEnumerable<string> Notes(IReadOnlyList<JudgeVerdict> verdicts)
    {
        if (verdicts.Count == 0) yield break;
        PairwiseSummary pairs = PairwiseSummary.Of(verdicts);
        if (pairs.Pairs > 0)
        {
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"position bias: the response shown first gets {pairs.FirstShare:0.000} on average (0.5: none); "
                + $"abstained on {pairs.Abstained} of {pairs.Pairs} pairs, whose orders disagree.");
        }

        if (JudgeReply.Told(verdicts) is { } told) yield return told;
        double[] known = [.. verdicts.Select(v => v.LabelMass).Where(m => !double.IsNaN(m))];
        double mass = known.Length == 0 ? 1 : known.Average();
        if (mass >= 0.5) yield break;
        yield return string.Create(
            CultureInfo.InvariantCulture,
            $"the labels hold {100 * mass:0.00}% of what the model would say: it hardly answers the judge's question; "
            + $"try another prompt.");
    }

    // A line of input with its question, or with what is wrong with it.
    private sealed record JudgedLine(InputLine Line, Row? Row, JudgeQuestion? Question, string? Error);

    private RunHeader Header(RowInput input, ModelSession session) => RunDescription.Header(input, settings.Format, () =>
    [
        new("model", session.Fingerprint(settings.Format.Raw).Id),
        new("judge", JudgeNames.Of(settings.Judge.Kind)),
        .. RunDescription.Of(settings.Judge, session, settings.Format),
    ]);

    private static byte[] Made(NamedJudge judge, InputLine line, RowInput input, CancellationToken cancellation)
    {
        long errors = 0;
        return Judge(judge, [Prepare(line, input)], [], ref errors, cancellation)[0];
    }

    private static byte[][] Judge(
        NamedJudge judge, List<JudgedLine> batch, List<JudgeVerdict> verdicts, ref long errors, CancellationToken cancellation)
    {
        JudgeQuestion[] questions = [.. batch.Where(b => b.Question is not null).Select(b => b.Question!)];
        IReadOnlyList<(JudgeVerdict? Verdict, string? Error)> answers = questions.Length > 0 ? judge.Ask(questions, cancellation)
            : [];
        byte[][] lines = new byte[batch.Count][];
        int next = 0;
        for (int i = 0; i < lines.Length; i++)
        {
            JudgedLine line = batch[i];
            (JudgeVerdict? verdict, string? error) = line.Question is null ? (null, line.Error) : answers[next++];
            if (verdict is null)
            {
                errors++;
                lines[i] = RowWriter.Error(line.Line.Number, error!);
                continue;
            }

            verdicts.Add(verdict);
            lines[i] = JudgedRow.Line(line.Row!, judge, verdict);
        }

        return lines;
    }

    private static JudgedLine Prepare(InputLine line, RowInput input)
    {
        Row? row = null;
        try
        {
            row = RowParser.Parse(line, input.Columns);
            return new JudgedLine(line, row, JudgedRow.Question(row), null);
        }
        catch (InputException e)
        {
            return new JudgedLine(line, row, null, e.Message);
        }
    }
}
