using Innate.Checkpoints.Gguf;
using Innate.Compute;
using Innate.Layers;

namespace Innate.Models.Export;

/// <summary>A model's shape as the keys of a GGUF file, the names and defaults llama.cpp's own.</summary>
internal static class GgufDescription
{
    /// <summary>The keys that describe the model itself; its tokenizer has others.</summary>
    /// <param name="config">The shape.</param>
    /// <param name="architecture">What GGUF calls it.</param>
    /// <param name="name">What a person calls it.</param>
    /// <exception cref="InputException">GGUF has no key for something of it.</exception>
    public static IEnumerable<GgufEntry> Of(ModelConfig config, GgufArchitecture architecture, string name)
    {
        string prefix = architecture.Name;
        yield return GgufEntry.Text("general.architecture", architecture.Name);
        yield return GgufEntry.Text("general.type", "model");
        yield return GgufEntry.Text("general.name", name);
        yield return GgufEntry.Whole($"{prefix}.block_count", config.LayerCount);
        yield return GgufEntry.Whole($"{prefix}.context_length", config.MaxPositions);
        yield return GgufEntry.Whole($"{prefix}.embedding_length", config.HiddenSize);
        yield return GgufEntry.Whole($"{prefix}.feed_forward_length", config.IntermediateSize);
        foreach (GgufEntry entry in Experts(config, architecture)) yield return entry;
        yield return GgufEntry.Whole($"{prefix}.attention.head_count", config.HeadCount);
        yield return GgufEntry.Whole($"{prefix}.attention.head_count_kv", config.KeyValueHeadCount);
        yield return GgufEntry.Whole($"{prefix}.attention.key_length", config.HeadDimension);
        yield return GgufEntry.Whole($"{prefix}.attention.value_length", config.HeadDimension);
        yield return GgufEntry.Number($"{prefix}.attention.layer_norm_rms_epsilon", config.RmsNormEpsilon);
        yield return GgufEntry.Whole($"{prefix}.rope.dimension_count", config.HeadDimension);
        yield return GgufEntry.Whole($"{prefix}.vocab_size", config.VocabularySize);
        foreach (GgufEntry entry in Rope(config, prefix)) yield return entry;
        foreach (GgufEntry entry in Windows(config, architecture)) yield return entry;
        if (config.AttentionSoftCap is { } scores) yield return GgufEntry.Number($"{prefix}.attn_logit_softcapping", scores);
        if (config.LogitSoftCap is { } logits) yield return GgufEntry.Number($"{prefix}.final_logit_softcapping", logits);
        if (architecture.ModelType == "granite")
        {
            yield return GgufEntry.Number($"{prefix}.embedding_scale", config.EmbeddingScale);
            yield return GgufEntry.Number($"{prefix}.attention.scale", config.AttentionScale);
            yield return GgufEntry.Number($"{prefix}.residual_scale", config.ResidualScale);
            // The logits are divided by it there and multiplied here.
            yield return GgufEntry.Number($"{prefix}.logit_scale", 1 / config.LogitScale);
        }
        else
        {
            RequireScale(config);
        }
    }

    /// <summary>
    /// By how much each frequency is divided, where each has its own way; none where no tensor says it.
    /// </summary>
    public static IEnumerable<GgufOutput> RopeFactors(ModelConfig config, GgufArchitecture architecture)
    {
        RopeConfig rope = Global(config);
        if (rope.Scaling is not (RopeScalingKind.Llama3 or RopeScalingKind.Divided)) return [];
        double[] stretched = RotaryEmbedding.Frequencies(rope, config.HeadDimension);
        double[] plain = RotaryEmbedding.Frequencies(rope with { Scaling = RopeScalingKind.None }, config.HeadDimension);
        byte[] bytes = [.. plain.Zip(stretched, (p, s) => (float)(p / s)).SelectMany(BitConverter.GetBytes)];
        string[] names = architecture.ModelType == "phi3"
            ? ["rope_factors_long.weight", "rope_factors_short.weight"]
            : ["rope_freqs.weight"];
        return names.Select(n => new GgufOutput(n, [plain.Length], ElementType.Float32, put => put(bytes)));
    }

