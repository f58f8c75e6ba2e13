using System.Globalization;
using Innate.Rewards;
using Innate.Scoring.Profiles;
using Innate.Text;
using Innate.Traces;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.AI.Evaluation;

namespace Innate.Extensions.AI.Evaluation;

/// <summary>
/// One reward as a metric: an inner reward, a trained reward model's, an expression of several, or a profile's. Answer and
/// <see cref="AlternativeAnswers"/> are scored in one pass over the prompt.
/// </summary>
public sealed class RewardEvaluator : IEvaluator
{
    private readonly RewardModel _rewards;
    private readonly string _name;
    private readonly double? _failsBelow;

    /// <summary>A reward model's reward.</summary>
    /// <param name="rewards">The model; it stays its owner's.</param>
    /// <param name="name">The metric's name; null: <c>Innate</c> and the reward's.</param>
    /// <param name="failsBelow">An answer with less fails; null: none does.</param>
    /// <exception cref="InputException">No model.</exception>
    public RewardEvaluator(RewardModel rewards, string? name = null, double? failsBelow = null)
    {
        _rewards = AnswerMetrics.Require(
            rewards, nameof(RewardEvaluator), "load one with RewardModel.Load, or take services.AddInnate's");
        _name = name ?? $"Innate {RewardNames.NameOf(rewards!.Kind)}";
        _failsBelow = failsBelow;
        EvaluationMetricNames = [_name];
    }

    /// <inheritdoc/>
    public IReadOnlyCollection<string> EvaluationMetricNames { get; }

    /// <summary>A profile's reward, which words steer.</summary>
    /// <param name="profile">The profile; its name is the metric's.</param>
    /// <param name="traces">The model; it stays its owner's.</param>
    /// <param name="format">How text becomes token ids.</param>
    /// <param name="failsBelow">An answer with less fails; null: none does.</param>
    /// <exception cref="InputException">No model, or one that cannot give the profile's reward.</exception>
    public static RewardEvaluator OfProfile(
        RewardProfile profile, ITraceSource traces, ChatFormat format, double? failsBelow = null)
    {
        ArgumentNullException.ThrowIfNull(profile);
        AnswerMetrics.Require(
            traces, nameof(RewardEvaluator), "load one with LanguageModel.Load, or take services.AddInnate's");
        return new RewardEvaluator(
            new RewardModel(traces, format, profile.Expression), $"Innate {profile.Name}", failsBelow);
    }

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
        double[] rewards = _rewards.Score(ChatRequest.Messages(messages, null), answers, cancellation);
        string reason = string.Create(CultureInfo.InvariantCulture, $"The answer's reward is {rewards[0]:0.####}.");
        return [new NumericMetric(_name, rewards[0], reason)
        {
            Interpretation = RewardInterpretation.OfReward(rewards[0], _failsBelow, rewards[1..]),
        }];
    }
}
