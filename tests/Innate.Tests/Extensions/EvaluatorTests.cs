using Innate.Checkpoints;
using Innate.Extensions.AI.Evaluation;
using Innate.Judges;
using Innate.Models;
using Innate.Rewards;
using Innate.Scoring.Profiles;
using Innate.Sessions;
using Innate.Tests.Support;
using Innate.Text;
using Innate.Traces;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.AI.Evaluation;

namespace Innate.Tests.Extensions;

/// <summary>Rewards as metrics of an evaluation suite.</summary>
public sealed class EvaluatorTests
{
    private static readonly ChatResponse Right = Answer("132");

    [Fact]
    public async Task Every_inner_reward_is_a_metric_and_one_pass_gives_them_all()
    {
        var source = new CountingTraces(TinyChat.Model);
        var evaluator = new InnerRewardEvaluator(source, TinyChat.Format);
        Assert.Equal(["Innate endogenous", "Innate endogenous-logprob", "Innate log-likelihood", "Innate mean-log-likelihood",
            "Innate self-certainty", "Innate entropy"], evaluator.EvaluationMetricNames);
        EvaluationResult result = await evaluator.EvaluateAsync(
            TinyChat.Question, Right, additionalContext: [new AlternativeAnswers("122", "1")]);
        Assert.Equal((1, 3), (source.Calls, source.Responses));
        foreach (RewardKind kind in new[] { RewardKind.Endogenous, RewardKind.MeanLogLikelihood, RewardKind.Entropy })
        {
            using var expected = new RewardModel(TinyChat.Model, TinyChat.Format, kind);
            var metric = result.Get<NumericMetric>(InnerRewardEvaluator.NameOf(kind));
            Assert.Equal(expected.Score("What is 47 + 85?", "132"), metric.Value);
            Assert.Contains(RewardNames.NameOf(kind), metric.Reason, StringComparison.Ordinal);
        }

        EvaluationMetric mean = result.Metrics["Innate mean-log-likelihood"];
        Assert.Equal(EvaluationRating.Exceptional, mean.Interpretation!.Rating);
        Assert.Contains("above 2 of 2 other answers", mean.Interpretation.Reason, StringComparison.Ordinal);
        Assert.NotNull(mean.Context!["Innate alternatives"]);
    }

    [Fact]
    public async Task A_reward_alone_says_nothing_a_limit_decides()
    {
        using var rewards = new RewardModel(TinyChat.Model, TinyChat.Format, RewardKind.MeanLogLikelihood);
        NumericMetric alone = await One(new RewardEvaluator(rewards), Right);
        Assert.Equal((EvaluationRating.Inconclusive, false), (alone.Interpretation!.Rating, alone.Interpretation.Failed));
        NumericMetric passes = await One(new RewardEvaluator(rewards, "sure", failsBelow: alone.Value - 0.1), Right);
        Assert.Equal(("sure", EvaluationRating.Good, false),
            (passes.Name, passes.Interpretation!.Rating, passes.Interpretation.Failed));
        NumericMetric fails = await One(new RewardEvaluator(rewards, failsBelow: alone.Value + 0.1), Right);
        Assert.Equal((EvaluationRating.Unacceptable, true), (fails.Interpretation!.Rating, fails.Interpretation.Failed));
    }

