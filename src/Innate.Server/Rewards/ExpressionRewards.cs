using Innate.Rows;
using Innate.Scoring.Expressions;
using Innate.Server.Http;
using Innate.Server.Scheduling;

namespace Innate.Server.Rewards;

/// <summary>Rewards of a request's rows by an expression or a profile.</summary>
internal static class ExpressionRewards
{
    /// <summary>The rewards, or why there are none, of each row.</summary>
    /// <param name="call">The request.</param>
    /// <param name="settings">With an expression.</param>
    /// <param name="rows">The rows.</param>
    /// <param name="traces">Whether each token's share is told.</param>
    public static async Task<IReadOnlyList<RowScores>> Score(
        Call call, RewardSettings settings, IReadOnlyList<PreparedRow> rows, bool traces = false)
    {
        // It reads several times, under several prompts; each time waits its turn beside other requests.
        RewardExpression expression = settings.Expression!;
        using ExpressionScorer scorer = ExpressionScorer.Of(
            expression, new ScheduledTraces(call, OfReference: false),
            expression.NeedsReference ? new ScheduledTraces(call, OfReference: true) : null,
            call.Model.IsClassifier ? (queries, _) => ScheduledTraces.Classify(call, queries) : null,
            () => call.Model.Format(settings.Format));
        if (traces) expression.RequireTokens();
        return await Task.Run(() => scorer.Score(rows, call.Cancellation), call.Cancellation);
    }
}
