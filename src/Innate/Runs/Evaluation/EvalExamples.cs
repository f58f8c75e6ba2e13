using Innate.Benchmarks.Evaluation;
using Innate.Benchmarks;
using Innate.Judges;
using Innate.Models;
using Innate.Rewards;
using Innate.Sessions;
using Innate.Traces;

namespace Innate.Runs.Evaluation;

/// <summary>Two responses of an item as a scorer saw them.</summary>
/// <param name="Item">The item.</param>
/// <param name="Question">Which of its questions.</param>
/// <param name="Better">The response that should win.</param>
/// <param name="Worse">The other.</param>
/// <param name="Margin">By how much it does; negative: it does not.</param>
internal sealed record EvalExample(BenchmarkItem Item, int Question, int Better, int Worse, double Margin)
{
    /// <summary>
    /// Of the responses that should and should not win: tokens' texts, the reward, and what colours each token; filled for those
    /// that are shown.
    /// </summary>
    public (string[] Texts, double Reward, double[] Colours)[] Shown { get; init; } = [];
}

/// <summary>
/// The items that a report shows token by token: the largest right and wrong margins of the first trace scorer. Their traces are
/// kept as they come, so that no model is asked again but for what an earlier part of a resumed run has scored.
/// </summary>
/// <param name="session">The model.</param>
/// <param name="reference">The implicit reward's reference; null: none.</param>
/// <param name="encoder">Makes ids; null where no scorer reads any.</param>
internal sealed class EvalExamples(ModelSession session, ModelSession? reference, ItemEncoder? encoder)
{
    private const int Each = 4, MostTokens = 1200;

    // Those that would be shown if the run ended now, in the order of the items.
    private List<Kept> _kept = [];

    private sealed record Kept(EvalExample Example, TokenTrace[] Own, TokenTrace[]? Reference);

    /// <summary>Keeps an item's traces as long as it would be shown.</summary>
    public void Add(TracedItem traced)
    {
        if (traced.Item.Item.Steps is not null) return;
        _kept.AddRange(Pairs(new ScoredItem(traced.Item.Item, traced.Result.Scores!)).Select(e => new Kept(
            e, [traced.Own[e.Question][e.Better], traced.Own[e.Question][e.Worse]],
            traced.Reference is { } theirs ? [theirs[e.Question][e.Better], theirs[e.Question][e.Worse]] : null)));
        HashSet<EvalExample> shown = new(
            Shown(_kept.Select(k => k.Example)), (IEqualityComparer<EvalExample>)ReferenceEqualityComparer.Instance);
        _kept = [.. _kept.Where(k => shown.Contains(k.Example))];
    }

    /// <summary>Chooses the examples, and tells their tokens.</summary>
    /// <param name="results">The run's results.</param>
    /// <param name="cancellation">Stops between layers.</param>
    /// <returns>The scorer and its examples, the right ones first; null where no scorer reads traces, or none fits a
    /// page.</returns>
    public (ScorerSpec Scorer, IReadOnlyList<EvalExample> Examples)? Choose(EvalResults results, CancellationToken cancellation)
    {
        ScorerResult? row = results.Scorers.FirstOrDefault(s => s.Spec.Kind == ScorerKind.Trace && s.Scored.Count > 0);
        if (row is null || encoder is null) return null;
        List<EvalExample> shown = [];
        foreach (EvalExample example in Shown(row.Scored.Where(s => s.Item.Steps is null).SelectMany(Pairs)))
        {
            JudgeQuestion question = example.Item.Questions[example.Question];
            TraceQuery query = encoder.Encode(
                question with { Responses = [question.Responses[example.Better], question.Responses[example.Worse]] });
            if (query.Responses.Sum(r => r.Length) > MostTokens) continue;
            Kept? kept = _kept.Find(k => ReferenceEquals(k.Example.Item, example.Item)
                && (k.Example.Question, k.Example.Better, k.Example.Worse)
                    == (example.Question, example.Better, example.Worse));
            TokenTrace[] traces = kept?.Own ?? session.Traces.Trace([query], row.Spec.Options.Alpha, cancellation)[0];
            TokenTrace[]? others = kept?.Reference ?? reference?.Traces.Trace([query], 1, cancellation)[0];
            shown.Add(example with
            {
                Shown = [.. traces.Select((t, i) =>
                {
                    RewardResult reward = Reward.Compute(row.Spec.Reward, t, row.Spec.Options, others?[i]);
                    return (session.Tokenizer.TokenTexts(t.Tokens), reward.Value,
                        RewardNames.IsOfLikelihoods(row.Spec.Reward) ? t.LogProbability : reward.PerToken);
                })],
            });
        }

        return shown.Count == 0 ? null : (row.Spec, shown);
    }

    // Of pairs in the order of the items: those with the largest margins, the right ones first.
    private static EvalExample[] Shown(IEnumerable<EvalExample> pairs)
    {
        EvalExample[] all = [.. pairs.OrderByDescending(e => e.Margin)];
        return [.. Few(all.Where(e => e.Margin > 0)), .. Few(all.Reverse().Where(e => e.Margin < 0))];

        // An item once: its other pairs tell the same story.
        static IEnumerable<EvalExample> Few(IEnumerable<EvalExample> examples) => examples
            .Where(e => Length(e) < 4 * MostTokens).DistinctBy(e => e.Item.Id).Take(Each);
    }

    private static int Length(EvalExample e) =>
        e.Item.Questions[e.Question].Responses[e.Better].Length + e.Item.Questions[e.Question].Responses[e.Worse].Length;

    // Where each question has right responses of its own: the best of them against the best other. Else a right response against
    // the wrong one in its place (RM-Bench: of its style).
    private static IEnumerable<EvalExample> Pairs(ScoredItem scored)
    {
        BenchmarkItem item = scored.Item;
        if (item.Rights is { } rights)
        {
            return Enumerable.Range(0, rights.Count).Where(q => rights[q].Count > 0 && item.WrongOf(q).Count > 0).Select(q =>
            {
                double[] scores = scored.Scores[q].Scores;
                (int right, int other) = (rights[q].MaxBy(i => scores[i]), item.WrongOf(q).MaxBy(i => scores[i]));
                return new EvalExample(item, q, right, other, scores[right] - scores[other]);
            });
        }

        double[] own = scored.Scores[0].Scores;
        int right = item.RightAnswers;
        return Enumerable.Range(0, Math.Min(right, own.Length - right))
            .Select(i => new EvalExample(item, 0, i, right + i, own[i] - own[right + i]));
    }
}
