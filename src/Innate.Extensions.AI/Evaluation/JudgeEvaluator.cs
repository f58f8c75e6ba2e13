using System.Globalization;
using Innate.Judges;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.AI.Evaluation;

namespace Innate.Extensions.AI.Evaluation;

/// <summary>
/// A judge's score as a metric: a model is asked in words, and the verdict is read from its log-probabilities. A judge that
/// compares two answers needs <see cref="AlternativeAnswers"/>.
/// </summary>
public sealed class JudgeEvaluator : IEvaluator
{
    private readonly IJudge _judge;
    private readonly bool _compares;
    private readonly string _name;
    private readonly double? _failsBelow;

    /// <summary>A judge's score.</summary>
    /// <param name="judge">The judge, as <see cref="NamedJudge"/> makes it of settings and a session.</param>
    /// <param name="name">The metric's name; null: <c>Innate</c> and the judge's.</param>
    /// <param name="failsBelow">An answer with less fails; null: none does.</param>
    /// <exception cref="InputException">No judge.</exception>
    public JudgeEvaluator(NamedJudge judge, string? name = null, double? failsBelow = null)
    {
        NamedJudge given = AnswerMetrics.Require(judge, nameof(JudgeEvaluator), "make a judge with NamedJudge.Of");
        _judge = given.Judge;
        _compares = !JudgeNames.OfOne.Contains(given.Name);
        _name = name ?? $"Innate {given.Name}";
        _failsBelow = failsBelow;
        EvaluationMetricNames = [_name];
    }

    /// <inheritdoc/>
    public IReadOnlyCollection<string> EvaluationMetricNames { get; }

    /// <inheritdoc/>
    public ValueTask<EvaluationResult> EvaluateAsync(
        IEnumerable<ChatMessage> messages, ChatResponse modelResponse, ChatConfiguration? chatConfiguration = null,
        IEnumerable<EvaluationContext>? additionalContext = null, CancellationToken cancellationToken = default) =>
        AnswerMetrics.Of(
            EvaluationMetricNames, messages, modelResponse, additionalContext,
            (asked, answers) => Score(asked, answers, cancellationToken), cancellationToken);

    private IEnumerable<NumericMetric> Score(
        IEnumerable<ChatMessage> messages, IReadOnlyList<string> answers, CancellationToken cancellation)
    {
        if (_compares && answers.Count < 2)
        {
            throw new InputException(
                $"{_name}: expected other answers to compare with, found none; give AlternativeAnswers as additional context.");
        }

        // A judge of single answers looks at each on its own: the alternatives would only cost time.
        JudgeQuestion question = new(ChatRequest.Messages(messages, null), _compares ? answers : [answers[0]]);
        JudgeVerdict verdict = _judge.Judge([question], cancellation)[0];
        double score = verdict.Scores[0];
        if (!double.IsFinite(score)) throw new InputException($"{_name}: the judge reached no verdict.");
        string sure = double.IsNaN(verdict.LabelMass) ? "" : string.Create(CultureInfo.InvariantCulture,
            $" It answers with a verdict at all with probability {verdict.LabelMass:0.##}.");
        NumericMetric metric = new(_name, score, string.Create(CultureInfo.InvariantCulture,
            $"The judge's score is {score:0.####}, from {verdict.Range.Lowest:0.##} to {verdict.Range.Highest:0.##}.{sure}"))
        {
            Interpretation = RewardInterpretation.OfScore(score, verdict.Range.Lowest, verdict.Range.Highest, _failsBelow),
        };
        return [metric];
    }
}
