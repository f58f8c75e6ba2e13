using Innate.Generation;
using Innate.Reinforcement.Rollouts;
using Innate.Scoring.Grading;
using Innate.Text;

namespace Innate.Reinforcement;

/// <summary>
/// A small set of held-out questions with gold answers: the one true measure beside a reward that the model gives itself. Each is
/// answered once by sampling, always with the same random numbers.
/// </summary>
/// <param name="policy">The policy, as it is whenever it is asked.</param>
/// <param name="tokenizer">Decodes answers.</param>
/// <param name="questions">At least one, all with answers.</param>
/// <param name="options">How to sample.</param>
internal sealed class Anchor(
    ITextGenerator policy, Tokenizer tokenizer, IReadOnlyList<PolicyPrompt> questions, SamplingOptions options)
{
    /// <summary>The share of questions that are answered rightly, 0 to 1.</summary>
    /// <param name="cancellation">Stops between tokens.</param>
    public double Measure(CancellationToken cancellation)
    {
        IReadOnlyList<GeneratedResponse[]> answers =
            policy.Generate([.. questions.Select(q => q.Ids)], 1, options, null, cancellation);
        return questions.Select((q, i) => VerifiableAnswer.Check(TextOf(answers[i][0]), q.Answer!).Reward).Average();
    }

    private string TextOf(GeneratedResponse answer) => tokenizer.Decode(answer.TokenIds, skipSpecialTokens: true);
}
