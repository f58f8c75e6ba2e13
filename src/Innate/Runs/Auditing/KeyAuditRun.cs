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
    /// <summary>The file of a line a scorer and row.</summary>
    internal const string LinesFile = "keys.jsonl";

    // An item has some ten texts under one prompt.
    private const int ItemsATime = 8;

    /// <inheritdoc/>
    public override KeyResults Execute(IProgress<RunEvent>? events = null, CancellationToken cancellation = default)
    {
        TaskLines.RequireFolder(settings.Output, settings.Shard);
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

        using TaskLines lines = TaskLines.Of(
            settings.Output, LinesFile, settings.Shard, "rows",
            [.. models.Scorers.SelectMany(s => items.Select(i => i.Cluster))]);
        RunHeader header = new(() => Header(models));
        lines.Write(
            settings.Resume, header, events,
            (output, done) => Score(items, [.. lines.Places.Skip(done)], models, output, Advances(events, "rows"), cancellation));
        if (lines.IsPart)
        {
            lines.TellPart("audit", events);
            return new KeyResults(items.DistinctBy(i => i.Cluster).Count(), all.Length - items.Length, [])
            {
                Fingerprint = [.. header.Settings],
            };
        }

        KeyScores[] scored = lines.Read((line, _) => KeyScores.Read(line));
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
        WholeFile.Write(Path.Combine(lines.Folder, "keys.json"), KeyJson.Of(results));
        KeyAuditReport.Build(results).Write(Path.Combine(lines.Folder, "report.html"));
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

    // Scorer after scorer: one model works at a time.
    private static void Score(
        KeyItem[] items, int[] places, KeyedModels models, RowOutput output, IProgress<WorkDone>? progress,
        CancellationToken cancellation)
    {
        int done = 0;
        foreach (IGrouping<int, int> own in places.GroupBy(p => p / items.Length, p => p % items.Length))
        {
            (KeyScorer scorer, IDisposable owned) = models.Open(own.Key);
            using (owned)
            {
                foreach (int[] batch in own.Chunk(ItemsATime))
                {
                    cancellation.ThrowIfCancellationRequested();
                    output.WriteAll(
                    [
                        .. scorer.Score([.. batch.Select(i => items[i])], cancellation)
                            .Select((s, i) => (s with { Item = batch[i] }).ToLine()),
                    ]);
                    done += batch.Length;
                    progress?.Report(new WorkDone(done, 0, done / (double)places.Length));
                }
            }
        }
    }

    private KeyValuePair<string, string>[] Header(KeyedModels models) =>
    [
        .. RunDescription.OfData(settings.Data, settings.Columns, settings.Limit),
        .. models.Describe(),
        .. RunHeader.Of(settings.Format),
    ];
}
