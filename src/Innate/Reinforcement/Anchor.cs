using Innate.Generation;
using Innate.Reinforcement.Rollouts;
using Innate.Text;

namespace Innate.Reinforcement;

/// <summary>
/// A small set of held-out prompts whose answers can be measured: the one true measure beside a reward that the model gives
/// itself. They are answered by sampling, always with the same random numbers.
/// </summary>
/// <param name="policy">The policy, as it is whenever it is asked.</param>
/// <param name="tokenizer">Decodes answers.</param>
/// <param name="prompts">At least one.</param>
/// <param name="options">How to sample.</param>
/// <param name="measure">What an answer is worth.</param>
/// <param name="samples">Answers to each prompt.</param>
internal sealed class Anchor(
    ITextGenerator policy, Tokenizer tokenizer, IReadOnlyList<PolicyPrompt> prompts, SamplingOptions options,
    AnswerMeasure measure, int samples = 1)
{
    // Answers to the first prompts are shown, so that a reader sees the same questions answered again and again.
    private const int MostShown = 3;

    /// <summary>The first answer to each of the first prompts, as it was when the anchor was measured last.</summary>
    public IReadOnlyList<PolicyAnswer> Shown { get; private set; } = [];

    /// <summary>The mean worth of the answers, 0 to 1: the share that is right where an answer is right or wrong.</summary>
    /// <param name="cancellation">Stops between tokens.</param>
    public double Measure(CancellationToken cancellation)
    {
        IReadOnlyList<GeneratedResponse[]> answered =
            policy.Generate([.. prompts.Select(p => p.Ids)], samples, options, null, cancellation);
        PolicyAnswer[] answers = [.. prompts.SelectMany((p, i) => answered[i].Select(a => new PolicyAnswer(p, TextOf(a))))];
        Shown = [.. answers.Where((_, i) => i % samples == 0).Take(MostShown)];
        return measure(answers, cancellation).Average();
    }

    private string TextOf(GeneratedResponse answer) => tokenizer.Decode(answer.TokenIds, skipSpecialTokens: true);
}
