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

    /// <summary>
    /// The mean worth of the answers, 0 to 1: the share that is right where an answer is right or wrong; and its standard error
    /// over the prompts.
    /// </summary>
    /// <param name="cancellation">Stops between tokens.</param>
    public (double Mean, double Error) Measure(CancellationToken cancellation)
    {
        IReadOnlyList<GeneratedResponse[]> answered =
            policy.Generate([.. prompts.Select(p => p.Ids)], samples, options, null, cancellation);
        PolicyAnswer[] answers = [.. prompts.SelectMany((p, i) => answered[i].Select(a => new PolicyAnswer(p, TextOf(a))))];
        Shown = [.. answers.Where((_, i) => i % samples == 0).Take(MostShown)];
        double[] worth = [.. measure(answers, cancellation).Chunk(samples).Select(w => w.Average())];
        double mean = worth.Average();
        double squares = worth.Sum(w => (w - mean) * (w - mean));
        return (mean, worth.Length < 2 ? double.NaN : Math.Sqrt(squares / (worth.Length - 1) / worth.Length));
    }

    /// <summary>The same as numbers of a step.</summary>
    public IReadOnlyList<(string Name, double Value)> Metrics(CancellationToken cancellation)
    {
        (double mean, double error) = Measure(cancellation);
        return double.IsNaN(error) ? [("anchor_accuracy", mean)] : [("anchor_accuracy", mean), ("anchor_error", error)];
    }

    private string TextOf(GeneratedResponse answer) => tokenizer.Decode(answer.TokenIds, skipSpecialTokens: true);
}
