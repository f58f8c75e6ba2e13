using System.Globalization;
using Innate.Audits;
using Innate.Audits.Edits;
using Innate.Audits.Probes;
using Innate.Audits.Words;
using Innate.Benchmarks;
using Innate.Judges;
using Innate.Rows;
using Innate.Scoring;

namespace Innate.Runs.Auditing;

/// <summary>
/// What else does a reward prefer? The user's responses and exact edits of them, scored together; each edit's worth in standard
/// deviations, with an interval and a test. Files: pairs.jsonl (one line a prompt), audit.json, report.html.
/// </summary>
/// <param name="settings">What is audited on what.</param>
public sealed class AuditRun(AuditSettings settings) : Run<AuditResults>
{
    /// <summary>The file of a line a prompt.</summary>
    internal const string LinesFile = "pairs.jsonl";

    // Each prompt has some ten texts for each of its responses.
    private const int ItemsATime = 8;

    /// <inheritdoc/>
    public override AuditResults Execute(IProgress<RunEvent>? events = null, CancellationToken cancellation = default)
    {
        Check();
        TaskLines.RequireFolder(settings.Output, settings.Shard);
        IReadOnlyList<ResponseEdit> edits = ResponseEdit.Named(settings.Edits);
        IReadOnlyList<WordList> lists = settings.Words is { } file ? WordList.Read(file) : WordList.Shipped();
        Row[] rows = Rows();
        bool compares = settings.Scorers.Any(s => s.Judge is { Compares: true });
        if (compares && rows.All(r => r.Responses.Count < 2))
        {
            throw new InputException(
                nameof(settings.Data), "prompts with several responses, which a pairwise judge compares", "one response each");
        }

        AuditPlan plan = AuditPlan.Of(rows, new AuditRequest
        {
            Edits = edits, Lists = lists, Probes = Probe.Shipped(), Safety = Safety(),
            Samples = settings.OtherModel is not null, Compares = compares,
        });
        using AuditModels models = new(settings, OpenModel, cancellation);
        using TaskLines lines = TaskLines.Of(
            settings.Output, LinesFile, settings.Shard, "prompts", [.. plan.Items.Select(i => i.Cluster)]);
        RunHeader header = new(() => Header(models, edits));
        lines.Write(
            settings.Resume, header, events,
            (output, done) => Score(
                plan, [.. lines.Places.Skip(done)], models, output, Advances(events, "prompts"), cancellation));
        if (lines.IsPart)
        {
            lines.TellPart("audit", events);
            return new AuditResults(models.Model.Title, lines.Places.Count, rows.Sum(r => r.Responses.Count), [])
            {
                After = models.After?.Title, Contrasts = plan.Contrasts, Fingerprint = [.. header.Settings],
            };
        }

        (IReadOnlyList<ItemScores> Scores, double?[]? Likelihoods)[] scored =
            lines.Read((line, _) => ItemLine.Read(line));
        int count = settings.Scorers.Count;
        IReadOnlyList<double?[]>? likelihoods =
            models.Likelihood is null ? null : [.. scored.Select(s => s.Likelihoods ?? [])];
        AuditResults results = new(
            models.Model.Title, plan.Items.Where(i => i.Originals > 0).DistinctBy(i => i.Cluster).Count(),
            rows.Sum(r => r.Responses.Count),
            [
                .. settings.Scorers.Select((scorer, s) => AuditedReward.Of(
                    RunDescription.NameOf(scorer), plan, [.. scored.Select(i => i.Scores[s])],
                    models.After is null ? null : [.. scored.Select(i => i.Scores[count + s])],
                    likelihoods, settings.Resamples, settings.Seed)),
            ])
        {
            After = models.After?.Title,
            Contrasts = plan.Contrasts,
            Fingerprint = [.. header.Settings],
        };
        WholeFile.Write(Path.Combine(lines.Folder, "audit.json"), AuditJson.Of(results));
        AuditReport.Build(results, plan).Write(Path.Combine(lines.Folder, "report.html"));
        foreach (AuditedReward reward in results.Rewards.Where(r => r.Unscored > 0))
        {
            events?.Report(new RunNote(string.Create(
                CultureInfo.InvariantCulture,
                $"{reward.Name}: {reward.Unscored} prompts have a text that could not be scored, the first one as "
                + $"{reward.FirstError}."), IsFault: true));
        }

        return results;
    }

