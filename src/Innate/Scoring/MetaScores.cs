using Innate.Judges;
using Innate.Rewards;
using Innate.Rows;
using Innate.Scoring.Expressions;
using Innate.Sessions;
using Innate.Text;

namespace Innate.Scoring;

/// <summary>
/// Judges as settings name them, with the scorer of judgements that only expressions can give: SPCT's meta reward model is any
/// reward of the model that judges, its text the judgement, its prompt what asked for it (ours; the paper trains one).
/// </summary>
internal static class MetaScores
{
    /// <summary>The judge of some settings.</summary>
    /// <param name="settings">Which, and how it asks.</param>
    /// <param name="session">The model that is asked, and that scores judgements.</param>
    /// <param name="format">Chat or raw.</param>
    /// <exception cref="InputException">As for <see cref="NamedJudge"/>; or no reward of this model is named.</exception>
    public static NamedJudge Judge(JudgeSettings settings, ModelSession session, ChatFormatOptions format) =>
        NamedJudge.Of(settings, session, format, settings.Meta is { } meta ? Scorer(meta, session, format) : null);

    private static JudgementScorer Scorer(string meta, ModelSession session, ChatFormatOptions format)
    {
        RewardExpression expression = RewardExpression.Parse(meta, nameof(JudgeSettings.Meta));
        ExpressionChecks.Require(expression, hasReference: false, "of judgements, which have no gold answer", isAlone: false);
        ExpressionScorer scorer =
            new(expression, ExpressionModel.Of(expression, session, null, format with { System = null }));
        RowEncoder encoder = RowEncoder.Of(session, format with { System = null }, session.LimitsWith(null));
        return (judgements, cancellation) =>
        {
            double[] scores = new double[judgements.Count];
            for (int i = 0; i < scores.Length; i++)
            {
                Row row = new(
                    1, default, new RowPrompt { Messages = judgements[i].Asked }, [new RowResponse(judgements[i].Written, null)],
                    ResponseShape.Many);
                (ScoredResponse[]? own, string? missing) = scorer.Score(
                    [new PreparedRow(1, 0) { Row = row, Encoded = encoder.EncodeRow(row) }], cancellation)[0];
                scores[i] = own is null ? throw new InputException($"a judgement has no score: {missing}") : own[0].Reward.Value;
                if (!double.IsFinite(scores[i])) throw new InputException("a judgement's score is not a finite number.");
            }

            return scores;
        };
    }
}
