using System.Diagnostics;
using Innate.Generation;
using Innate.Judges;
using Innate.Models;
using Innate.Rewards;
using Innate.Rows;
using Innate.Scoring.Expressions;
using Innate.Sessions;
using Innate.Traces;

namespace Innate.Benchmarks.Evaluation;

/// <summary>How the token rewards of a step become the step's.</summary>
public enum StepReward
{
    /// <summary>The mean of its tokens'.</summary>
    Mean,
    /// <summary>The sum of its tokens'.</summary>
    Sum,
}

/// <summary>
/// Scores items with every scorer of a run, which share the passes over the data (<see cref="BatchTracer"/>).
/// </summary>
/// <param name="specs">The scorers.</param>
/// <param name="session">The model.</param>
/// <param name="reference">The implicit reward's reference; null: none is needed.</param>
/// <param name="judges">By the scorer's name, those that are judges.</param>
/// <param name="expressions">By the scorer's name, those that are expressions.</param>
/// <param name="sweep">Weights to try on the first weighted scorer, beside gamma 1; null: none.</param>
/// <param name="steps">How token rewards become a step's.</param>
/// <param name="seed">Of the random scorer.</param>
internal sealed class ItemScorer(
    IReadOnlyList<ScorerSpec> specs,
    ModelSession session,
    ModelSession? reference,
    IReadOnlyDictionary<string, NamedJudge> judges,
    IReadOnlyDictionary<string, ExpressionScorer> expressions,
    SweepGrid? sweep,
    StepReward steps,
    ulong seed)
{
    private readonly BatchTracer _tracer = new(specs, session, reference);
    private readonly Dictionary<string, ScorerCost> _costs = new(StringComparer.Ordinal);
    private readonly string? _first = specs.FirstOrDefault(s => s.Kind == ScorerKind.Trace)?.Name;
    private readonly string? _swept = sweep is null ? null : specs.FirstOrDefault(s => s.IsWeighted)?.Name;

    /// <summary>Is told of each item that the first scorer of traces scored; null: nobody is.</summary>
    public Action<TracedItem>? Traced { get; init; }

    /// <summary>By the scorer's name, what its verdicts took so far.</summary>
    public IReadOnlyDictionary<string, ScorerCost> Costs => _costs;

    /// <summary>One result an item and scorer, item by item, the scorers in order.</summary>
    public ItemResult[][] Score(IReadOnlyList<EncodedItem> items, CancellationToken cancellation)
    {
        long began = Stopwatch.GetTimestamp();
        TracedBatch batch = _tracer.Read(items, cancellation);
        items = batch.Items;
        TimeSpan shared = Stopwatch.GetElapsedTime(began);
        ItemResult[][] results = [.. items.Select(_ => new ItemResult[specs.Count])];
        for (int s = 0; s < specs.Count; s++)
        {
            ScorerSpec spec = specs[s];
            began = Stopwatch.GetTimestamp();
            long judged = spec.Kind == ScorerKind.Judge ? judges[spec.Name].Tally.Tokens : 0;
            ItemResult[] column = spec.Kind switch
            {
                ScorerKind.Trace => [.. items.Select(i => i.Queries is null ? Refused(i, spec) : FromTraces(i, spec, batch))],
                ScorerKind.Classifier => Classify(items, spec, cancellation),
                ScorerKind.Expression => Express(batch, spec, cancellation),
                ScorerKind.Judge => Ask(items, spec, judges[spec.Name], cancellation),
                _ => [.. items.Select(i => Baseline(i, spec))],
            };
            bool reads = spec.Kind is ScorerKind.Trace or ScorerKind.Expression;
            _costs[spec.Name] = _costs.GetValueOrDefault(spec.Name) + new ScorerCost(
                (Stopwatch.GetElapsedTime(began) + (reads ? shared : default)).TotalSeconds,
                spec.Kind == ScorerKind.Judge ? judges[spec.Name].Tally.Tokens - judged
                    : reads || spec.Kind == ScorerKind.Classifier ? batch.TokenCount : 0,
                column.Sum(r => r.Scores?.Sum(q => (long)q.Scores.Length) ?? 0));
            for (int i = 0; i < items.Count; i++) results[i][s] = Counted(items[i], column[i]);
        }

        return results;
    }

    // Lengths in tokens are known of all scorers where they are known of one.
    private static ItemResult Counted(EncodedItem item, ItemResult result) =>
        result is { Tokens: null, Scores: not null } && item is { Queries: { } queries, StepEnds: null }
            ? result with { Tokens = [.. queries.Select(q => q.Responses.Select(r => r.Length).ToArray())] }
            : result;

    private ItemResult FromTraces(EncodedItem item, ScorerSpec spec, TracedBatch batch)
    {
        IReadOnlyList<TokenTrace[]> own = batch.PartOf(batch.Of(spec), item);
        IReadOnlyList<TokenTrace[]>? theirs = batch.Reference is { } all ? (TokenTrace[][])[.. batch.PartOf(all, item)] : null;
        IReadOnlyList<QuestionScores>[] each =
        [
            Scores(spec.Options),
            .. spec.Name != _swept ? []
                : sweep!.Points(spec.Options.Alpha).Append(new RewardOptions { Alpha = spec.Options.Alpha })
                    .Select(o => Scores(o with { First = spec.Options.First })),
        ];
        if (each.SelectMany(s => s).SelectMany(s => s.Scores).Any(x => !double.IsFinite(x)))
        {
            return new ItemResult(item.Index, spec.Name, null, "a reward is not a finite number");
        }

        ItemResult result = new(item.Index, spec.Name, each[0], null)
        {
            Tokens = [.. item.Queries!.Select(q => q.Responses.Select(r => r.Length).ToArray())],
            Sweep = spec.Name == _swept ? each[1..^1] : null,
            Undiscounted = spec.Name == _swept ? each[^1] : null,
        };
        if (spec.Name == _first) Traced?.Invoke(new TracedItem(item, result, own, theirs));
        return result;

        IReadOnlyList<QuestionScores> Scores(RewardOptions options) =>
        [
            .. Enumerable.Range(0, item.Queries!.Count).Select(q =>
            {
                TokenTrace[] responses = own[q];
                TokenTrace[]? references = theirs?[q];
                return new QuestionScores(item.StepEnds is { } ends
                    ? StepScores(spec, responses[0], references?[0], options, ends)
                    : [.. responses.Select((t, i) => Reward.Compute(spec.Reward, t, options, references?[i]).Value)]);
            }),
        ];
    }

    private double[] StepScores(ScorerSpec spec, TokenTrace trace, TokenTrace? referenceTrace, RewardOptions options, int[] ends)
    {
        double[] tokens = Reward.Compute(spec.Reward, trace, options, referenceTrace).PerToken;
        if (spec.IsWeighted) tokens = [.. tokens.Zip(options.Weights(tokens.Length), (r, w) => r * w)];
        return [.. ends.Select((end, i) =>
        {
            int first = i == 0 ? 0 : ends[i - 1];
            double sum = tokens[first..end].Sum();
            return steps == StepReward.Sum ? sum : sum / (end - first);
        })];
    }

    // An engine may refuse an item under another prompt, though not under its own.
    private ItemResult[] Express(TracedBatch batch, ScorerSpec spec, CancellationToken cancellation)
    {
        try
        {
            return FromExpression(batch, spec, cancellation);
        }
        catch (InputException)
        {
            return [.. batch.Items.Select(item => Alone(item))];
        }

        ItemResult Alone(EncodedItem item)
        {
            try
            {
                return FromExpression(batch.Only(item), spec, cancellation)[0];
            }
            catch (InputException e)
            {
                return new ItemResult(item.Index, spec.Name, null, e.Message.TrimEnd('.'));
            }
        }
    }

    // What is read of the responses for other scorers serves an expression too; under another prompt they are read again.
    private ItemResult[] FromExpression(TracedBatch batch, ScorerSpec spec, CancellationToken cancellation)
    {
        ExpressionScorer scorer = expressions[spec.Name];
        PreparedRow[] rows = [.. batch.Items.Where(i => i.Queries is not null).SelectMany(RowsOf)];
        if (rows.Length == 0) return [.. batch.Items.Select(i => Refused(i, spec))];
        Dictionary<TracePass, IReadOnlyList<TokenTrace[]>> own = [], references = [];
        foreach (TracePass pass in spec.Expression!.Needs.Passes)
        {
            own[pass] = pass.View.IsOwn
                ? batch.ByAlpha[pass.Alpha]
                : session.Traces.Trace(scorer.Queries(pass, rows), pass.Alpha, cancellation);
        }

        foreach (TracePass pass in scorer.ReferencePasses)
        {
            references[pass] = pass.View.IsOwn
                ? batch.Reference!
                : reference!.Traces.Trace(scorer.Queries(pass, rows), 1, cancellation);
        }

        IReadOnlyList<double[]>? classified = spec.Expression.Needs.Classifier is null ? null
            : session.ScoreClassifier([.. rows.Select(r => r.Query!)], cancellation);
        RowScores[] scores = [.. scorer.Combine(rows, own, references, classified, cancellation)];
        return [.. batch.Items.Select(item => item.Queries is null ? Refused(item, spec)
            : Of(item, [.. batch.PartOf(scores, item)]))];

        ItemResult Of(EncodedItem item, RowScores[] questions) =>
            questions.FirstOrDefault(q => q.Scored is null)?.Error is { } why
                ? new ItemResult(item.Index, spec.Name, null, why)
                : questions.Any(q => q.Scored!.Any(s => !double.IsFinite(s.Reward.Value)))
                    ? new ItemResult(item.Index, spec.Name, null, "a reward is not a finite number")
                    : new ItemResult(
                        item.Index, spec.Name,
                        [.. questions.Select(q => new QuestionScores([.. q.Scored!.Select(s => s.Reward.Value)]))], null);
    }

    private static IEnumerable<PreparedRow> RowsOf(EncodedItem item) => item.Queries!.Select((query, q) =>
    {
        JudgeQuestion question = item.Item.Questions[q];
        return new PreparedRow(item.Index + 1, 0)
        {
            Row = new Row(
                item.Index + 1, default, new RowPrompt { Messages = [.. question.Prompt], Arguments = question.Arguments },
                [.. question.Responses.Select(r => new RowResponse(r, null))], ResponseShape.Many),
            Encoded = new EncodedRow(query),
        };
    });

    // Of an item with steps the head and the judges read the answer up to each step: its question's responses.
    private ItemResult[] Classify(IReadOnlyList<EncodedItem> items, ScorerSpec spec, CancellationToken cancellation)
    {
        EncodedItem[] fitting = [.. items.Where(i => i.Queries is not null)];
        IReadOnlyList<double[]> scores = fitting.Length == 0 ? []
            : session.ScoreClassifier([.. fitting.SelectMany(QueriesOf)], cancellation);
        Dictionary<int, ItemResult> results = [];
        int at = 0;
        foreach (EncodedItem item in fitting)
        {
            // A head that judges steps tells all of them in one reading.
            int[]? ends = QueriesOf(item)[0].Places is null ? null : item.StepEnds;
            double[][] own = [.. QueriesOf(item).Select(q => ends is not null
                ? scores[at++]
                : Innate.Rewards.StepScores.Values(q, scores[at++], spec.Options.Steps))];
            results[item.Index] = own.SelectMany(s => s).All(double.IsFinite)
                ? new ItemResult(item.Index, spec.Name, [.. own.Select(s => new QuestionScores(s))], null)
                {
                    Tokens = ends is not null ? [ends]
                        : [.. QueriesOf(item).Select(q => q.Responses.Select(r => r.Length).ToArray())],
                }
                : new ItemResult(item.Index, spec.Name, null, "a reward is not a finite number");
        }

        return [.. items.Select(i => results.GetValueOrDefault(i.Index) ?? Refused(i, spec))];
    }

    private static IReadOnlyList<TraceQuery> QueriesOf(EncodedItem item) =>
        item.StepEnds is not { } ends || item.Queries![0].Places is not null
        ? item.Queries!
        : [item.Queries![0] with { Responses = [.. ends.Select(e => item.Queries![0].Responses[0][..e])] }];

    private static ItemResult[] Ask(
        IReadOnlyList<EncodedItem> items, ScorerSpec spec, NamedJudge judge, CancellationToken cancellation)
    {
        IReadOnlyList<(JudgeVerdict? Verdict, string? Error)> verdicts =
            judge.Ask([.. items.SelectMany(i => i.Item.Questions)], cancellation);
        int at = 0;
        return [.. items.Select(i => FromVerdicts(i, spec, [.. i.Item.Questions.Select(_ => verdicts[at++])]))];
    }

    private static ItemResult FromVerdicts(EncodedItem item, ScorerSpec spec, (JudgeVerdict? Verdict, string? Error)[] verdicts)
    {
        if (verdicts.FirstOrDefault(v => v.Verdict is null).Error is { } error)
        {
            return new ItemResult(item.Index, spec.Name, null, error.TrimEnd('.'));
        }

        PairwiseSummary pairs = PairwiseSummary.Of(verdicts.Select(v => v.Verdict!));
        return new ItemResult(
            item.Index, spec.Name,
            [.. verdicts.Select(v => new QuestionScores(v.Verdict!.Scores) { Preferences = v.Verdict.Preferences })],
            null)
        {
            Pairs = pairs.Pairs == 0 ? null : pairs,
        };
    }

    private ItemResult Baseline(EncodedItem item, ScorerSpec spec)
    {
        // Of the item alone: neither the order nor the number of items moves a draw.
        ulong own = RandomBits.Hash(item.Item.Id, seed ^ RandomBits.EmptyHash);
        return new ItemResult(
            item.Index, spec.Name,
            [.. item.Item.Questions.Select((q, i) =>
                new QuestionScores([.. (item.Item.Steps ?? q.Responses).Select((r, j) => Score(r, i, j))]))],
            null);

        double Score(string response, int question, int place) => spec.Kind switch
        {
            ScorerKind.ShorterWins => -response.Length,
            ScorerKind.LongerWins => response.Length,
            _ => SampleRandom.Uniform(own, question, place, 0),
        };
    }

    private static ItemResult Refused(EncodedItem item, ScorerSpec spec) => new(item.Index, spec.Name, null, item.Refusal);
}
