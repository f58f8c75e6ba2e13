using System.Globalization;
using Innate.Audits;
using Innate.Audits.Keys;
using Innate.Rows;

namespace Innate.Runs.Auditing;

/// <summary>
/// Does a reward pay for nothing? Empty keys (<see cref="EmptyKeys"/>) are scored beside responses that are known to be right or
/// wrong. Files: keys.jsonl (one line a scorer and row), keys.json, report.html.
/// </summary>
/// <param name="settings">What is tried on what.</param>
public sealed class KeyAuditRun(KeyAuditSettings settings) : Run<KeyResults>
{
    // An item has some ten texts under one prompt.
    private const int ItemsATime = 8;

    /// <inheritdoc/>
    public override KeyResults Execute(IProgress<RunEvent>? events = null, CancellationToken cancellation = default)
    {
        WholeFile.RequireFolder(nameof(settings.Output), settings.Output);
        if (settings.Limit is < 1)
        {
            throw new InputException(nameof(settings.Limit), "a whole number of at least 1", $"{settings.Limit}");
        }

        KeyItem[] all = Items();
        KeyItem[] items = [.. all.Where(i => i.HasBoth)];
        if (items.Length == 0)
        {
            throw new InputException(
                $"{settings.Data}: expected a row with a right and a wrong response, found none among {all.Length}.");
        }

        using KeyedModels models = new(settings, OpenModel, cancellation);
        if (models.Scorers.GroupBy(s => (s.Name, Model: models.TitleOf(s))).FirstOrDefault(g => g.Count() > 1) is { } twice)
        {
            throw new InputException("Rewards", "different rewards and judges", $"{twice.Key.Name} of {twice.Key.Model} twice");
        }

        string folder = AuditFolder.Make(settings.Output);
        RunHeader header = new(() => Header(models));
        IReadOnlyList<KeyScores> scored = Scored(items, models, folder, header, events, cancellation);
        KeyResults results = new(
            items.DistinctBy(i => i.Cluster).Count(), all.Length - items.Length,
            [
                .. models.Scorers.Select((source, s) => KeyedScorer.Of(
                    source.Name, models.TitleOf(source), source.Threshold, items,
                    [.. scored.Skip(s * items.Length).Take(items.Length)])),
            ])
        {
            Fingerprint = [.. header.Settings],
        };
        WholeFile.Write(Path.Combine(folder, "keys.json"), KeyJson.Of(results));
        KeyAuditReport.Build(results).Write(Path.Combine(folder, "report.html"));
        Tell(results, events);
        return results;
    }

    private static void Tell(KeyResults results, IProgress<RunEvent>? events)
    {
        if (results.LeftOut > 0)
        {
            events?.Report(new RunNote(string.Create(
                CultureInfo.InvariantCulture,
                $"{results.LeftOut} rows are left out, for they have no right or no wrong response.")));
        }

        foreach (KeyedScorer scorer in results.Scorers.Where(s => s.Unscored > 0))
        {
            events?.Report(new RunNote(string.Create(
                CultureInfo.InvariantCulture,
                $"{scorer.Name} of {scorer.Model}: {scorer.Unscored} rows have a text that could not be scored, the first one as "
                + $"{scorer.FirstError}."), IsFault: true));
        }
    }

    private KeyItem[] Items()
    {
        RowColumns? columns = RowColumns.ParseAny(settings.Columns);
        return
        [
            .. RowInput.Read(settings.Data, line => KeyItem.Of(RowParser.Parse(line, columns)), columns)
                .Take(settings.Limit ?? int.MaxValue).Select(r => r.Row),
        ];
    }

    private IReadOnlyList<KeyScores> Scored(
        KeyItem[] items, KeyedModels models, string folder, RunHeader header, IProgress<RunEvent>? events,
        CancellationToken cancellation)
    {
        string path = Path.Combine(folder, "keys.jsonl");
        AuditFolder.Write(
            path, settings.Resume, header, "rows", events,
            output => Score(items, models, output, Advances(events, "rows"), cancellation));
        return [.. JsonLines.Read(path).Select(l => KeyScores.Read(l.Fields))];
    }

    // Scorer after scorer: one model works at a time.
    private static void Score(
        KeyItem[] items, KeyedModels models, RowOutput output, IProgress<WorkDone>? progress, CancellationToken cancellation)
    {
        long done = output.RowsDone, total = (long)items.Length * models.Scorers.Count;
        while (done < total)
        {
            int place = (int)(done / items.Length);
            (KeyScorer scorer, IDisposable owned) = models.Open(place);
            using (owned)
            {
                while (done < total && done / items.Length == place)
                {
                    cancellation.ThrowIfCancellationRequested();
                    int first = (int)(done % items.Length);
                    KeyItem[] batch = [.. items.Skip(first).Take(ItemsATime)];
                    output.WriteAll([.. scorer.Score(batch, first, cancellation).Select(s => s.ToLine())]);
                    done += batch.Length;
                    progress?.Report(new WorkDone(done - output.RowsDone, 0, done / (double)total));
                }
            }
        }
    }

    private KeyValuePair<string, string>[] Header(KeyedModels models) =>
    [
        new("data", RowInput.DigestOf(settings.Data)),
        new("limit", settings.Limit?.ToString(CultureInfo.InvariantCulture) ?? "none"),
        .. models.Describe(),
        .. RunHeader.Of(settings.Format),
    ];
}
