using Microsoft.Extensions.AI.Evaluation;

namespace Innate.Extensions.AI.Evaluation;

/// <summary>
/// Other answers to the same prompt, which give a reward something to compare with: of other models, of an earlier version, or
/// the known bad ones. They are scored together with the answer, in one pass over the prompt.
/// </summary>
/// <param name="answers">Their texts; at least one, none empty.</param>
public sealed class AlternativeAnswers(params IReadOnlyList<string> answers)
    : EvaluationContext("Innate alternatives", string.Join("\n\n", answers))
{
    /// <summary>Their texts.</summary>
    public IReadOnlyList<string> Answers { get; } = answers;
}
