using Innate.Rows;
using Innate.Scoring;
using Innate.Sessions;

namespace Innate.Runs;

/// <summary>The models of a run that compares responses, and its rows.</summary>
internal sealed class Candidates : IDisposable
{
    private readonly IDisposable?[] _models;

    private Candidates(CandidateRows rows, ModelSession session, params IDisposable?[] models) =>
        (Rows, Session, _models) = (rows, session, [session, .. models]);

    /// <summary>The model that scores.</summary>
    public ModelSession Session { get; }

    /// <summary>The implicit reward's reference model; null: none.</summary>
    public ModelSession? Reference { get; private init; }

    /// <summary>The model whose responses are compared; null: the one that scores, or the rows' own.</summary>
    public ModelSession? Policy { get; private init; }

    /// <summary>Scores rows.</summary>
    public CandidateRows Rows { get; }

    /// <summary>Opens the models that the settings name; columns are the rows' own names of fields.</summary>
    public static Candidates Open(
        CandidateSettings settings, Func<ModelSource, CancellationToken, ModelSession> open, RowColumns? columns,
        CancellationToken cancellation)
    {
        List<ModelSession> opened = [];
        try
        {
            ModelSession session = Opened(settings.Model)!;
            ModelSession? reference = Opened(settings.Scorer.Reference), policy = Opened(settings.Sample?.PolicyModel);
            ResponseScorer scorer = ResponseScorer.Of(
                settings.Scorer, session, reference, settings.Format, settings.Sample is not null, columns);
            CandidateSampler? sampler = settings.Sample is { } sample
                ? CandidateSampler.Of(sample, policy ?? session, settings.Format)
                : null;
            CandidateRows rows = new(sampler, scorer, settings.Scorer.Judge is null);
            return new Candidates(rows, session, scorer, reference, policy) { Reference = reference, Policy = policy };
        }
        catch
        {
            foreach (ModelSession model in opened) model.Dispose();
            throw;
        }

        ModelSession? Opened(ModelSource? source)
        {
            if (source is null) return null;
            opened.Add(open(source, cancellation));
            return opened[^1];
        }
    }

    public void Dispose()
    {
        foreach (IDisposable? model in _models) model?.Dispose();
    }
}
