using Innate.Generation;
using Innate.Models;
using Innate.Reinforcement.Rewards;
using Innate.Reinforcement.Rollouts;
using Innate.Text;

namespace Innate.Reinforcement;

/// <summary>
/// A small set of held-out questions with gold answers: the one true measure beside a reward that the model gives itself. Each is
/// answered once by sampling, always with the same random numbers.
/// </summary>
/// <param name="policy">The policy.</param>
/// <param name="tokenizer">Decodes answers.</param>
/// <param name="questions">All with answers.</param>
/// <param name="options">How to draw.</param>
public sealed class Anchor(CausalLanguageModel policy, Tokenizer tokenizer, IReadOnlyList<PolicyPrompt> questions, SamplingOptions options)
{
    /// <summary>The share of questions answered rightly.</summary>
    public double Measure(CancellationToken cancellation)
    {
        IReadOnlyList<GeneratedResponse[]> answers =
            new ModelGenerator(policy).Generate([.. questions.Select(q => q.Ids)], 1, options, null, cancellation);
        return questions.Select((q, i) =>
            VerifiableAnswer.Check(tokenizer.Decode(answers[i][0].TokenIds, skipSpecialTokens: true), q.Answer!).Reward).Average();
    }
}