    /// <summary>What a file's matrices are of, as llama.cpp numbers it.</summary>
    public static GgufEntry FileType(ElementType type) => GgufEntry.Whole("general.file_type", type switch
    {
        ElementType.Float32 => 0,
        ElementType.Float16 => 1,
        ElementType.Q4_0 => 2,
        ElementType.Q4_1 => 3,
        ElementType.Q8_0 => 7,
        ElementType.Q5_0 => 8,
        ElementType.Q5_1 => 9,
        ElementType.BFloat16 => 32,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "no type that is written"),
    });

    // A layer that sees everything where there is one: its rotary embedding is the model's.
    private static RopeConfig Global(ModelConfig config) =>
        config.Layers.FirstOrDefault(l => l.Window is null && l.Rope is not null)?.Rope
            ?? config.Layers.FirstOrDefault(l => l.Rope is not null)?.Rope
            ?? throw new InputException("no_rope_layers: expected a layer with a rotary embedding, found none.");

    private static IEnumerable<GgufEntry> Rope(ModelConfig config, string prefix)
    {
        RopeConfig rope = Global(config);
        if (rope.Scaling == RopeScalingKind.Grid)
        {
            throw new InputException("rope_type: expected rotary positions that GGUF knows, found those of an image's grid.");
        }

        yield return GgufEntry.Number($"{prefix}.rope.freq_base", rope.Theta);
        if (config.Layers.FirstOrDefault(l => l.Rope is not null && l.Rope.Theta != rope.Theta)?.Rope is { } local)
        {
            yield return GgufEntry.Number($"{prefix}.rope.freq_base_swa", local.Theta);
        }

        if (rope.Scaling == RopeScalingKind.Divided && rope.AttentionFactor != 1)
        {
            yield return GgufEntry.Number($"{prefix}.rope.scaling.attn_factor", rope.AttentionFactor);
        }

        if (rope.Scaling is RopeScalingKind.None or RopeScalingKind.Llama3 or RopeScalingKind.Divided) yield break;
        bool yarn = rope.Scaling == RopeScalingKind.Yarn;
        yield return GgufEntry.Text($"{prefix}.rope.scaling.type", yarn ? "yarn" : "linear");
        yield return GgufEntry.Number($"{prefix}.rope.scaling.factor", rope.Factor);
        if (!yarn) yield break;
        yield return GgufEntry.Whole($"{prefix}.rope.scaling.original_context_length", (long)rope.OriginalMaxPositions);
        yield return GgufEntry.Number($"{prefix}.rope.scaling.yarn_beta_fast", rope.BetaFast);
        yield return GgufEntry.Number($"{prefix}.rope.scaling.yarn_beta_slow", rope.BetaSlow);
        double usual = (0.1 * PortableMath.Log(rope.Factor)) + 1;
        if (Math.Abs(rope.AttentionFactor - usual) > 1e-6)
        {
            yield return GgufEntry.Number($"{prefix}.rope.scaling.attn_factor", rope.AttentionFactor / usual);
        }
    }

    private static IEnumerable<GgufEntry> Experts(ModelConfig config, GgufArchitecture architecture)
    {
        if (config.Experts is not { } experts) yield break;
        if (experts.Weighting == ExpertWeighting.SoftmaxOverAll)
        {
            throw new InputException(
                "norm_topk_prob: expected true, as every GGUF file of the family means, found false, which no key says.");
        }

        if (experts.Layers.Contains(false))
        {
            throw new InputException(
                "mlp_only_layers: expected experts in every layer, as llama.cpp reads them, found layers with one MLP.");
        }

        string prefix = architecture.Name;
        yield return GgufEntry.Whole($"{prefix}.expert_count", experts.Count);
        yield return GgufEntry.Whole($"{prefix}.expert_used_count", experts.PerToken);
        if (architecture.ModelType != "mixtral")
        {
            yield return GgufEntry.Whole($"{prefix}.expert_feed_forward_length", experts.IntermediateSize);
        }
    }

    private static IEnumerable<GgufEntry> Windows(ModelConfig config, GgufArchitecture architecture)
    {
        int[] windows = [.. config.Layers.Select(l => l.Window ?? 0)];
        if (windows.All(w => w == 0)) yield break;
        bool everyLayer = windows.All(w => w == windows[0]);
        bool asFamily = architecture.ModelType switch
        {
            "mistral" or "mixtral" or "phi3" => everyLayer,
            "gemma2" or "gpt_oss" => windows.Select((w, i) => (w > 0) == (i % 2 == 0)).All(b => b),
            "gemma3_text" => windows.Select((w, i) => (w > 0) == ((i + 1) % GemmaPattern(windows) != 0)).All(b => b),
            _ => false,
        };
        if (!asFamily)
        {
            throw new InputException(
                $"sliding windows: expected them on the layers where {architecture.Name} always has them, since GGUF has no key "
                + $"for others, found {string.Join(", ", windows.Take(12))}{(windows.Length > 12 ? ", ..." : "")} (0: none).");
        }

        yield return GgufEntry.Whole($"{architecture.Name}.attention.sliding_window", windows.Max());
        if (architecture.ModelType == "gemma3_text" && GemmaPattern(windows) != 6)
        {
            yield return GgufEntry.Whole($"{architecture.Name}.attention.sliding_window_pattern", GemmaPattern(windows));
        }
    }

    // Every so manieth layer sees everything.
    private static int GemmaPattern(int[] windows) => Array.IndexOf(windows, 0) is var first and >= 0 ? first + 1 : 6;

    private static void RequireScale(ModelConfig config)
    {
        float usual = (float)(1 / Math.Sqrt(config.HeadDimension));
        float wide = (float)(1 / Math.Sqrt((double)config.HiddenSize / config.HeadCount));
        if (config.AttentionScale == usual || config.AttentionScale == wide) return;
        throw new InputException(
            $"query_pre_attn_scalar: expected {config.HeadDimension}, a head's size, since GGUF has no key for it, found "
            + $"{1 / (config.AttentionScale * config.AttentionScale):0.##}.");
    }
}
