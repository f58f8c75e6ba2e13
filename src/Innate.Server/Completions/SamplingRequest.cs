using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text.Json;
using Innate.Generation;
using Innate.Rows;
using Innate.Server.Models;
using Innate.Server.Requests;

namespace Innate.Server.Completions;

/// <summary>How a request samples: its parameters, checked, with the defaults of the dialects.</summary>
/// <param name="Options">How to sample; without stop texts, which end a text here before they appear in it.</param>
/// <param name="Count">Responses to each prompt.</param>
/// <param name="Stops">Texts that end a response and are no part of it.</param>
/// <param name="KeepStop">They are part of it.</param>
internal sealed record SamplingRequest(SamplingOptions Options, int Count, string[] Stops, bool KeepStop)
{
    /// <summary>Special ids that are part of the text all the same.</summary>
    public IReadOnlySet<int> Kept { get; init; } = new HashSet<int>();

    private const int MostResponses = 128, MostStops = 16;

    /// <param name="body">The request's parameters.</param>
    /// <param name="model">Knows what ends a response.</param>
    /// <param name="maxTokens">The most tokens of a response, checked.</param>
    /// <param name="likeliest">Alternatives told at each token; null: none, and no log-probabilities.</param>
    /// <param name="place">What stands before a field's name in messages.</param>
    /// <exception cref="InputException">A parameter is out of range, or not supported.</exception>
    public static SamplingRequest Of(SamplingBody body, ServedModel model, int maxTokens, int? likeliest, string place = "")
    {
        int count = FieldChecks.Whole(body.N, place + "n", 1, MostResponses) ?? 1;
        if (FieldChecks.Whole(body.BestOf, place + "best_of", 1, MostResponses) is { } best && best != count)
        {
            throw new InputException(
                $"\"best_of\": expected as many as \"n\" ({count}), found {best}: nothing is sampled to be thrown away");
        }

        string[] stops = body.Stop ?? [];
        if (stops.Length > MostStops || stops.Any(s => s.Length == 0))
        {
            throw new InputException($"\"stop\": expected at most {MostStops} texts, none empty");
        }

        FieldChecks.Unsupported(body.LogitBias, place + "logit_bias", "logits are not biased here", "{}");
        FieldChecks.Unsupported(body.MinTokens, place + "min_tokens", "a least length is not supported", "0");
        FieldChecks.Unsupported(body.UseBeamSearch, place + "use_beam_search", "beams are not supported", "false");
        FieldChecks.Unsupported(
            body.SkipSpecialTokens, place + "skip_special_tokens", "special tokens are no part of a text here", "true");
        SamplingOptions options = Parameters(body, place) with
        {
            MaxTokens = maxTokens,
            Likeliest = likeliest,
            Seed = Seed(body, place),
            StopIds = StopIds(body, model, place),
            StopTexts = stops.Length > 0 ? new StopTexts(model.RequireTokenizer(), stops) : null,
        };
        return new SamplingRequest(options, count, stops, body.IncludeStopStrInOutput ?? false);
    }

    private static SamplingOptions Parameters(SamplingBody body, string place)
    {
        const string Penalty = "a number from -2 to 2";
        return new SamplingOptions
        {
            Temperature = Number(body.Temperature, "temperature", x => x is >= 0 and <= 100, "a number from 0 to 100") ?? 1,
            TopP = Number(body.TopP, "top_p", x => x is > 0 and <= 1, "a number above 0, at most 1") ?? 1,
            TopK = Math.Max(0, FieldChecks.Whole(body.TopK, place + "top_k", -1, int.MaxValue) ?? 0),
            MinP = Number(body.MinP, "min_p", x => x is >= 0 and <= 1, "a number from 0 to 1") ?? 0,
            RepetitionPenalty = Number(body.RepetitionPenalty, "repetition_penalty", x => x > 0, "a number above 0") ?? 1,
            FrequencyPenalty = Number(body.FrequencyPenalty, "frequency_penalty", x => x is >= -2 and <= 2, Penalty) ?? 0,
            PresencePenalty = Number(body.PresencePenalty, "presence_penalty", x => x is >= -2 and <= 2, Penalty) ?? 0,
        };

        double? Number(double? value, string field, Func<double, bool> isAllowed, string range) =>
            FieldChecks.Number(value, place + field, isAllowed, range);
    }

    private static HashSet<int> StopIds(SamplingBody body, ServedModel model, string place)
    {
        HashSet<int> ids = body.IgnoreEos ?? false ? [] : [.. model.StopIds];
        if (body.StopTokenIds is { } more && more.GetRawText() != "[]")
        {
            ids.UnionWith(RowJson.Ids(more, place + "stop_token_ids"));
        }

        return ids;
    }

    // Without a seed every request samples differently, as clients expect; with one, the same.
    private static ulong Seed(SamplingBody body, string place)
    {
        if (body.Seed is not null && body.SamplingSeed is not null) throw FieldChecks.NotUnderstood(place + "sampling_seed");
        if ((body.Seed ?? body.SamplingSeed) is not { } value)
        {
            Span<byte> bytes = stackalloc byte[8];
            RandomNumberGenerator.Fill(bytes);
            return BinaryPrimitives.ReadUInt64LittleEndian(bytes);
        }

        if (value.ValueKind == JsonValueKind.Number)
        {
            if (value.TryGetInt64(out long seed)) return unchecked((ulong)seed);
            if (value.TryGetUInt64(out ulong large)) return large;
        }

        throw FieldChecks.Wrong(place + "seed", "a whole number of at most 64 bits", value);
    }
}
