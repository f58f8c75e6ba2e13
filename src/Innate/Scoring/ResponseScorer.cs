using Innate.Judges;
using Innate.Models;
using Innate.Rewards;
using Innate.Rows;
using Innate.Sessions;
using Innate.Text;

namespace Innate.Scoring;

/// <summary>Scores of the responses to a prompt, or what is wrong with the row.</summary>
internal readonly record struct ScoredRow(JudgeVerdict? Verdict, string? Error);

/// <summary>Scores rows by a reward or by a judge: the two ways in which responses are compared.</summary>
/// <param name="score">Rows' scores; a bad row takes down no other.</param>
internal sealed class ResponseScorer(Func<IReadOnlyList<Row>, CancellationToken, IReadOnlyList<ScoredRow>> score)
{
    public IReadOnlyList<ScoredRow> Score(IReadOnlyList<Row> rows, CancellationToken cancellation) => score(rows, cancellation);

    /// <summary>The scorer of some settings.</summary>
    /// <param name="settings">A reward, or a judge.</param>
    /// <param name="session">The model.</param>
    /// <param name="reference">The implicit reward's reference; null: none.</param>
    /// <param name="format">Chat or raw, system prompt.</param>
    /// <param name="samples">Whether responses are sampled: the system prompt is then theirs.</param>
    /// <exception cref="InputException">The model cannot serve it, or settings that do not go together.</exception>
    public static ResponseScorer Of(
        ScorerSettings settings, ModelSession session, ModelSession? reference, ChatFormatOptions format, bool samples)
    {
        if (settings.Judge is { } judge)
        {
            RequireNoSystem(format, samples);
            return Of(NamedJudge.Of(judge, session, format));
        }

        RowScorer scorer = RowScorer.Of(session, reference, settings.Reward, settings.Options);
        ModelLimits limits = session.LimitsWith(reference);
        RowEncoder encoder = RowEncoder.Of(session, settings.RewardFormat(format), limits);
        encoder.RequireText();
        return Of(encoder, limits, scorer);
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

    private static ResponseScorer Of(RowEncoder encoder, ModelLimits limits, RowScorer scorer) => new((rows, cancellation) =>
    {
        (EncodedRow? Row, string? Error)[] encoded = [.. rows.Select(r => Try(() =>
        {
            EncodedRow row = encoder.EncodeRow(r);
            limits.Require(row.Query);
            return row;
        }))];
        EncodedRow[] good = [.. encoded.Where(e => e.Row is not null).Select(e => e.Row!)];
        ScoredResponse[][] scored = good.Length > 0 ? scorer.Score(good, cancellation) : [];
        int next = 0;
        return [.. encoded.Select(e =>
        {
            if (e.Row is null) return new ScoredRow(null, e.Error);
            ScoredResponse[] own = scored[next++];
            return RowRewards.NotFinite(own, withTrace: false) is { } error
                ? new ScoredRow(null, error)
                : new ScoredRow(new JudgeVerdict([.. own.Select(s => s.Reward.Value)]), null);
        })];
    });

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
