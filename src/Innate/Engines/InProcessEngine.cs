using Innate.Generation;
using Innate.Text;
using Innate.Traces;

namespace Innate.Engines;

/// <summary>A model that other code than this library's runs in this process.</summary>
/// <param name="Traces">Its traces.</param>
/// <param name="Generator">Its samples.</param>
/// <param name="Tokenizer">The file's own tokenizer as the engine reads it.</param>
/// <param name="Close">Frees it.</param>
internal sealed record InProcessModel(
    ITraceSource Traces, ITextGenerator Generator, Func<Tokenizer> Tokenizer, Action Close);

/// <summary>
/// The seam behind which other code runs models in this process: the package Innate.LlamaCpp puts itself there by
/// <c>LlamaCppEngine.Use()</c>.
/// </summary>
/// <param name="Name">Tells whose numbers they are, with the version, for fingerprints.</param>
/// <param name="Open">Loads a GGUF file: its path, how it is run, threads (null: one a logical processor).</param>
internal sealed record InProcessEngine(Func<string> Name, Func<string, LlamaCppSettings, int?, InProcessModel> Open)
{
    /// <summary>llama.cpp; null: it is refused by name.</summary>
    public static InProcessEngine? LlamaCpp { get; set; }
}
