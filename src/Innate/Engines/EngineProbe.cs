using System.Text.Json;

namespace Innate.Engines;

/// <summary>What an engine says of itself.</summary>
/// <param name="Kind">Its dialect.</param>
/// <param name="Model">The served model's name.</param>
/// <param name="Context">Positions of the model's context; null where it does not tell.</param>
/// <param name="VocabularySize">Token ids; null where it does not tell.</param>
/// <param name="Weights">A fingerprint of the weights; null where it does not tell.</param>
internal sealed record EngineFacts(EngineKind Kind, string Model, int? Context, int? VocabularySize, string? Weights);

/// <summary>
/// Finds out what an engine is: by its own word in <c>/v1/models</c>, else by the routes that only one kind has.
/// </summary>
internal static class EngineProbe
{
    /// <exception cref="InputException">It is none of the kinds, wants a key, or does not serve the model.</exception>
    /// <exception cref="EngineException">It cannot be reached, or serves nothing.</exception>
    public static async Task<EngineFacts> AskAsync(
        EngineTransport engine, EngineSettings settings, CancellationToken cancellation)
    {
        Reply? card = await FindCardAsync(engine, settings.Model, cancellation).ConfigureAwait(false);
        EngineKind kind = settings.Kind
            ?? (TextOf(card, "owned_by") is { } owner ? EngineNames.Find(owner) : null)
            ?? await ByRoutesAsync(engine, settings, cancellation).ConfigureAwait(false);
        string? model = settings.Model ?? TextOf(card, "id");
        if (model is null && kind == EngineKind.Vllm)
        {
            throw new EngineException($"{settings.Address}v1/models: expected a served model, found none.");
        }

        return new EngineFacts(
            kind, model ?? "the model", card?.Find("max_model_len")?.Whole(), card?.Find("vocab_size")?.Whole(),
            card?.Fingerprint);
    }

    private static async Task<Reply?> FindCardAsync(EngineTransport engine, string? model, CancellationToken cancellation)
    {
        if (await engine.FindAsync("v1/models", cancellation).ConfigureAwait(false) is not { } models) return null;
        if (!IsObject(models) || models.Find("data") is not { Value.ValueKind: JsonValueKind.Array } cards) return null;
        var names = new List<string>();
        for (int i = 0; i < cards.Length; i++)
        {
            if (!IsObject(cards[i])) continue;
            if (model is null || TextOf(cards[i], "id") == model) return cards[i] with { Fingerprint = models.Fingerprint };
            if (TextOf(cards[i], "id") is { } name) names.Add(name);
        }

        return model is null || names.Count == 0
            ? null
            : throw new InputException(
                $"{models.Source}: expected the model '{model}' to be served, found {string.Join(", ", names)}.");
    }

    private static async Task<EngineKind> ByRoutesAsync(
        EngineTransport engine, EngineSettings settings, CancellationToken cancellation)
    {
        if (await HasAsync(engine, "get_model_info", "model_path", cancellation).ConfigureAwait(false)) return EngineKind.Sglang;
        if (await HasAsync(engine, "version", "version", cancellation).ConfigureAwait(false)) return EngineKind.Vllm;
        throw new InputException(
            $"{settings.Address}: expected one of {string.Join(", ", EngineNames.All)}, found a server that is none by its own "
            + $"word: "
            + "name the dialect that it speaks.");
    }

    private static async Task<bool> HasAsync(EngineTransport engine, string path, string field, CancellationToken cancellation) =>
        TextOf(await engine.FindAsync(path, cancellation).ConfigureAwait(false), field) is not null;

    private static string? TextOf(Reply? reply, string field) =>
        reply is { } r && IsObject(r) && r.Find(field) is { Value.ValueKind: JsonValueKind.String } text ? text.Text() : null;

    private static bool IsObject(Reply reply) => reply.Value.ValueKind == JsonValueKind.Object;
}
