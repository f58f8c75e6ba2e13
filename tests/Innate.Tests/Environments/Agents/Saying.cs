using Innate.Generation;
using Innate.Text;

namespace Innate.Tests.Environments.Agents;

/// <summary>A model that says what it is told to, given the prompt's text; each turn ends with the model inside's end.</summary>
internal sealed class Saying(Tokenizer tokenizer, Func<string, string> says) : ITextGenerator
{
    private const int End = 511;

    /// <summary>The prompts so far, in order.</summary>
    public List<string> Asked { get; } = [];

    public IReadOnlyList<GeneratedResponse[]> Generate(
        IReadOnlyList<int[]> prompts, int responsesPerPrompt, SamplingOptions options,
        Action<GeneratedToken>? onToken = null, CancellationToken cancellation = default) => [.. prompts.Select(p => Answer(p))];

    private GeneratedResponse[] Answer(int[] prompt)
    {
        Asked.Add(tokenizer.Decode(prompt));
        int[] ids = [.. tokenizer.EncodeContinuation(says(Asked[^1])), End];
        return [new GeneratedResponse(ids, new double[ids.Length], FinishReason.Stop)];
    }
}
