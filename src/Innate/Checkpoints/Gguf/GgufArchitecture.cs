namespace Innate.Checkpoints.Gguf;

/// <summary>
/// A kind of model as GGUF files name it, and what stands in no key of them: what transformers calls it, and what converting did
/// to its weights.
/// </summary>
internal sealed record GgufArchitecture
{
    private const string Key = "general.architecture";

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

    /// <summary>What a file holds.</summary>
    /// <exception cref="InputException">No language model, or one of a kind that is not known here.</exception>
    public static GgufArchitecture Of(GgufMetadata keys)
    {
        if (keys.OptionalText("general.type") is { } type && type != "model")
        {
            throw keys.Wrong("general.type", "'model'");
        }

        string name = keys.Text(Key);
        return name switch
        {
            "llama" when keys.OptionalWhole("llama.expert_count", 0, int.MaxValue) > 0 => new()
            {
                Name = name, ModelType = "mixtral", ClassName = "Mixtral", HasPairedRows = true, HasExperts = true,
            },
            "llama" when keys.OptionalWhole("llama.attention.sliding_window", 0, int.MaxValue) > 0 => new()
            {
                Name = name, ModelType = "mistral", ClassName = "Mistral", HasPairedRows = true,
            },
            "llama" => new()
            {
                Name = name, ModelType = "llama", ClassName = "Llama", HasPairedRows = true, MayHaveAttentionBias = true,
            },
            "qwen2" => new() { Name = name, ModelType = "qwen2", ClassName = "Qwen2" },
            "qwen3" => new() { Name = name, ModelType = "qwen3", ClassName = "Qwen3", MayHaveAttentionBias = true },
            "qwen3moe" => new()
            {
                Name = name, ModelType = "qwen3_moe", ClassName = "Qwen3Moe", MayHaveAttentionBias = true, HasExperts = true,
            },
            "olmo2" => new() { Name = name, ModelType = "olmo2", ClassName = "Olmo2", MayHaveAttentionBias = true },
            "phi3" => new() { Name = name, ModelType = "phi3", ClassName = "Phi3" },
            "gemma2" => new()
            {
                Name = name, ModelType = "gemma2", ClassName = "Gemma2", IsGemma = true, MayHaveAttentionBias = true,
            },
            "gemma3" => new()
            {
                Name = name, ModelType = "gemma3_text", ClassName = "Gemma3", IsGemma = true, MayHaveAttentionBias = true,
            },
            "smollm3" => new()
            {
                Name = name, ModelType = "smollm3", ClassName = "SmolLM3", HasPairedRows = true, MayHaveAttentionBias = true,
            },
            "granite" => new()
            {
                Name = name, ModelType = "granite", ClassName = "Granite", HasPairedRows = true, MayHaveAttentionBias = true,
            },
            "gpt-oss" => new()
            {
                Name = name, ModelType = "gpt_oss", ClassName = "GptOss", MayHaveAttentionBias = true, HasExperts = true,
            },
            _ => throw keys.Wrong(
                Key, "one of llama, qwen2, qwen3, qwen3moe, olmo2, phi3, gemma2, gemma3, smollm3, granite, gpt-oss"),
        };
    }
}
