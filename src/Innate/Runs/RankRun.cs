using Innate.Judges;
using Innate.Models;
using Innate.Rows;
using Innate.Scoring;
using Innate.Scoring.Expressions;
using Innate.Sessions;
using Innate.Text;

namespace Innate.Runs;

/// <summary>One prompt whose responses are ranked, and how.</summary>
public sealed record RankSettings
{
    /// <summary>The prompt: one user message.</summary>
    public required string Prompt { get; init; }

    /// <summary>The responses; empty where they are sampled.</summary>
    public IReadOnlyList<string> Responses { get; init; } = [];

    /// <summary>How responses are sampled; null: they are given.</summary>
    public SampleSettings? Sample { get; init; }

    /// <summary>The model that scores.</summary>
    public ModelSource Model { get; init; } = new();

    /// <summary>The reward, or the judge.</summary>
    public ScorerSettings Scorer { get; init; } = new();

    /// <summary>How text becomes ids.</summary>
    public ChatFormatOptions Format { get; init; } = new();
}

/// <summary>A ranking, best first.</summary>
/// <param name="Model">What a person calls the model.</param>
/// <param name="Responses">The responses as given or sampled.</param>
public sealed record Ranking(string Model, IReadOnlyList<string> Responses)
{
    /// <summary>By a reward: the responses with their traces, best first; empty for a judge.</summary>
    public IReadOnlyList<RankedResponse> Ranked { get; init; } = [];

    /// <summary>By a judge: who judged; null for a reward.</summary>
    public NamedJudge? Judge { get; init; }

    /// <summary>By a judge: what was said.</summary>
    public JudgeVerdict? Verdict { get; init; }

    /// <summary>The responses' places, best first; equals keep the order in which they were given.</summary>
    public IReadOnlyList<int> Order => Verdict is { } verdict
        ? [.. Enumerable.Range(0, Responses.Count).OrderByDescending(i => verdict.Scores[i])]
        : [.. Ranked.Select(r => r.Index)];
}

/// <summary>Ranks one prompt's responses by a reward or a judge.</summary>
/// <param name="settings">What is ranked, and how.</param>
public sealed class RankRun(RankSettings settings) : Run<Ranking>
{
    /// <inheritdoc/>
    public override Ranking Execute(IProgress<RunEvent>? events = null, CancellationToken cancellation = default)
    {
        settings.Scorer.Check();
        if (settings.Scorer.Expression is { } asked)
        {
            ExpressionChecks.Require(
                asked, settings.Scorer.Reference is not null, "of one prompt, which has no gold answer: give rows");
        }

        if (settings.Sample is null && settings.Responses.Count == 0)
        {
            throw new InputException(nameof(settings.Responses), "at least one, or {Sample}", "none");
        }

        if (settings.Sample is not null && settings.Responses.Count > 0)
        {
            throw new InputException(nameof(settings.Sample), "none beside given {Responses}", "both");
        }

        using ModelSession session = OpenModel(settings.Model, cancellation);
        using ModelSession? reference = settings.Scorer.Reference is { } other ? OpenModel(other, cancellation) : null;
        IReadOnlyList<string> responses = settings.Sample is { } sample ? Sampled(sample, session, cancellation)
            : settings.Responses;
        return settings.Scorer.Judge is { } judge
            ? Judged(judge, session, responses, cancellation)
            : Rewarded(session, reference, responses, cancellation);
    }

    private Ranking Judged(JudgeSettings judge, ModelSession session, IReadOnlyList<string> responses,
        CancellationToken cancellation)
    {
        ResponseScorer.RequireNoSystem(settings.Format, settings.Sample is not null);
        NamedJudge named = MetaScores.Judge(judge, session, settings.Format);
        JudgeQuestion question = new([new ConversationMessage("user", settings.Prompt)], responses);
        (JudgeVerdict? verdict, string? error) = named.Ask([question], cancellation)[0];
        return verdict is null
            ? throw new InputException($"prompt and responses: {error!.TrimEnd('.')}.")
            : new Ranking(session.Name, responses) { Judge = named, Verdict = verdict };
    }

    private Ranking Rewarded(
        ModelSession session, ModelSession? reference, IReadOnlyList<string> responses, CancellationToken cancellation)
    {
        if (settings.Scorer.Expression is null) PolarRows.Refuse(settings.Scorer.Reward, "of a prompt alone");
        ChatFormat format = session.Format(settings.Scorer.RewardFormat(settings.Format));
        using ExpressionScorer? expression = settings.Scorer.Expression is { } said
            ? new ExpressionScorer(
                said, ExpressionModel.Of(said, session, reference, settings.Scorer.RewardFormat(settings.Format)))
            : null;
        RowScorer scorer = expression is not null ? new RowScorer(expression.Score)
            : RowScorer.Of(session, reference, settings.Scorer.Reward, settings.Scorer.Options);
        TraceQuery query;
        try
        {
            query = TraceQuery.Of(format, settings.Prompt, responses, session.IsClassifier);
            if (settings.Scorer.Guided is { } guided) query = guided.Of(query, format);
            session.LimitsWith(reference).Require(query);
        }
        catch (InputException e) when (e.Problems.Count == 0)
        {
            throw new InputException($"prompt and responses: {e.Message.TrimEnd('.')}.", e);
        }

        Row row = new(
            1, default, new RowPrompt { Text = settings.Prompt }, [.. responses.Select(r => new RowResponse(r, null))],
            ResponseShape.Many);
        (ScoredResponse[]? scored, string? missing) =
            scorer.Score([new PreparedRow(1, 0) { Row = row, Encoded = new EncodedRow(query) }], cancellation)[0];
        if (scored is null) throw new InputException($"prompt and responses: {missing!.TrimEnd('.')}.");
        if (scored.Any(s => !double.IsFinite(s.Reward.Value)))
        {
            throw new InputException("A reward is not a finite number: are the model's weights damaged?");
        }

        return new Ranking(session.Title, responses)
        {
            Ranked = RankedResponse.Order(scored.Select((s, i) =>
                new RankedResponse(i, responses[i], s, session.Tokenizer.TokenTexts(query.Responses[i])))),
        };
    }

    private string[] Sampled(SampleSettings sample, ModelSession session, CancellationToken cancellation)
    {
        using ModelSession? policy = sample.PolicyModel is { } other ? OpenModel(other, cancellation) : null;
        CandidateSampler sampler = CandidateSampler.Of(sample, policy ?? session, settings.Format);
        Row row = new(1, default, new RowPrompt { Text = settings.Prompt }, [], ResponseShape.None);
        (Row? sampled, string? error) = sampler.Sample([row], cancellation)[0];
        return sampled is null
            ? throw new InputException($"prompt: {error!.TrimEnd('.')}.")
            : [.. sampled.Responses.Select(r => r.Text!)];
    }
}
