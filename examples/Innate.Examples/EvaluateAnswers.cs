using Innate;
using Innate.Extensions.AI.Evaluation;
using Innate.Judges;
using Innate.Rewards;
using Innate.Sessions;
using Innate.Text;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.AI.Evaluation;

namespace Examples;

/// <summary>Rewards and a judge as metrics of Microsoft.Extensions.AI.Evaluation.</summary>
public static class EvaluateAnswers
{
    public static async Task RunAsync(TextWriter output)
    {
        using ModelSession session = ModelSession.Open(new ModelSource { Model = "innate-tiny" }); // or a folder, or a hub name
        ChatFormat format = session.Format(new ChatFormatOptions());
        using var sureness = new RewardModel(session.Traces, format, RewardKind.MeanLogLikelihood);

        var suite = new CompositeEvaluator(
            new InnerRewardEvaluator(session.Traces, format),
            new RewardEvaluator(sureness, "sure enough", failsBelow: -0.5),
            new JudgeEvaluator(NamedJudge.Of(new JudgeSettings(), session, new ChatFormatOptions())));

        var question = new ChatMessage(ChatRole.User, "What is 47 + 85?");
        var answer = new ChatResponse(new ChatMessage(ChatRole.Assistant, "132"));
        EvaluationResult result = await suite.EvaluateAsync(
            [question], answer, additionalContext: [new AlternativeAnswers("122", "1132")]);
        foreach (NumericMetric m in result.Metrics.Values.OfType<NumericMetric>())
        {
            await output.WriteLineAsync($"{m.Name}: {m.Value:0.00}, {m.Interpretation!.Rating}: {m.Interpretation.Reason}");
        }
    }
}
