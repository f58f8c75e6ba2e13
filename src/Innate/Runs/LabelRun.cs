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
        using RowOutput output = RowOutput.Open(settings.Output, input);
        output.BePart(input.Part, () => [new("model", candidates.Session.Fingerprint(settings.Format.Raw).Id)]);
        Labelling labelling = new(settings.AllPairs, settings.MinMargin);
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
            input.Part?.LineCounts.Add(lines.Length);
            output.Flush();
        }

        unread.Complete();
        events?.Report(new RunNote(labelling.Summary()));
        return new RowsResult(rows, labelling.Bad);
    }
}