    [Fact]
    public async Task A_judge_and_a_profile_are_metrics_too()
    {
        using var session = ModelSession.Open(new ModelSource { Model = EmbeddedModel.Folder, Threads = 1 });
        NumericMetric judged = await One(
            new JudgeEvaluator(NamedJudge.Of(new JudgeSettings(), session, new ChatFormatOptions())), Right);
        Assert.Equal("Innate verifier", judged.Name);
        Assert.InRange(judged.Value!.Value, 0, 1);
        Assert.NotEqual(EvaluationRating.Inconclusive, judged.Interpretation!.Rating);

        var pairwise = new JudgeEvaluator(
            NamedJudge.Of(new JudgeSettings { Kind = JudgeKind.Pairwise }, session, new ChatFormatOptions()));
        NumericMetric lonely = await One(pairwise, Right);
        Assert.Null(lonely.Value);
        Assert.Contains("give AlternativeAnswers", lonely.Reason, StringComparison.Ordinal);
        NumericMetric compared = await One(pairwise, Right, new AlternativeAnswers("122"));
        Assert.InRange(compared.Value!.Value, 0, 1);

        RewardProfile profile = new() { Name = "short", Prefers = "Be brief.", Reward = "mean-log-likelihood" };
        NumericMetric steered = await One(RewardEvaluator.OfProfile(profile, TinyChat.Model, TinyChat.Format), Right);
        using var expected = new RewardModel(TinyChat.Model, TinyChat.Format, profile.Expression);
        Assert.Equal(("Innate short", expected.Score("What is 47 + 85?", "132")), (steered.Name, steered.Value!.Value));
    }

    [Fact]
    public async Task What_cannot_be_scored_has_no_value_and_says_why()
    {
        using var rewards = new RewardModel(TinyChat.Model, TinyChat.Format);
        NumericMetric empty = await One(new RewardEvaluator(rewards), Answer(""));
        Assert.Null(empty.Value);
        Assert.True(empty.Interpretation!.Failed);
        Assert.Contains("no text", Assert.Single(empty.Diagnostics!).Message, StringComparison.Ordinal);
        NumericMetric endless = await One(new RewardEvaluator(rewards), Answer(new string('7', 10_000)));
        Assert.Null(endless.Value);
        Assert.Contains("context", endless.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Evaluators_compose_and_one_without_a_model_is_told_what_to_do()
    {
        using var rewards = new RewardModel(TinyChat.Model, TinyChat.Format);
        var suite = new CompositeEvaluator(
            new RewardEvaluator(rewards, "one"), new InnerRewardEvaluator(TinyChat.Model, TinyChat.Format, [RewardKind.Entropy]));
        EvaluationResult result = await suite.EvaluateAsync(TinyChat.Question, Right);
        Assert.Equal(["Innate entropy", "one"], result.Metrics.Keys.Order());
        Assert.Equal("RewardEvaluator: expected a model to ask, found none; load one with RewardModel.Load, or take "
            + "services.AddInnate's.", Assert.Throws<InputException>(() => new RewardEvaluator(null!)).Message);
        Assert.Contains("found none", Assert.Throws<InputException>(
            () => new InnerRewardEvaluator(null!, TinyChat.Format)).Message, StringComparison.Ordinal);
        Assert.Contains("NamedJudge.Of", Assert.Throws<InputException>(() => new JudgeEvaluator(null!)).Message,
            StringComparison.Ordinal);
        Assert.Contains("RewardEvaluator takes a trained head's", Assert.Throws<InputException>(() => new InnerRewardEvaluator(
            TinyChat.Model, TinyChat.Format, [RewardKind.Classifier])).Message, StringComparison.Ordinal);
    }

    private static ChatResponse Answer(string text) => new(new ChatMessage(ChatRole.Assistant, text));

    private static async Task<NumericMetric> One(IEvaluator evaluator, ChatResponse answer, params EvaluationContext[] context) =>
        (await evaluator.EvaluateAsync(TinyChat.Question, answer, additionalContext: context))
        .Get<NumericMetric>(evaluator.EvaluationMetricNames.Single());

    private sealed class CountingTraces(ITraceSource source) : ITraceSource
    {
        public int Calls { get; private set; }

        public int Responses { get; private set; }

        public int VocabularySize => source.VocabularySize;

        public int MaxPositions => source.MaxPositions;

        public IReadOnlyList<TokenTrace[]> Trace(
            IReadOnlyList<TraceQuery> queries, double alpha = 1, CancellationToken cancellation = default)
        {
            Calls++;
            Responses += queries.Sum(q => q.Responses.Count);
            return source.Trace(queries, alpha, cancellation);
        }
    }
}
