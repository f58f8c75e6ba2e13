using Innate.Judges;
using Innate.Models;
using Innate.Rewards;
using Innate.Rows;
using Innate.Scoring.Expressions;
using Innate.Sessions;
using Innate.Text;

namespace Innate.Scoring;

/// <summary>Scores of the responses to a prompt, or what is wrong with the row.</summary>
internal readonly record struct ScoredRow(JudgeVerdict? Verdict, string? Error);

/// <summary>Scores rows by a reward or by a judge: the two ways in which responses are compared.</summary>
/// <param name="score">Rows' scores; a bad row takes down no other.</param>
/// <param name="owned">What ends with it; null: nothing.</param>
internal sealed class ResponseScorer(
    Func<IReadOnlyList<Row>, CancellationToken, IReadOnlyList<ScoredRow>> score, IDisposable? owned = null) : IDisposable
{
    public IReadOnlyList<ScoredRow> Score(IReadOnlyList<Row> rows, CancellationToken cancellation) => score(rows, cancellation);

    public void Dispose() => owned?.Dispose();

    /// <summary>The scorer of some settings.</summary>
    /// <param name="settings">A reward, or a judge.</param>
    /// <param name="session">The model.</param>
    /// <param name="reference">The implicit reward's reference; null: none.</param>
    /// <param name="format">Chat or raw, system prompt.</param>
    /// <param name="samples">Whether responses are sampled: the system prompt is then theirs.</param>
    /// <param name="columns">The rows' own names of fields; null: none of their own.</param>
    /// <exception cref="InputException">The model cannot serve it, or settings that do not go together.</exception>
    public static ResponseScorer Of(
        ScorerSettings settings, ModelSession session, ModelSession? reference, ChatFormatOptions format, bool samples,
        RowColumns? columns = null)
    {
        if (settings.Judge is { } judge)
        {
            RequireNoSystem(format, samples);
            return Of(MetaScores.Judge(judge, session, format));
        }

        ChatFormatOptions own = settings.RewardFormat(format);
        ExpressionScorer? expression = settings.Expression is { } said
            ? new ExpressionScorer(said, ExpressionModel.Of(said, session, reference, own), columns)
            : null;
        RowScorer scorer = expression is not null ? new RowScorer(expression.Score)
            : RowScorer.Of(session, reference, settings.Reward, settings.Options);
        ModelLimits limits = session.LimitsWith(reference);
        RowEncoder encoder = RowEncoder.Of(session, own, limits).With(
            expression is not null ? null : PolarRows.ReaderOf(settings.Reward, limits.MaxPositions, columns))
            .Guided(settings.Guided?.Guidance, settings.Guided?.NullPrompt);

        // What text lacks is no row's fault, and told before the first; rows of ids do not need it.
        (_, string? lacking) = Try(() =>
        {
            encoder.RequireText();
            return encoder;
        });
        return Of(encoder, limits, scorer, expression, lacking);
    }

    /// <summary>Refuses a system prompt that nobody would see: a judge's prompt has its own.</summary>
    internal static void RequireNoSystem(ChatFormatOptions format, bool samples)
    {
        if (format.System is not null && !samples)
        {
            throw new InputException("System", "none with a judge: its prompt has its own ({Principle}, {JudgePrompt})",
                $"'{format.System}'");
        }
    }

    private static ResponseScorer Of(NamedJudge judge) => new((rows, cancellation) =>
    {
        (JudgeQuestion? Question, string? Error)[] asked = [.. rows.Select(r => Try(() => JudgedRow.Question(r)))];
        JudgeQuestion[] good = [.. asked.Where(a => a.Question is not null).Select(a => a.Question!)];
        IReadOnlyList<(JudgeVerdict? Verdict, string? Error)> said = good.Length > 0 ? judge.Ask(good, cancellation) : [];
        int next = 0;
        return [.. asked.Select(a => a.Question is null ? new ScoredRow(null, a.Error)
            : new ScoredRow(said[next].Verdict, said[next++].Error))];
    });

    private static ResponseScorer Of(
        RowEncoder encoder, ModelLimits limits, RowScorer scorer, IDisposable? owned, string? lacking) => new(
        (rows, cancellation) =>
    {
        if (lacking is not null && rows.Any(r => r.Prompt.Ids is null || r.Responses.Any(a => a.Ids is null)))
        {
            throw new InputException(lacking);
        }

        (PreparedRow? Row, string? Error)[] encoded = [.. rows.Select(r => Try(() =>
        {
            EncodedRow row = encoder.EncodeRow(r);
            limits.Require(row.Query);
            return new PreparedRow(r.Line, 0) { Row = r, Encoded = row };
        }))];
        PreparedRow[] good = [.. encoded.Where(e => e.Row is not null).Select(e => e.Row!)];
        IReadOnlyList<RowScores> scored = Scores(scorer, good, cancellation);
        int next = 0;
        return [.. encoded.Select(e =>
        {
            if (e.Row is null) return new ScoredRow(null, e.Error);
            (ScoredResponse[]? own, string? missing) = scored[next++];
            if (own is null) return new ScoredRow(null, missing);
            return RowRewards.NotFinite(own, withTrace: false) is { } error
                ? new ScoredRow(null, error)
                : new ScoredRow(new JudgeVerdict([.. own.Select(s => s.Reward.Value)]), null);
        })];
    }, owned);

    // An engine may refuse what its limits did not tell: it is found out whose fault it is, one row at a time.
    private static IReadOnlyList<RowScores> Scores(RowScorer scorer, PreparedRow[] rows, CancellationToken cancellation)
    {
        if (rows.Length == 0) return [];
        if (Try(() => scorer.Score(rows, cancellation)).Value is { } all) return all;
        return [.. rows.Select(r => Try(() => scorer.Score([r], cancellation)[0]) is var (own, error) && own is null
            ? new RowScores(null, error!.TrimEnd('.')) : own!)];
    }

    private static (T? Value, string? Error) Try<T>(Func<T> make)
        where T : class
    {
        try
        {
            return (make(), null);
        }
        catch (InputException e)
        {
            return (null, e.Message);
        }
    }
}
