namespace Innate.Engines;

/// <summary>Where a remote engine is and how it is asked.</summary>
public sealed record EngineSettings
{
    /// <summary>Its address, such as <c>http://127.0.0.1:8000</c>; a <c>/v1</c> at the end is passed over.</summary>
    public required Uri Address { get; init; }

    /// <summary>
    /// Further engines that serve the same model: a request goes to whichever is free, and one that fails is left out. Of other
    /// <c>innate serve</c>s no bit depends on which of them lives; engines of other kinds differ in the last digits.
    /// </summary>
    public IReadOnlyList<Uri> Others { get; init; } = [];

    /// <summary>
    /// vLLM engines with the same model and <c>--logprobs-mode raw_logits</c>: together with <see cref="Address"/>, which tells
    /// log-probabilities, they tell Q and V = Q - log pi; empty: none.
    /// </summary>
    public IReadOnlyList<Uri> Logits { get; init; } = [];

    /// <summary>Is told, in a sentence, which engine fails, and how far two askings differ; null: nobody is.</summary>
    public Action<string>? Tell { get; init; }

    /// <summary>Its dialect; null: what it says of itself.</summary>
    public EngineKind? Kind { get; init; }

    /// <summary>The model to ask for by name; null: the first that the engine serves.</summary>
    public string? Model { get; init; }

    /// <summary>Sent as a bearer token; null: none.</summary>
    public string? Key { get; init; }

    /// <summary>Requests under way at once at each engine; no result depends on it.</summary>
    public int Requests { get; init; } = 8;

    /// <summary>How often one request may fail (busy, unreachable, silent, 5xx) before the engine is given up.</summary>
    public int Attempts { get; init; } = 6;

    /// <summary>The pause after a first failure, doubled after each further one; a longer Retry-After is honoured.</summary>
    public TimeSpan FirstPause { get; init; } = TimeSpan.FromSeconds(0.5);

    /// <summary>No pause is longer; an engine that asks for a longer one is given up.</summary>
    public TimeSpan LongestPause { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long one try may take, from its first byte to the answer's last.</summary>
    public TimeSpan Deadline { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>The clock that pauses go by.</summary>
    internal TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>
    /// The model's vocabulary, where the caller knows it (vLLM and SGLang do not tell); null: ids are the engine's to check.
    /// </summary>
    public int? VocabularySize { get; init; }

    /// <summary>Reads an address as people write it.</summary>
    /// <exception cref="InputException">It is none.</exception>
    public static Uri ParseAddress(string text)
    {
        string trimmed = text.Trim().TrimEnd('/');
        if (trimmed.EndsWith("/v1", StringComparison.Ordinal)) trimmed = trimmed[..^3];
        return Uri.TryCreate(trimmed + "/", UriKind.Absolute, out Uri? address) && address.Scheme is "http" or "https"
            && address is { Query: "", Fragment: "", UserInfo: "" }
            ? address
            : throw new InputException($"engine: expected an address such as http://127.0.0.1:8000, found '{text}'.");
    }

    /// <summary>Refuses what makes no sense.</summary>
    /// <exception cref="InputException">Names the setting, its range and what was found.</exception>
    internal void Check()
    {
        if (Requests is < 1 or > 1024) throw new InputException($"engine requests: expected 1 to 1024, found {Requests}.");
        if (Attempts < 1) throw new InputException($"engine attempts: expected at least 1, found {Attempts}.");
    }
}
