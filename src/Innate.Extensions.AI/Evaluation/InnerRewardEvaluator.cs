using System.Globalization;
using Innate.Models;
using Innate.Rewards;
using Innate.Text;
using Innate.Traces;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.AI.Evaluation;

namespace Innate.Extensions.AI.Evaluation;

/// <summary>
/// A language model's inner rewards as metrics: one pass over prompt, answer and <see cref="AlternativeAnswers"/> gives them all.
/// A metric is named <c>Innate NAME</c>, such as <c>Innate mean-log-likelihood</c>.
/// </summary>
public sealed class InnerRewardEvaluator : IEvaluator
{
    private readonly ITraceSource _traces;
    private readonly ChatFormat _format;
    private readonly RewardKind[] _kinds;
    private readonly RewardOptions _options;

    /// <summary>Rewards of a model.</summary>
    /// <param name="traces">The model; it stays its owner's.</param>
    /// <param name="format">How text becomes token ids.</param>
    /// <param name="kinds">Which rewards; null: all that one model's traces tell.</param>
    /// <param name="options">The rewards' parameters; null: the defaults.</param>
    /// <exception cref="InputException">No model, a reward that it cannot give, or parameters out of range.</exception>
    public InnerRewardEvaluator(
        ITraceSource traces, ChatFormat format, IReadOnlyList<RewardKind>? kinds = null, RewardOptions? options = null)
    {
        _traces = AnswerMetrics.Require(
            traces, nameof(InnerRewardEvaluator), "load one with LanguageModel.Load, or take services.AddInnate's");
        _format = AnswerMetrics.Require(format, nameof(InnerRewardEvaluator), "make its ChatFormat of tokenizer and template");
        _options = options ?? new RewardOptions();
        _options.Check();
        _kinds = [.. kinds ?? [.. Enum.GetValues<RewardKind>().Where(k => IsOfOneModel(k) && Reward.Needs(k) <= traces!.Parts)]];
        if (_kinds.GroupBy(k => k).FirstOrDefault(g => g.Count() > 1) is { } twice)
        {
            throw new InputException("kinds", "each reward once", $"{RewardNames.NameOf(twice.Key)} {twice.Count()} times");
        }

        foreach (RewardKind kind in _kinds)
        {
            if (!IsOfOneModel(kind))
            {
                throw new InputException(
                    "kinds", "rewards of one model's traces (RewardEvaluator takes a trained head's)", RewardNames.NameOf(kind));
            }

            Reward.Require(kind, traces!.Parts, "the trace source");
        }

        EvaluationMetricNames = [.. _kinds.Select(NameOf)];
    }

    /// <inheritdoc/>
    public IReadOnlyCollection<string> EvaluationMetricNames { get; }

    /// <summary>A reward's metric.</summary>
    /// <param name="kind">The reward.</param>
    public static string NameOf(RewardKind kind) => $"Innate {RewardNames.NameOf(kind)}";

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
        TraceQuery query = TraceQuery.Of(_format, ChatRequest.Messages(messages, null), answers);
        TokenTrace[] traces = _traces.Trace([query], _options.Alpha, cancellation)[0];
        return _kinds.Select(kind =>
        {
            double[] rewards = [.. traces.Select(t => Reward.Compute(kind, t, _options).Value)];
            if (rewards.Any(r => !double.IsFinite(r)))
            {
                throw new InputException(
                    $"{RewardNames.NameOf(kind)}: expected a finite number, found another: are the weights damaged?");
            }

            return new NumericMetric(NameOf(kind), rewards[0], string.Create(CultureInfo.InvariantCulture,
                $"{RewardNames.NameOf(kind)} over {traces[0].Length} tokens of the answer is {rewards[0]:0.####}."))
            {
                Interpretation = RewardInterpretation.OfReward(rewards[0], failsBelow: null, rewards[1..]),
            };
        });
    }

    private static bool IsOfOneModel(RewardKind kind) => kind is not (RewardKind.Implicit or RewardKind.Classifier
        or RewardKind.Process or RewardKind.Polar);
}
