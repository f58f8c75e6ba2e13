using System.Globalization;
using Innate.Benchmarks;
using Innate.Benchmarks.Evaluation;
using Innate.Judges;
using Innate.Rows;
using Innate.Scoring;
using Innate.Sessions;
using Innate.Text;

namespace Innate.Runs.Evaluation;

/// <summary>
/// Measures scorers on a benchmark: items in batches of a bounded number of tokens, each scored by all scorers and written at
/// once. Files: results.json, items.jsonl (one line an item and scorer), report.html.
/// </summary>
/// <param name="settings">What is measured on what.</param>
public sealed class EvaluationRun(EvaluationSettings settings) : Run<EvalResults>
{
    /// <summary>
    /// Stands for every scorer that the model can serve: with a reference <c>implicit</c> too, and the judges that look at one
    /// response at a time.
    /// </summary>
    public const string AllScorers = "all";

    private const int TokensOfRequest = 2048;

    /// <summary>The file of a line an item and scorer.</summary>
    internal const string LinesFile = "items.jsonl";

    /// <inheritdoc/>
    public override EvalResults Execute(IProgress<RunEvent>? events = null, CancellationToken cancellation = default)
    {
        SweepGrid? grid = settings.Sweep is { } text ? SweepGrid.Parse(text) : null;
        if (settings.Limit is < 1)
        {
            throw new InputException(nameof(settings.Limit), "a whole number of at least 1", $"{settings.Limit}");
        }

        if (settings.Resamples < 1)
        {
            throw new InputException(nameof(settings.Resamples), "a whole number of at least 1", $"{settings.Resamples}");
        }

        bool all = settings.Scorers is [AllScorers];
        IReadOnlyList<ScorerSpec>? named = settings.Scorers.Count > 0 && !all ? ScorerSpec.ParseAll(settings.Scorers) : null;
        TaskLines.RequireFolder(settings.Output, settings.Shard);
        IBenchmark benchmark = BenchmarkNames.Open(
            settings.Benchmark,
            new BenchmarkSource(settings.Data)
            {
                Prompts = settings.Prompts,
                Columns = RowColumns.ParseAny(settings.Columns),
                Limit = settings.Limit,
                Seed = settings.Seed,
            });
        IReadOnlyList<BenchmarkItem> items = BenchmarkNames.First(benchmark.Items, settings.Limit);
        if (settings.Steps is not null && benchmark is not ProcessBench)
        {
            throw new InputException(nameof(settings.Steps), "none but with process-bench", benchmark.Name);
        }

        using ModelSession session = OpenModel(settings.Model, cancellation);
        (IReadOnlyList<ScorerSpec> specs, string? leftOut) = named is not null ? (named, null)
            : ServedScorers.Usual(session, settings.Reference is not null, benchmark.UsualScorer, all);
        ServedScorers.Require(specs, session, settings, grid);
        if (benchmark is ProcessBench && specs.FirstOrDefault(s => s.Kind == ScorerKind.Expression) is { } whole)
        {
            throw new InputException(
                nameof(settings.Scorers), "one reward of traces with process-bench, where each step is scored", whole.Name);
        }

        if (benchmark is ProcessBench && specs.FirstOrDefault(s => s.Options.First is not null) is { } cut)
        {
            throw new InputException(
                $"{nameof(settings.Scorers)}: {cut.Name}", "no first with process-bench, where each step is scored", "one");
        }

        ChatFormatOptions format = Format(specs, benchmark);
        using ModelSession? reference = settings.Reference is { } other ? OpenModel(other, cancellation) : null;
        if (reference is { IsClassifier: true })
        {
            throw new InputException(nameof(settings.Reference), "a language model",
                $"{reference.Folder}, a trained reward model with a score head");
        }

        JudgeSettings asks = (settings.Judge
            ?? new JudgeSettings()) with { Seed = settings.Seed, Principle = settings.Principle };
        Dictionary<string, NamedJudge> judges = specs.Where(s => s.Kind == ScorerKind.Judge)
            .ToDictionary(s => s.Name, s => MetaScores.Judge(asks.For(s.Judge), session, format), StringComparer.Ordinal);
        using ExpressionScorers expressions = ExpressionScorers.Of(specs, session, reference, format);
        bool readsIds = specs.Any(s => s.Kind is ScorerKind.Trace or ScorerKind.Classifier or ScorerKind.Expression);
        ItemEncoder? encoder = readsIds ? new ItemEncoder(session, format, session.LimitsWith(reference)) : null;
        encoder?.RequireText();

        EvaluationFingerprint made = new(
            benchmark, items, session, reference, specs, format, Options(NamedJudge.Describe(judges.Values, asks, session)));
        using TaskLines lines = TaskLines.Of(
            settings.Output, LinesFile, settings.Shard, "items", [.. items.Select(i => $"{i.Part} {i.Id}")], specs.Count);
        if (leftOut is not null) events?.Report(new RunNote(leftOut));
        SweepGrid? swept = grid ?? (benchmark is ProcessBench ? null : SweepGrid.Discounts);
        EvalExamples examples = new(session, reference, encoder);
        ItemScorer scorer = new(
            specs, session, reference, judges, expressions.ByName, swept, settings.Steps ?? StepReward.Mean, settings.Seed)
        {
            Traced = examples.Add,
        };
        lines.Write(settings.Resume, made.Header(), events, (output, done) => ItemLoop.Run(
            items, [.. lines.Places.Skip(done)], encoder, scorer, output, BudgetOf(session), Advances(events, "items"),
            cancellation));
        foreach ((string name, NamedJudge judge) in judges)
        {
            if (judge.Tally.Told is { } told) events?.Report(new RunNote($"{name}: {told}"));
        }

        Dictionary<int, int> order = lines.Places.Index().ToDictionary(p => p.Item, p => p.Index);
        EvalResults results = EvalResults.Of(
            benchmark, [.. lines.Places.Select(i => items[i])], session.Title, made.Parts, specs,
            lines.Read((line, place) => ItemResult.FromLine(line, items[place].Questions.Count) with { Index = order[place] }),
            grid, settings.Resamples, settings.Seed) with
        {
            Costs = scorer.Costs,
        };
        lines.WriteTables(
            "evaluation", "results.json", results.ToJson,
            () => EvalReport.Build(results, examples.Choose(results, cancellation)), events);
        return results;
    }

