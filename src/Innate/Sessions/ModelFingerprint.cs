using System.Reflection;
using Innate.Checkpoints;
using Innate.Checkpoints.Gguf;
using Innate.Engines;
using Innate.Traces;

namespace Innate.Sessions;

/// <summary>
/// What decides a reward's bits, in short digests: two results with equal fingerprints are on one scale. The same fingerprint
/// stands in every file and reply.
/// </summary>
/// <param name="Weights">
/// The weights, every byte, with the config, the adapter and the reference; of an engine what it tells of them.
/// </param>
/// <param name="Tokenizer">The tokenizer's files; <c>none</c> where there are none.</param>
/// <param name="Template">The chat template; <c>raw</c> where it is bypassed, <c>none</c> where there is none.</param>
public sealed record ModelFingerprint(string Weights, string Tokenizer, string Template)
{
    /// <summary>The library's version.</summary>
    public static string Version { get; } = typeof(ModelFingerprint).Assembly
        .GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    /// <summary>What products are formed in, where that is not float32.</summary>
    public string? Compute { get; init; }

    /// <summary>Who computes them in this process, with the version, where that is another than this library.</summary>
    public string? Engine { get; init; }

    /// <summary>All in one word, for headers and settings.</summary>
    public string Id => string.Join(
        '-', new[] { Weights, Tokenizer, Template, Version, Compute, Engine }.Where(part => part is not null));

    /// <summary>The parts by name, for files and replies.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Parts
    {
        get
        {
            List<KeyValuePair<string, string>> parts =
                [new("weights", Weights), new("tokenizer", Tokenizer), new("template", Template), new("version", Version)];
            if (Compute is not null) parts.Add(new("compute", Compute));
            if (Engine is not null) parts.Add(new("engine", Engine));
            return parts;
        }
    }

    /// <summary>The fingerprint of a model in a folder.</summary>
    /// <param name="folder">The model's folder.</param>
    /// <param name="adapter">The folder of its adapters; null: none.</param>
    /// <param name="reference">The reference model's folder; null: none.</param>
    /// <param name="template">The template's text; null: there is none.</param>
    /// <param name="raw">Whether it is bypassed.</param>
    public static ModelFingerprint Of(string folder, string? adapter, string? reference, string? template, bool raw) => new(
        OfAll(folder, adapter, reference), OfTokenizer(folder), OfTemplate(template, raw));

    /// <summary>The fingerprint of a model that an engine runs.</summary>
    /// <param name="engine">The engine, which may tell its weights' digest.</param>
    /// <param name="folder">Holds the tokenizer's files; or the engine's address.</param>
    /// <param name="reference">The reference model's weights; null: none.</param>
    /// <param name="template">The template's text; null: there is none.</param>
    /// <param name="raw">Whether it is bypassed.</param>
    internal static ModelFingerprint Of(RemoteEngine engine, string folder, string? reference, string? template, bool raw) => new(
        $"{WeightsOf(engine)}{(reference is null ? "" : $" beside {reference}")}",
        OfTokenizer(folder), OfTemplate(template, raw))
    {
        Engine = engine.Parts == TraceParts.Values ? "pair" : null,
    };

    /// <summary>What an engine tells of its weights: the name, and their digest where it knows it.</summary>
    internal static string WeightsOf(RemoteEngine engine) => $"{engine.Model} {engine.Weights ?? "unknown"}";

    /// <summary>The fingerprint of a GGUF file that an engine in this process runs.</summary>
    /// <param name="file">The file.</param>
    /// <param name="reference">The reference model's folder or file; null: none.</param>
    /// <param name="tokenizer">The files that its tokenizer is read from; null: the engine's own reading of the file.</param>
    /// <param name="template">The template's text; null: there is none.</param>
    /// <param name="raw">Whether it is bypassed.</param>
    internal static ModelFingerprint OfFile(
        string file, string? reference, ModelFiles? tokenizer, string? template, bool raw) => new(
        OfAll(file, null, reference), tokenizer is null ? "engine" : OfTokenizer(tokenizer), OfTemplate(template, raw));

    /// <summary>Of a folder's weights and config alone.</summary>
    internal static string OfWeights(string folder) => ModelFiles.IsGguf(folder)
        ? Digest.OfWholes(GgufFile.Open(folder, keysOnly: true).Files)
        : Digest.OfFiles(folder, name =>
            name is "config.json" or "adapter_config.json" || name.EndsWith(".safetensors", StringComparison.Ordinal));

    private static string OfTokenizer(string folder)
    {
        if (!ModelFiles.IsGguf(folder))
        {
            return Digest.OfFiles(folder, name => name is "tokenizer.json" or "tokenizer_config.json");
        }

        return OfTokenizer(ModelFiles.Of(folder));
    }

    private static string OfTokenizer(ModelFiles files) =>
        Digest.OfBytes(new[] { files.ReadTokenizer(), files.Read("tokenizer_config.json") }.OfType<byte[]>());

    private static string OfAll(string folder, string? adapter, string? reference) =>
        Digest.OfTexts(new[] { folder, adapter, reference }.Select(f => f is null ? "none" : OfWeights(f)));

    private static string OfTemplate(string? template, bool raw) =>
        raw ? "raw" : template is null ? "none" : Digest.OfTexts([template]);
}
