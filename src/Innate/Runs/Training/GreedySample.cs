using Innate.Generation;
using Innate.Learning.Data;
using Innate.Learning.Watching;

namespace Innate.Runs.Training;

/// <summary>What a model answers by now: the likeliest answer to one of the prompts, each time another.</summary>
internal static class GreedySample
{
    /// <summary>The sample after a step.</summary>
    /// <param name="settings">Seed and format.</param>
    /// <param name="parts">The model.</param>
    /// <param name="count">How many examples there are.</param>
    /// <param name="prompt">What stands before an example's first token to be learned.</param>
    /// <param name="step">The step.</param>
    /// <param name="cancellation">Stops between tokens.</param>
    public static TrainingSample Of(
        TrainingSettings settings, TrainingParts parts, int count, Func<int, int[]> prompt, int step,
        CancellationToken cancellation)
    {
        int[] ids = prompt(new ExampleOrder(count, settings.Seed ^ 0x5a).Batch(step, 1)[0]);
        int room = parts.Decoder.Config.MaxPositions - ids.Length;
        SamplingOptions options = new()
        {
            Temperature = 0, MaxTokens = Math.Clamp(room, 1, 160), StopIds = parts.Session.StopIds(settings.Format),
        };
        GeneratedResponse response = new ModelGenerator(parts.Decoder).Generate([ids], 1, options, null, cancellation)[0][0];
        AskedText asked = new(parts.Session.Tokenizer, () => parts.Session.Format(settings.Format));
        return new TrainingSample(step, asked.Of(ids),
            parts.Session.Tokenizer.Decode(response.TokenIds, skipSpecialTokens: true));
    }
}
