using Microsoft.Extensions.AI;
using Microsoft.Extensions.AI.Evaluation;

namespace Innate.Extensions.AI.Evaluation;

/// <summary>
/// What all evaluators have in common: the answer among its alternatives, and a metric for what cannot be scored.
/// </summary>
internal static class AnswerMetrics
{
    /// <summary>The answer and the alternatives, scored away from the caller's thread.</summary>
    /// <param name="names">The metrics' names.</param>
    /// <param name="messages">The conversation.</param>
    /// <param name="response">The answer.</param>
    /// <param name="contexts">May hold <see cref="AlternativeAnswers"/>; null: nothing.</param>
    /// <param name="score">From the answer, which comes first, and the alternatives to the metrics.</param>
    /// <param name="cancellation">Cancels.</param>
    public static async ValueTask<EvaluationResult> Of(
        IReadOnlyCollection<string> names, IEnumerable<ChatMessage> messages, ChatResponse response,
        IEnumerable<EvaluationContext>? contexts,
        Func<IEnumerable<ChatMessage>, IReadOnlyList<string>, IEnumerable<NumericMetric>> score, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(messages);
        ArgumentNullException.ThrowIfNull(response);
        AlternativeAnswers? others = contexts?.OfType<AlternativeAnswers>().FirstOrDefault();
        try
        {
            if (response.Text.Length == 0) throw new InputException("the answer has no text, and there is nothing to score.");
            NumericMetric[] metrics = await Task.Run(
                () => score(messages, [response.Text, .. others?.Answers ?? []]).ToArray(), cancellation).ConfigureAwait(false);
            foreach (NumericMetric metric in metrics)
            {
                if (others is not null) metric.AddOrUpdateContext(others);
            }

            return new EvaluationResult([.. metrics.Cast<EvaluationMetric>()]);
        }
        catch (InputException e)
        {
            // Not scored is not zero: no value, and the sentence that says why.
            NumericMetric[] none = [.. names.Select(n => new NumericMetric(n, value: null, e.Message)
            {
                Interpretation = new EvaluationMetricInterpretation(EvaluationRating.Inconclusive, failed: true, e.Message),
            })];
            foreach (NumericMetric metric in none) metric.AddDiagnostics(EvaluationDiagnostic.Error(e.Message));
            return new EvaluationResult([.. none.Cast<EvaluationMetric>()]);
        }
    }

    /// <summary>The sentence of an evaluator that was given nothing to ask.</summary>
    /// <param name="value">What it was given.</param>
    /// <param name="evaluator">The evaluator.</param>
    /// <param name="remedy">Where one comes from.</param>
    /// <exception cref="InputException">It is null.</exception>
    public static T Require<T>(T? value, string evaluator, string remedy)
        where T : class => value ?? throw new InputException($"{evaluator}: expected a model to ask, found none; {remedy}.");
}
