using System.Globalization;
using Innate.Audits;
using Innate.Judges;
using Innate.Rewards;
using Innate.Rows;
using Innate.Scoring;
using Innate.Sessions;
using Innate.Text;
using static System.FormattableString;

namespace Innate.Runs.Auditing;

/// <summary>The models of an audit, and the scorers that are made of them.</summary>
internal sealed class AuditModels : IDisposable
{
    private readonly AuditSettings _settings;
    private readonly List<ModelSession> _opened = [];
    private readonly List<ResponseScorer> _scorers = [];
    private readonly ModelSession? _reference;
    private readonly ModelSession? _other;

    public AuditModels(
        AuditSettings settings, Func<ModelSource, CancellationToken, ModelSession> open, CancellationToken cancellation)
    {
        _settings = settings;
        try
        {
            Model = Opened(settings.Model)!;
            After = Opened(settings.After);
            _reference = Opened(settings.Scorers.Select(s => s.Reference).FirstOrDefault(r => r is not null));
            _other = Opened(settings.OtherModel);
            if (_other is not null && Model.IsClassifier)
            {
                throw new InputException(
                    nameof(settings.OtherModel), "none with a trained reward model, which has no samples of its own",
                    _other.Name);
            }

            Scorers = [.. settings.Scorers.Select(s => Scorer(s, Model))];
            AfterScorers = After is null ? [] : [.. settings.Scorers.Select(s => Scorer(s, After))];
            Likelihood = Model.IsClassifier ? null : ResponseScorer.Of(
                new ScorerSettings { Reward = RewardKind.MeanLogLikelihood }, Model, null, settings.Format, samples: false);
        }
        catch
        {
            Dispose();
            throw;
        }

        ModelSession? Opened(ModelSource? source)
        {
            if (source is null) return null;
            _opened.Add(open(source, cancellation));
            return _opened[^1];
        }
    }

    /// <summary>The model; before training, where there is one after it.</summary>
    public ModelSession Model { get; }

    /// <summary>The model after training; null: none.</summary>
    public ModelSession? After { get; }

    /// <summary>One a reward or judge.</summary>
    public IReadOnlyList<AuditScorer> Scorers { get; }

    /// <summary>The same of the model after training; none where there is none.</summary>
    public IReadOnlyList<AuditScorer> AfterScorers { get; }

    /// <summary>The mean log-likelihood of responses; null: the model tells none.</summary>
    public ResponseScorer? Likelihood { get; }

    /// <summary>The items with a sample of the other model and one of the model itself, where neither is empty.</summary>
    public IReadOnlyList<AuditItem> Sampled(IReadOnlyList<AuditItem> items, CancellationToken cancellation)
    {
        if (_other is null) return items;
        SampleSettings sample = new() { Count = 1, MaxTokens = _settings.MaxTokens, Seed = _settings.Seed };
        Row[] rows = [.. items.Where(i => i.Sampled is not null).Select(i => i.Row)];
        var theirs = CandidateSampler.Of(sample, _other, _settings.Format).Sample(rows, cancellation);
        var own = CandidateSampler.Of(sample, Model, _settings.Format).Sample(rows, cancellation);
        int next = 0;
        return [.. items.Select(item =>
        {
            if (item.Sampled is null) return item;
            (Row? said, Row? mine) = (theirs[next].Row, own[next++].Row);
            return said is null || mine is null ? item
                : item.WithSamples(said.Responses[0].Text!, mine.Responses[0].Text!);
        })];
    }

    /// <summary>What decides the bits of the scores, by name.</summary>
    public IEnumerable<KeyValuePair<string, string>> Describe()
    {
        foreach (var part in Model.Fingerprint(_settings.Format.Raw, _reference).Parts) yield return part;
        if (After is not null) yield return new("after", After.Fingerprint(_settings.Format.Raw, _reference).Id);
        if (_other is not null) yield return new("other_model", _other.Fingerprint(_settings.Format.Raw).Id);
        foreach (ScorerSettings scorer in _settings.Scorers)
        {
            yield return new(RunDescription.DecidingNameOf(scorer), RunDescription.Of(scorer, Model, _settings.Format));
        }
    }

    public void Dispose()
    {
        foreach (ResponseScorer scorer in _scorers) scorer.Dispose();
        foreach (ModelSession model in _opened) model.Dispose();
    }

    // A system prompt is the rewards'; a judge has its own, and refuses one where nothing else would read it.
    private AuditScorer Scorer(ScorerSettings scorer, ModelSession session)
    {
        RowColumns? columns = RowColumns.ParseAny(_settings.Columns);
        bool isRead = _settings.Scorers.Any(s => s.Judge is null);
        ChatFormatOptions format = scorer.Judge is null || !isRead ? _settings.Format : _settings.Format with { System = null };
        ResponseScorer made =
            ResponseScorer.Of(scorer, session, scorer.Reference is null ? null : _reference, format, samples: false, columns);
        _scorers.Add(made);
        return new AuditScorer(made, scorer.Judge is { Compares: true });
    }
}
