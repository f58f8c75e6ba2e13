using Innate.Reinforcement.Rollouts;
using Innate.Scoring.Grading;

namespace Innate.Reinforcement.Methods;

/// <summary>The final answers of responses, which are compared, counted or voted with.</summary>
internal static class FinalAnswers
{
    /// <summary>One a response, as <see cref="VerifiableAnswer.Extract"/> reads it; null where it has none.</summary>
    public static string?[] Of(IEnumerable<Rollout> rollouts) =>
        [.. rollouts.Select(r => VerifiableAnswer.Extract(r.Text)?.Text)];

    /// <inheritdoc cref="Of(IEnumerable{Rollout})"/>
    public static string?[] Of(RolloutGroup group) => Of(group.Rollouts);
}
