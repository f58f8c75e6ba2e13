using Innate.Generation;
using Innate.Rows;
using Innate.Sessions;
using Innate.Text;

namespace Innate.Scoring;

/// <summary>Samples responses to rows' prompts from a policy; a row's own responses do not count.</summary>
/// <param name="policy">The model that answers.</param>
/// <param name="format">Chat or raw, system prompt.</param>
/// <param name="options">How to sample.</param>
/// <param name="count">Responses to each prompt.</param>
internal sealed class CandidateSampler(ModelSession policy, ChatFormatOptions format, SamplingOptions options, int count)
{
    private readonly RowEncoder _encoder = RowEncoder.Of(policy, format);

    /// <summary>The sampler of some settings.</summary>
    /// <param name="settings">How to sample.</param>
    /// <param name="policy">The model that answers.</param>
    /// <param name="format">Chat or raw, system prompt.</param>
    /// <exception cref="InputException">A model that generates no text.</exception>
    public static CandidateSampler Of(SampleSettings settings, ModelSession policy, ChatFormatOptions format)
    {
        if (policy.IsClassifier)
        {
            throw new InputException(
                nameof(settings.PolicyModel), "a language model", $"{policy.Folder}, a trained reward model with a score head");
        }

        return new CandidateSampler(policy, format, settings.Options with
        {
            SeedsByPrompt = true,
            StopIds = policy.StopIds(format),
            StopTexts = settings.Stop.Count > 0 ? new StopTexts(policy.Tokenizer, settings.Stop) : null,
        }, settings.Count);
    }

    /// <summary>The rows with sampled texts for responses, or what is wrong with them.</summary>
    public (Row? Row, string? Error)[] Sample(IReadOnlyList<Row> rows, CancellationToken cancellation)
    {
        (int[]? Ids, string? Error)[] prompts = [.. rows.Select(Encode)];
        int[][] good = [.. prompts.Where(p => p.Ids is not null).Select(p => p.Ids!)];
        IReadOnlyList<GeneratedResponse[]> groups = good.Length > 0
            ? policy.Generator.Generate(good, count, options, null, cancellation)
            : [];
        int next = 0;
        return [.. rows.Select((row, i) =>
        {
            if (prompts[i].Ids is not { } ids) return ((Row?)null, prompts[i].Error);

            // A response that ended with its first token said nothing that could be scored.
            RowResponse[] said = [.. groups[next++].Select(g => GeneratedText.Of(policy.Tokenizer, ids, g))
                .Where(text => text.Length > 0).Select(text => new RowResponse(text, null))];
            return said.Length > 0
                ? (row with { Responses = said, Shape = ResponseShape.Many }, null)
                : (null, $"all {count} sampled responses are empty");
        })];
    }

    private (int[]? Ids, string? Error) Encode(Row row)
    {
        try
        {
            int[] ids = _encoder.EncodePrompt(row.Prompt);
            ModelLimits.Of(policy.Traces).RequirePrompt(ids, room: 1);
            return (ids, null);
        }
        catch (InputException e)
        {
            return (null, e.Message);
        }
    }
}
