using Innate.Reinforcement.Rollouts;
using Innate.Scoring.Grading;

namespace Innate.Reinforcement;

/// <summary>An answer to a prompt.</summary>
/// <param name="Prompt">What was asked.</param>
/// <param name="Text">The answer, without special tokens.</param>
internal readonly record struct PolicyAnswer(PolicyPrompt Prompt, string Text);

/// <summary>What answers are worth by a measure that the trained model has no part in.</summary>
/// <param name="answers">The answers.</param>
/// <param name="cancellation">Stops between answers.</param>
/// <returns>One number an answer, 0 to 1.</returns>
internal delegate double[] AnswerMeasure(IReadOnlyList<PolicyAnswer> answers, CancellationToken cancellation);

/// <summary>Measures that need no model.</summary>
internal static class AnswerMeasures
{
    /// <summary>1 for the gold answer, else 0 (<see cref="VerifiableAnswer"/>); every prompt must have one.</summary>
    public static AnswerMeasure Gold { get; } = (answers, cancellation) =>
    [
        .. answers.Select(a =>
        {
            cancellation.ThrowIfCancellationRequested();
            return VerifiableAnswer.Check(a.Text, a.Prompt.Answer!).Reward;
        }),
    ];
}