    // Engines that hold many requests at once would wait for the last of a small batch.
    private static int BudgetOf(ModelSession session) => session.Engine is not { } engine ? RowBatches.TokenBudget
        : Math.Max(RowBatches.TokenBudget, TokensOfRequest * engine.Requests);

    // A principle steers a judge through its prompt, and a reward of traces as the system prompt.
    private ChatFormatOptions Format(IReadOnlyList<ScorerSpec> specs, IBenchmark benchmark)
    {
        ChatFormatOptions format = settings.Format;
        bool hasJudge = specs.Any(s => s.Kind == ScorerKind.Judge);
        bool hasReward = specs.Any(s => s.Kind is ScorerKind.Trace or ScorerKind.Classifier or ScorerKind.Expression);
        if (settings.Principle is { } unread && !hasJudge && !hasReward)
        {
            throw new InputException(nameof(settings.Principle), "a judge or a reward among {Scorers}, which reads it",
                $"'{unread}'");
        }

        if (format.System is { } system && !hasReward)
        {
            throw new InputException(
                nameof(format.System), "a reward among {Scorers}, which reads it (judges read {Principle} and {JudgePrompt})",
                $"'{system}'");
        }

        if (settings.Principle is { } principle && hasReward)
        {
            if (format.System is not null)
            {
                throw new InputException(
                    nameof(settings.Principle), "none beside {System}, for it is a reward's system prompt", "both");
            }

            format = format with { System = principle };
        }

        if (settings.Judge is not null && !hasJudge)
        {
            throw new InputException(nameof(settings.Judge), "a judge among {Scorers}", "none");
        }

        bool ownPrompts = benchmark.Items.Any(i => i.Questions.Any(q => q.Prompt[0].Role == "system"));
        return format.System is not null && ownPrompts
            ? throw new InputException(
                nameof(format.System),
                $"none with {benchmark.Name}, which has system prompts of its own ({{Principle}} would replace them too)",
                $"'{format.System}'")
            : format;
    }

    private List<KeyValuePair<string, string>> Options(IEnumerable<KeyValuePair<string, string>> ofJudges)
    {
        List<KeyValuePair<string, string>> options =
        [
            new("seed", settings.Seed.ToString(CultureInfo.InvariantCulture)),
            new("steps", settings.Steps == StepReward.Sum ? "sum" : "mean"),
        ];
        if (settings.Sweep is { } grid) options.Add(new("sweep", grid));
        return [.. options, .. ofJudges];
    }
}
