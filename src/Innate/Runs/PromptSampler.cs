using System.Globalization;
using Innate.Generation;
using Innate.Models;
using Innate.Rows;
using Innate.Sessions;
using Innate.Text;

namespace Innate.Runs;

/// <summary>A sampled response.</summary>
/// <param name="Text">What it says, without its end.</param>
/// <param name="HasEnded">Whether it ended by itself; false: the limit of tokens cut it.</param>
internal readonly record struct SampledAnswer(string Text, bool HasEnded);

/// <summary>
/// Samples texts to prompts. A text depends on its prompt's tokens and the seed alone, not on what is asked beside it.
/// </summary>
internal sealed class PromptSampler
{
    private readonly ModelSession _session;
    private readonly ChatFormatOptions _format;
    private readonly RowEncoder _encoder;
    private readonly SamplingOptions _sampling;
    private readonly int _count;

    /// <param name="session">The model that answers.</param>
    /// <param name="format">Chat or raw, system prompt.</param>
    /// <param name="sampling">How to sample; the ids that end a response are the model's own.</param>
    /// <param name="count">Responses to each prompt.</param>
    /// <exception cref="InputException">A model that generates no text.</exception>
    public PromptSampler(ModelSession session, ChatFormatOptions format, SamplingOptions sampling, int count)
    {
        if (session.IsClassifier)
        {
            throw new InputException($"{session.Folder} is a trained reward model with a score head: it answers no questions.");
        }

        (_session, _format, _count) = (session, format, count);
        _encoder = RowEncoder.Of(session, format);
        _sampling = sampling with { SeedsByPrompt = true, StopIds = session.StopIds(format) };
    }

    /// <summary>A prompt's ids.</summary>
    /// <exception cref="InputException">It cannot be encoded, or the model cannot hold it and a response.</exception>
    public int[] Encode(RowPrompt prompt)
    {
        int[] ids = _encoder.EncodePrompt(prompt);
        ModelLimits.Of(_session.Traces).RequirePrompt(ids, room: 1);
        return ids;
    }

    /// <summary>What a person calls the model.</summary>
    public string Title => _session.Title;

    /// <summary>What decides a prompt's responses beside the seed, by name.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Describe() =>
    [
        .. _session.Fingerprint(_format.Raw).Parts,
        new("system", _format.System ?? ""),
        new("template variables", _format.DescribeVariables()),
        new("samples", _count.ToString(CultureInfo.InvariantCulture)),
        new("temperature", _sampling.Temperature.ToString("R", CultureInfo.InvariantCulture)),
        new("max_tokens", _sampling.MaxTokens.ToString(CultureInfo.InvariantCulture)),
    ];

    /// <summary>The responses to prompts, in order.</summary>
    public IReadOnlyList<SampledAnswer[]> Sample(IReadOnlyList<int[]> prompts, CancellationToken cancellation)
    {
        if (prompts.Count == 0) return [];
        IReadOnlyList<GeneratedResponse[]> groups =
            _session.Generator.Generate(prompts, _count, _sampling, null, cancellation);
        return
        [
            .. groups.Select((group, i) => group.Select(g => new SampledAnswer(
                GeneratedText.Of(_session.Tokenizer, prompts[i], g), g.FinishReason == FinishReason.Stop)).ToArray()),
        ];
    }
}
