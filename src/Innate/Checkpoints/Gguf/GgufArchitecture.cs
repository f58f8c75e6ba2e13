namespace Innate.Checkpoints.Gguf;

/// <summary>
/// A kind of model as GGUF files name it, and what stands in no key of them: what transformers calls it, and what converting did
/// to its weights.
/// </summary>
internal sealed record GgufArchitecture
{
    /// <summary>The key with the architecture's name.</summary>
    public const string Key = "general.architecture";

    /// <summary>The file's name for it, which all its keys begin with.</summary>
    public required string Name { get; init; }

    /// <summary><c>model_type</c> of config.json.</summary>
    public required string ModelType { get; init; }

    /// <summary>What the class is called in <c>architectures</c> of config.json, without <c>ForCausalLM</c>.</summary>
    public required string ClassName { get; init; }

    /// <summary>
    /// Whether the rows of <c>attn_q</c> and <c>attn_k</c> lie in pairs: rows 2i and 2i+1 of a head of d are Hugging Face's i and
    /// i + d/2.
    /// </summary>
    public bool HasPairedRows { get; init; }

    /// <summary>Gemmas: norm weights are stored with 1 added, the activation is a GELU.</summary>
    public bool IsGemma { get; init; }

    /// <summary>Whether <c>attention_bias</c> is a choice of the family; the tensors say which it was.</summary>
    public bool MayHaveAttentionBias { get; init; }

    /// <summary>Whether MLPs may be experts with a router.</summary>
    public bool HasExperts { get; init; }

    /// <summary>The kinds of models that are known here; of several of one name a file's keys tell which it is.</summary>
    public static IReadOnlyList<GgufArchitecture> Known { get; } =
    [
        new() { Name = "llama", ModelType = "llama", ClassName = "Llama", HasPairedRows = true, MayHaveAttentionBias = true },
        new() { Name = "llama", ModelType = "mistral", ClassName = "Mistral", HasPairedRows = true },
        new() { Name = "llama", ModelType = "mixtral", ClassName = "Mixtral", HasPairedRows = true, HasExperts = true },
        new() { Name = "qwen2", ModelType = "qwen2", ClassName = "Qwen2" },
        new() { Name = "qwen3", ModelType = "qwen3", ClassName = "Qwen3", MayHaveAttentionBias = true },
        new()
        {
            Name = "qwen3moe", ModelType = "qwen3_moe", ClassName = "Qwen3Moe", MayHaveAttentionBias = true, HasExperts = true,
        },
        new() { Name = "olmo2", ModelType = "olmo2", ClassName = "Olmo2", MayHaveAttentionBias = true },
        new() { Name = "phi3", ModelType = "phi3", ClassName = "Phi3" },
        new() { Name = "gemma2", ModelType = "gemma2", ClassName = "Gemma2", IsGemma = true, MayHaveAttentionBias = true },
        new() { Name = "gemma3", ModelType = "gemma3_text", ClassName = "Gemma3", IsGemma = true, MayHaveAttentionBias = true },
        new()
        {
            Name = "smollm3", ModelType = "smollm3", ClassName = "SmolLM3", HasPairedRows = true, MayHaveAttentionBias = true,
        },
        new()
        {
            Name = "granite", ModelType = "granite", ClassName = "Granite", HasPairedRows = true, MayHaveAttentionBias = true,
        },
        new()
        {
            Name = "gpt-oss", ModelType = "gpt_oss", ClassName = "GptOss", MayHaveAttentionBias = true, HasExperts = true,
        },
    ];

    /// <summary>What a file holds.</summary>
    /// <exception cref="InputException">No language model, or one of a kind that is not known here.</exception>
    public static GgufArchitecture Of(GgufMetadata keys)
    {
        if (keys.OptionalText("general.type") is { } type && type != "model")
        {
            throw keys.Wrong("general.type", "'model'");
        }

        string name = keys.Text(Key);
        string modelType = name != "llama" ? ""
            : keys.OptionalWhole("llama.expert_count", 0, int.MaxValue) > 0 ? "mixtral"
            : keys.OptionalWhole("llama.attention.sliding_window", 0, int.MaxValue) > 0 ? "mistral" : "llama";
        return Known.FirstOrDefault(a => a.Name == name && (modelType.Length == 0 || a.ModelType == modelType))
            ?? throw keys.Wrong(Key, $"one of {string.Join(", ", Known.Select(a => a.Name).Distinct())}");
    }
}
