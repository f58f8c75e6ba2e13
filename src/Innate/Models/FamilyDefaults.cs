using Innate.Compute;
using Innate.Layers;

namespace Innate.Models;

/// <summary>
/// What transformers assumes in each family where config.json is silent, and which keys the family has at all
/// (transformers, <c>models/*/configuration_*.py</c>).
/// </summary>
internal sealed record FamilyDefaults
{
    public required ModelFamily Family { get; init; }

    /// <summary>The family's part of an architecture's name: <c>Llama</c> in <c>LlamaForCausalLM</c>.</summary>
    public required string[] ArchitecturePrefixes { get; init; }

    public required int MaxPositions { get; init; }

    /// <summary>Key-value heads where the key is absent; null: as many as query heads.</summary>
    public int? KeyValueHeads { get; init; }

    /// <summary>Head width where the key is absent; null: hidden size over heads.</summary>
    public int? HeadDimension { get; init; }

    public double RmsNormEpsilon { get; init; } = 1e-6;

    public double RopeTheta { get; init; } = 10_000;

    /// <summary>How rotary frequencies are stretched where neither spelling of the key is there; null: not at all.</summary>
    public RopeConfig? RopeScaling { get; init; }

    public bool TiedEmbeddings { get; init; }

    /// <summary>Whether <c>attention_bias</c> counts.</summary>
    public bool HasAttentionBias { get; init; }

    /// <summary>Whether there are biases where <c>attention_bias</c> is absent.</summary>
    public bool AttentionBias { get; init; }

    /// <summary>Whether <c>mlp_bias</c> counts.</summary>
    public bool HasMlpBias { get; init; }

    /// <summary>Whether layers may have experts in the MLP's place.</summary>
    public bool HasExperts { get; init; }

    /// <summary>
    /// Gemmas: <c>hidden_activation</c>, <c>query_pre_attn_scalar</c>, soft caps, scaled embeddings, norms around 1.
    /// </summary>
    public bool IsGemma { get; init; }

    /// <summary>The families by their <c>model_type</c>.</summary>
    public static IReadOnlyList<string> ModelTypes { get; } =
    [
        "llama", "mistral", "qwen2", "qwen3", "olmo2", "phi3", "gemma2", "gemma3_text", "smollm3", "granite", "mixtral",
        "qwen3_moe", "gpt_oss",
    ];

    /// <summary>A family's <c>model_type</c>.</summary>
    public static string TypeOf(ModelFamily family) => ModelTypes.First(type => For(type)!.Family == family);

    /// <summary>The defaults of a <c>model_type</c>; null where Innate has no such family.</summary>
    public static FamilyDefaults? For(string modelType) => modelType switch
    {
        "llama" => new()
        {
            Family = ModelFamily.Llama, ArchitecturePrefixes = ["Llama"], MaxPositions = 2048, HasAttentionBias = true,
            HasMlpBias = true,
        },
        "mistral" => new()
        {
            Family = ModelFamily.Mistral, ArchitecturePrefixes = ["Mistral"], MaxPositions = 131_072, KeyValueHeads = 8,
        },
        "qwen2" => new()
        {
            Family = ModelFamily.Qwen2, ArchitecturePrefixes = ["Qwen2"], MaxPositions = 32_768, KeyValueHeads = 32,
        },
        "qwen3" => new()
        {
            Family = ModelFamily.Qwen3, ArchitecturePrefixes = ["Qwen3"], MaxPositions = 32_768, KeyValueHeads = 32,
            HeadDimension = 128, HasAttentionBias = true,
        },
        "olmo2" => new()
        {
            Family = ModelFamily.Olmo2, ArchitecturePrefixes = ["Olmo2"], MaxPositions = 2048, RmsNormEpsilon = 1e-5,
            HasAttentionBias = true,
        },
        "phi3" => new()
        {
            Family = ModelFamily.Phi3, ArchitecturePrefixes = ["Phi3"], MaxPositions = 4096, RmsNormEpsilon = 1e-5,
        },
        "gemma2" => new()
        {
            Family = ModelFamily.Gemma2, ArchitecturePrefixes = ["Gemma2"], MaxPositions = 8192, KeyValueHeads = 4,
            HeadDimension = 256, TiedEmbeddings = true, HasAttentionBias = true, IsGemma = true,
        },
        "gemma3_text" => new()
        {
            Family = ModelFamily.Gemma3Text, ArchitecturePrefixes = ["Gemma3", "Gemma3Text"], MaxPositions = 131_072,
            KeyValueHeads = 4, HeadDimension = 256, RopeTheta = 1_000_000, TiedEmbeddings = true, HasAttentionBias = true,
            IsGemma = true,
        },
        "smollm3" => new()
        {
            Family = ModelFamily.SmolLM3, ArchitecturePrefixes = ["SmolLM3"], MaxPositions = 32_768, KeyValueHeads = 4,
            RopeTheta = 2_000_000, TiedEmbeddings = true, HasAttentionBias = true, HasMlpBias = true,
        },
        "granite" => new()
        {
            Family = ModelFamily.Granite, ArchitecturePrefixes = ["Granite"], MaxPositions = 2048, HasAttentionBias = true,
            HasMlpBias = true,
        },
        "mixtral" => new()
        {
            Family = ModelFamily.Mixtral, ArchitecturePrefixes = ["Mixtral"], MaxPositions = 131_072, KeyValueHeads = 8,
            RmsNormEpsilon = 1e-5, RopeTheta = 1_000_000, HasExperts = true,
        },
        "qwen3_moe" => new()
        {
            Family = ModelFamily.Qwen3Moe, ArchitecturePrefixes = ["Qwen3Moe"], MaxPositions = 32_768, KeyValueHeads = 4,
            HasAttentionBias = true, HasExperts = true,
        },
        "gpt_oss" => new()
        {
            Family = ModelFamily.GptOss, ArchitecturePrefixes = ["GptOss"], MaxPositions = 131_072, KeyValueHeads = 8,
            HeadDimension = 64, RmsNormEpsilon = 1e-5, RopeTheta = 150_000, HasAttentionBias = true, AttentionBias = true,
            HasExperts = true,
            RopeScaling = new RopeConfig
            {
                Theta = 150_000, Scaling = RopeScalingKind.Yarn, Factor = 32, OriginalMaxPositions = 4096, Truncate = false,
                AttentionFactor = (0.1 * PortableMath.Log(32)) + 1,
            },
        },
        _ => null,
    };
}
