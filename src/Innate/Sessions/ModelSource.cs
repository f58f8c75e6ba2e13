using Innate.Compute.Simd;
using Innate.Engines;

namespace Innate.Sessions;

/// <summary>Which model is meant and how it is run: here, or by an engine elsewhere.</summary>
public sealed record ModelSource
{
    /// <summary>
    /// A Hugging Face folder, <c>innate-tiny</c> (the model that ships with the library), or a hub name that is in the cache;
    /// null: the model that <see cref="Adapter"/> was trained on where it can be found, else innate-tiny. With an engine: what
    /// has the tokenizer's files; null: there is none, and rows give ids.
    /// </summary>
    public string? Model { get; init; }

    /// <summary>A folder of low-rank adapters in PEFT's format; null: none.</summary>
    public string? Adapter { get; init; }

    /// <summary>Threads; null: one a logical processor. The results are the same bits for any number.</summary>
    public int? Threads { get; init; }

    /// <summary>The instruction set; null: <c>INNATE_SIMD</c>, or the fastest that the processor has.</summary>
    public SimdPath? Simd { get; init; }

    /// <summary>
    /// Bytes of keys and values to keep of prompts that were traced, for later ones that begin alike; 0: none. No result depends
    /// on it.
    /// </summary>
    public long PrefixCacheBytes { get; init; }

    /// <summary>The engine that runs the model elsewhere; null: it runs here.</summary>
    public EngineSettings? Engine { get; init; }

    /// <summary>Is told, in a sentence, of what a checkpoint's files say in two ways; null: nobody is.</summary>
    public Action<string>? Warn { get; init; }
}
