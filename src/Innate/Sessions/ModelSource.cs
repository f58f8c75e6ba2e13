using Innate.Compute;
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
    /// What products of activations and weights are formed in; part of the fingerprint, for it decides the bits.
    /// </summary>
    public ComputeMode Compute { get; init; }

    /// <summary>
    /// With <see cref="ComputeMode.Int8"/>: what matrices that are not quantised are rounded to, Q8_0 or Q4_1; null: Q8_0, and a
    /// file's own blocks stay as they are.
    /// </summary>
    public ElementType? Quantize { get; init; }

    /// <summary>
    /// Bytes of keys and values to keep of prompts that were traced, for later ones that begin alike; 0: none. No result depends
    /// on it.
    /// </summary>
    public long PrefixCacheBytes { get; init; }

    /// <summary>The engine that runs the model elsewhere; null: it runs here.</summary>
    public EngineSettings? Engine { get; init; }

    /// <summary>llama.cpp in this process runs the model, a GGUF file; null: this library does.</summary>
    public LlamaCppSettings? LlamaCpp { get; init; }

    /// <summary>The engine that <see cref="LlamaCpp"/> means; null: the one that was put behind the seam.</summary>
    internal InProcessEngine? InProcess { get; init; }

    /// <summary>Is told, in a sentence, of what a checkpoint's files say in two ways; null: nobody is.</summary>
    public Action<string>? Warn { get; init; }

    /// <summary>Refuses integers where weights are trained or written.</summary>
    internal void RequireExact()
    {
        if (Compute == ComputeMode.Exact) return;
        throw new InputException(nameof(Compute), "exact where weights are trained or written: codes have no gradient", "int8");
    }

    /// <summary>Refuses settings of the arithmetic that do not go together.</summary>
    internal void RequireCompute()
    {
        if (Quantize is not { } type) return;
        if (Compute != ComputeMode.Int8) throw new InputException(nameof(Quantize), "int8 as {Compute} beside it", "exact");
        if (type is ElementType.Q8_0 or ElementType.Q4_1) return;
        throw new InputException(nameof(Quantize), "Q8_0 or Q4_1", $"{type}");
    }

    /// <summary>The arithmetic in a word, for the fingerprint; null where it is exact.</summary>
    internal string? ComputeName => Compute == ComputeMode.Exact ? null : Quantize is { } type ? $"int8 {type}" : "int8";
}