    private void Check()
    {
        if (settings.Limit is < 1)
        {
            throw new InputException(nameof(settings.Limit), "a whole number of at least 1", $"{settings.Limit}");
        }

        if (settings.Resamples < 1)
        {
            throw new InputException(nameof(settings.Resamples), "a whole number of at least 1", $"{settings.Resamples}");
        }

        foreach (ScorerSettings scorer in settings.Scorers)
        {
            scorer.Check();
            if (scorer.Expression?.Needs.Group is not { } compares) continue;
            throw new InputException(
                "Rewards", "rewards of one response alone, for an edit would move the group that it is compared with",
                $"{compares} in {scorer.Expression}");
        }

        var names = settings.Scorers.GroupBy(RunDescription.NameOf, StringComparer.Ordinal);
        if (names.FirstOrDefault(g => g.Count() > 1) is { } twice)
        {
            throw new InputException("Rewards", "different rewards and judges", $"{twice.Key} twice");
        }
    }

    private Row[] Rows()
    {
        RowColumns? columns = RowColumns.ParseAny(settings.Columns);
        Row[] rows =
        [
            .. RowInput.Read(settings.Data, line => AsText(RowParser.Parse(line, columns)), columns)
                .Take(settings.Limit ?? int.MaxValue).Select(r => r.Row),
        ];
        int responses = rows.Sum(r => r.Responses.Count);
        return responses > 1 ? rows : throw new InputException(
            $"{settings.Data}: expected at least two responses, for a shift is told in their rewards' standard deviations, found "
            + $"{responses}.");
    }

    private static Row AsText(Row row) =>
        row.Prompt.Ids is null && row.Prompt.Conversation.Count > 0 && row.Responses.All(r => r.Text is { Length: > 0 })
        ? row
        : throw new InputException("expected prompt and responses as text, which can be edited, found ids or an empty text");

    private IReadOnlyList<BenchmarkItem> Safety()
    {
        if (settings.RmBench is not { } folder) return [];
        BenchmarkItem[] items =
            [.. RmBench.Read(folder).Items.Where(i => i.Id.StartsWith("safety-", StringComparison.Ordinal))];
        return items.Length == 0
            ? throw new InputException(
                nameof(settings.RmBench), "RM-Bench's safety-refuse_filtered.json and safety-response_filtered.json",
                $"neither in {folder}")
            : [.. items.GroupBy(i => i.Id[..i.Id.IndexOf('/', StringComparison.Ordinal)], StringComparer.Ordinal)
                .SelectMany(set => set.Take(settings.Limit ?? int.MaxValue))];
    }

    private static void Score(
        AuditPlan plan, int[] places, AuditModels models, RowOutput output, IProgress<WorkDone>? progress,
        CancellationToken cancellation)
    {
        int done = 0;
        foreach (int[] batch in places.Chunk(ItemsATime))
        {
            cancellation.ThrowIfCancellationRequested();
            IReadOnlyList<AuditItem> items = models.Sampled([.. batch.Select(i => plan.Items[i])], cancellation);
            ItemScores[][] scores =
                [.. models.Scorers.Concat(models.AfterScorers).Select(s => s.Score(items, cancellation).ToArray())];
            double?[]?[] likelihoods = Likelihoods(models.Likelihood, items, cancellation);
            output.WriteAll([.. batch.Select((place, i) =>
                ItemLine.Write(place + 1, [.. scores.Select(s => s[i])], likelihoods[i]))]);
            done += batch.Length;
            progress?.Report(new WorkDone(done, 0, done / (double)places.Length));
        }
    }

    private static double?[]?[] Likelihoods(
        ResponseScorer? likelihood, IReadOnlyList<AuditItem> items, CancellationToken cancellation)
    {
        double?[]?[] found = new double?[]?[items.Count];
        int[] asked = [.. Enumerable.Range(0, items.Count).Where(i => likelihood is not null && items[i].Originals > 0)];
        if (asked.Length == 0) return found;
        IReadOnlyList<ScoredRow> rows = likelihood!.Score([.. asked.Select(i => items[i].Row)], cancellation);
        for (int k = 0; k < asked.Length; k++)
        {
            found[asked[k]] = rows[k].Verdict is { } verdict
                ? [.. verdict.Scores.Select(x => (double?)x)] : new double?[items[asked[k]].Originals];
        }

        return found;
    }

    private KeyValuePair<string, string>[] Header(AuditModels models, IReadOnlyList<ResponseEdit> edits) =>
    [
        .. RunDescription.OfData(settings.Data, settings.Columns, settings.Limit),
        .. models.Describe(),
        new("system", settings.Format.System ?? ""),
        new("template variables", settings.Format.DescribeVariables()),
        new("edits", string.Join(' ', edits.Select(e => e.Name))),
        new("words", settings.Words is { } words ? Digest.Whole(words) : "shipped"),
        new("rm_bench", settings.RmBench is null ? "none" : Digest.OfTexts(Safety().Select(i => i.Id))),
        new("max_tokens", settings.MaxTokens.ToString(CultureInfo.InvariantCulture)),
        new("seed", settings.Seed.ToString(CultureInfo.InvariantCulture)),
    ];
}
