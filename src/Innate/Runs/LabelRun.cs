using System.Globalization;
using Innate.Rows;
using Innate.Scoring;

namespace Innate.Runs;

/// <summary>Responses to be turned into preferences.</summary>
public sealed record LabelSettings : CandidateSettings
{
    /// <summary>Every pair of a row's responses, the better one chosen; false: its best against its worst.</summary>
    public bool AllPairs { get; init; }

    /// <summary>The least difference of the scores; a tie is dropped whatever it is.</summary>
    public double MinMargin { get; init; }

    /// <summary>Go on after the rows that an interrupted run has done.</summary>
    public bool Resume { get; init; }
}

/// <summary>Responses into chosen and rejected ones, ready for preference training.</summary>
/// <param name="settings">What is compared, and how.</param>
public sealed class LabelRun(LabelSettings settings) : Run<RowsResult>
{
    /// <inheritdoc/>
    public override RowsResult Execute(IProgress<RunEvent>? events = null, CancellationToken cancellation = default)
    {
        settings.Scorer.Check();
        if (!(settings.MinMargin >= 0))
        {
            throw new InputException(
                nameof(settings.MinMargin), "a number of at least 0", settings.MinMargin.ToString(CultureInfo.InvariantCulture));
        }

        if (settings.Sample is { Count: < 2 } few)
        {
            throw new InputException(nameof(settings.Sample), "at least 2 responses, for a preference needs two", $"{few.Count}");
        }

        using RowInput input = RowInput.Open(settings.Input);
        using Candidates candidates = Candidates.Open(settings, OpenModel, input.Columns, cancellation);
        using RowOutput output = RowOutput.Open(
            settings.Output, input, Header(input, candidates), settings.Resume, new RowsOfOutput { LinesVary = true });
        if (output.Note is { } note) events?.Report(new RunNote(note));
        if (output.IsComplete) return new RowsResult(0, 0) { HasEarlierErrors = output.HasErrors };
        input.Skip(output.RowsDone);
        Labelling labelling = new(settings.AllPairs, settings.MinMargin);
        long rows = Interruption.Tell("rows", output.Target, events, () =>
            Label(input, output, candidates, labelling, events, cancellation));
        events?.Report(new RunNote(labelling.Summary()));
        return new RowsResult(rows, labelling.Bad) { HasEarlierErrors = output.HasErrors };
    }

    private static long Label(
        RowInput input, RowOutput output, Candidates candidates, Labelling labelling, IProgress<RunEvent>? events,
        CancellationToken cancellation)
    {
        UnreadRows unread = new(input, output);
        long rows = 0;
        foreach (CandidateRow row in candidates.Rows.Read(input, Advances(events, "rows"), cancellation))
        {
            rows++;
            if (row.IsUnread) unread.Add(row.Error!);
            else unread.AddRead();
            if (row.Error is not null)
            {
                events?.Report(new RunNote(
                    string.Create(CultureInfo.InvariantCulture, $"line {row.Line}: {row.Error}; left out."), IsFault: true));
            }

            byte[][] lines = [.. labelling.Lines(row)];
            foreach (byte[] line in lines) unread.Write(line);
            output.Flush();
            output.CountLines(new RowLines(lines.Length, IsBad: row.Verdict is null));
        }

        unread.Complete();
        return rows;
    }

    private RunHeader Header(RowInput input, Candidates candidates) => RunDescription.Header(input, settings.Format, () =>
    [
        new("model", candidates.Session.Fingerprint(settings.Format.Raw, candidates.Reference).Id),
        new("scorer", RunDescription.DecidingNameOf(settings.Scorer)),
        new("how", RunDescription.Of(settings.Scorer, candidates.Session, settings.Format)),
        .. settings.Scorer.Guided?.Header ?? [],
        new("pairs", settings.AllPairs ? "all" : "best-worst"),
        new("min_margin", settings.MinMargin.ToString("R", CultureInfo.InvariantCulture)),
        .. settings.Sample is not { } sample ? []
            : RunDescription.Of(sample.Options, sample.Count, sample.Stop)
                .Prepend(new("policy", (candidates.Policy ?? candidates.Session).Fingerprint(settings.Format.Raw).Id)),
    ]);
}
