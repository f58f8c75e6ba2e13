using System.Reflection;
using System.Text.Json;
using Innate.Rows;

namespace Innate.Server.Models;

/// <summary>What decides a reward's bits, in short digests: two replies with equal fingerprints are on one scale.</summary>
/// <param name="Weights">The weights, sampled, with the config, the adapter and the reference.</param>
/// <param name="Tokenizer">The tokenizer's files.</param>
/// <param name="Template">The chat template; <c>raw</c> where it is bypassed, <c>none</c> where there is none.</param>
internal sealed record ModelFingerprint(string Weights, string Tokenizer, string Template)
{
    public static string Version { get; } = typeof(LanguageModel).Assembly
        .GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    /// <summary>All in one word, for headers and for system_fingerprint.</summary>
    public string Id => $"{Weights}-{Tokenizer}-{Template}-{Version}";

    /// <param name="folder">The model's folder.</param>
    /// <param name="adapter">Its adapters; null: none.</param>
    /// <param name="reference">The reference model's folder; null: none.</param>
    /// <param name="template">The template's text; null: there is none.</param>
    /// <param name="raw">Whether it is bypassed.</param>
    public static ModelFingerprint Of(string folder, string? adapter, string? reference, string? template, bool raw) => new(
        Digest.OfTexts(new[] { folder, adapter, reference }.Select(f => f is null ? "none" : Digest.OfFiles(f, IsWeights))),
        Digest.OfFiles(folder, name => name is "tokenizer.json" or "tokenizer_config.json"),
        raw ? "raw" : template is null ? "none" : Digest.OfTexts([template]));

    private static bool IsWeights(string file) =>
        file is "config.json" or "adapter_config.json" || file.EndsWith(".safetensors", StringComparison.Ordinal);

    /// <param name="w">Where to.</param>
    /// <param name="formula">The reward with its parameters; null where the reply holds none.</param>
    public void Write(Utf8JsonWriter w, string? formula)
    {
        w.WriteStartObject("fingerprint");
        w.WriteString("weights", Weights);
        w.WriteString("tokenizer", Tokenizer);
        w.WriteString("template", Template);
        if (formula is not null) w.WriteString("formula", formula);
        w.WriteString("version", Version);
        w.WriteEndObject();
    }
}
