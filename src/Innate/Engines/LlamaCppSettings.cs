namespace Innate.Engines;

/// <summary>How llama.cpp runs a GGUF file in this process (package Innate.LlamaCpp).</summary>
public sealed record LlamaCppSettings
{
    /// <summary>The most tokens that one pass reads.</summary>
    public const int MostBatch = 65_536;

    /// <summary>
    /// Layers that a graphics card holds; null: all, where the native library has a card to put them on. 0: none.
    /// </summary>
    public int? GpuLayers { get; init; }

    /// <summary>
    /// Positions whose keys and values are held at once. No path is longer, nor longer than the model's own context; with more
    /// of them more responses are read together.
    /// </summary>
    public int Context { get; init; } = 4096;

    /// <summary>Tokens that one pass reads at most; fewer where the logits of so many would not fit in 128 MB.</summary>
    public int Batch { get; init; } = 512;

    /// <summary>Refuses what makes no sense.</summary>
    /// <exception cref="InputException">Names each setting at fault, its range and what was found.</exception>
    internal void Check()
    {
        List<InputProblem> problems = [];
        if (GpuLayers < 0) problems.Add(new(nameof(GpuLayers), "a whole number of at least 0", $"{GpuLayers}"));
        if (Context < 2) problems.Add(new(nameof(Context), "a whole number of at least 2", $"{Context}"));
        if (Batch is < 1 or > MostBatch) problems.Add(new(nameof(Batch), $"a whole number from 1 to {MostBatch}", $"{Batch}"));
        if (problems.Count > 0) throw new InputException(problems);
    }
}
