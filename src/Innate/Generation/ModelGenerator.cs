using Innate.Generation.Formats;
using Innate.Models;
using Innate.Traces;

namespace Innate.Generation;

/// <summary>
/// Samples from a model in this process. A prompt is read once; its responses are branches of one token tree. Branches take each
/// step together; one that ends leaves, and the next one takes its place.
/// </summary>
/// <param name="model">The model; used by one call at a time.</param>
public sealed class ModelGenerator(CausalLanguageModel model) : ITextGenerator
{
    /// <summary>
    /// Branches decoded together: enough for the reading of the weights to be shared, few enough to bound the cache. No response
    /// depends on it.
    /// </summary>
    public int Branches { get; init; } = 128;

    bool ITextGenerator.KeepsFormats => true;

    /// <inheritdoc/>
    public IReadOnlyList<GeneratedResponse[]> Generate(
        IReadOnlyList<int[]> prompts,
        int responsesPerPrompt,
        SamplingOptions options,
        Action<GeneratedToken>? onToken = null,
        CancellationToken cancellation = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(responsesPerPrompt, 1);
        var job = new DecodingJob(prompts, responsesPerPrompt, options, onToken);
        Check(model, job);
        using var decoding = new ContinuousDecoding(model, Branches);
        decoding.Add(job);
        while (!job.IsDone) decoding.Step(cancellation);
        return job.Results;
    }

    /// <summary>Refuses what cannot be sampled.</summary>
    /// <exception cref="InputException">Options out of range, or a prompt that the model does not take.</exception>
    /// <param name="model">The model.</param>
    /// <param name="job">What is to be sampled.</param>
    public static void Check(CausalLanguageModel model, DecodingJob job)
    {
        Check(job.Options);
        if (model.Config.IsClassifier)
        {
            throw new InputException("The checkpoint is a classifier: it has a score head and no logits to sample from.");
        }

        int positions = model.Config.MaxPositions;
        CheckPrompts(job, model.Config.VocabularySize, positions, $"the model's context of {positions}");
    }

    /// <summary>Refuses what a model with these limits cannot sample.</summary>
    /// <exception cref="InputException">Options out of range, or a prompt that the model does not take.</exception>
    internal static void Check(DecodingJob job, int vocabularySize, int maxPositions, string context)
    {
        Check(job.Options);
        CheckPrompts(job, vocabularySize, maxPositions, context);
    }

    /// <summary>Refuses a format, for a generator that would not keep to it.</summary>
    /// <exception cref="InputException">There is one.</exception>
    internal static void RefuseFormat(SamplingOptions options)
    {
        if (options.Format is not null)
        {
            throw new InputException("format: a model that runs elsewhere does not keep its replies to one; expected none.");
        }
    }

    private static void CheckPrompts(DecodingJob job, int vocabularySize, int maxPositions, string context)
    {
        foreach (int[] prompt in job.Prompts)
        {
            if (prompt.Length == 0) throw new InputException("prompt: expected at least one token, found none.");
            QueryCheck.CheckIds("prompt", prompt, vocabularySize);
            if (prompt.Length >= maxPositions)
            {
                throw new InputException(
                    $"The prompt's {prompt.Length} tokens leave no room in {context} "
                    + $"({prompt.Length - maxPositions + 1} too many).");
            }

            if (job.Options.Format is not { } format) continue;
            FormatCursor.Require(format, job.Options.StopIds, Math.Min(job.Options.MaxTokens, maxPositions - prompt.Length));
        }
    }

    private static void Check(SamplingOptions options)
    {
        if (!(options.Temperature >= 0) || double.IsInfinity(options.Temperature))
        {
            throw new InputException($"temperature: expected a number of 0 or more, found {options.Temperature}.");
        }

        if (!(options.TopP is > 0 and <= 1))
        {
            throw new InputException($"top-p: expected a number above 0 and at most 1, found {options.TopP}.");
        }

        if (!(options.MinP is >= 0 and <= 1))
        {
            throw new InputException($"min-p: expected a number from 0 to 1, found {options.MinP}.");
        }

        if (options.TopK < 0) throw new InputException($"top-k: expected 0 (off) or more, found {options.TopK}.");
        if (options.MaxTokens < 1) throw new InputException($"max-tokens: expected at least 1, found {options.MaxTokens}.");
        if (!(options.RepetitionPenalty > 0) || !double.IsFinite(options.RepetitionPenalty))
        {
            throw new InputException($"repetition-penalty: expected a number above 0, found {options.RepetitionPenalty}.");
        }

        if (!double.IsFinite(options.FrequencyPenalty) || !double.IsFinite(options.PresencePenalty))
        {
            throw new InputException("frequency-penalty and presence-penalty: expected finite numbers.");
        }

        if (options.Likeliest < 0) throw new InputException($"likeliest: expected 0 or more, found {options.Likeliest}.");
        if (options.StopTexts is { } stops && (stops.Texts.Count == 0 || stops.Texts.Any(t => t.Length == 0)))
        {
            throw new InputException("stop: expected texts that are not empty.");
        }
    }
}
