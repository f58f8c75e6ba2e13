using System.Text.Json;
using Innate.Compute;

namespace Innate.Models;

/// <summary>What a config.json says of experts.</summary>
internal static class ExpertsConfigReader
{
    // Far beyond any model's, so that a list of all experts of all layers stays small.
    private const int MaxExperts = 4096, MaxInAll = 1 << 18;

    /// <summary>The experts; null where the family, or the config, has none.</summary>
    /// <exception cref="InputException">A key is malformed, or asks for more experts than there are.</exception>
    public static ExpertsConfig? Read(ConfigFields fields, FamilyDefaults family, int layers, int maxSize) => family.Family switch
    {
        ModelFamily.Mixtral => Mixtral(fields, layers, maxSize),
        ModelFamily.Qwen3Moe => Qwen3(fields, layers, maxSize),
        ModelFamily.GptOss => GptOss(fields, layers, maxSize),
        _ => null,
    };

    private static ExpertsConfig Mixtral(ConfigFields fields, int layers, int maxSize)
    {
        int count = Count(fields, 8, least: 1, layers);
        return new ExpertsConfig
        {
            Count = count,
            PerToken = PerToken(fields, 2, count),
            IntermediateSize = fields.Int("intermediate_size", null, 1, maxSize),
            Weighting = ExpertWeighting.SoftmaxOverChosen,
            Layers = [.. Enumerable.Repeat(true, layers)],
            Names = new("block_sparse_moe", "gate", "w1", "w3", "w2"),
        };
    }

    private static ExpertsConfig? Qwen3(ConfigFields fields, int layers, int maxSize)
    {
        int count = Count(fields, 128, least: 0, layers), perToken = PerToken(fields, 8, count == 0 ? MaxExperts : count);
        int step = fields.Int("decoder_sparse_step", 1, 1, int.MaxValue);
        int[] dense = Dense(fields);
        ExpertsConfig config = new()
        {
            Count = count,
            PerToken = perToken,
            IntermediateSize = fields.Int("moe_intermediate_size", 768, 1, maxSize),
            Weighting = fields.Bool("norm_topk_prob", absent: false)
                ? ExpertWeighting.SoftmaxOverChosen : ExpertWeighting.SoftmaxOverAll,
            Layers = [.. Enumerable.Range(0, layers).Select(i => count > 0 && !dense.Contains(i) && (i + 1) % step == 0)],
        };
        return config.Layers.Contains(true) ? config : null;
    }

    private static ExpertsConfig GptOss(ConfigFields fields, int layers, int maxSize)
    {
        int count = Count(fields, 128, least: 1, layers);
        return new ExpertsConfig
        {
            Count = count,
            PerToken = PerToken(fields, 4, count),
            IntermediateSize = fields.Int("intermediate_size", null, 1, maxSize),
            Weighting = ExpertWeighting.SoftmaxOverChosen,
            Layers = [.. Enumerable.Repeat(true, layers)],
            HasBias = true,
            Clamped = new((float)fields.Positive("swiglu_alpha", 1.702), (float)fields.Positive("swiglu_limit", 7)),
            AreFused = true,
            Names = new("mlp", "router", "gate_proj", "up_proj", "down_proj"),
        };
    }

    /// <summary>Layers that have one MLP in spite of all.</summary>
    private static int[] Dense(ConfigFields fields)
    {
        const string Key = "mlp_only_layers";
        if (fields.Take(Key) is not JsonElement list) return [];
        bool isList = list.ValueKind == JsonValueKind.Array && list.EnumerateArray().All(
            item => item.ValueKind == JsonValueKind.Number && item.TryGetInt32(out int layer) && layer >= 0);
        return isList ? [.. list.EnumerateArray().Select(item => item.GetInt32())]
            : throw fields.Wrong(Key, "a list of layers, counted from 0");
    }

    // transformers 5 writes num_local_experts in every family, version 4 num_experts in qwen3_moe; both are read as one.
    private static int Count(ConfigFields fields, int absent, int least, int layers)
    {
        const string Key = "num_local_experts", Other = "num_experts";
        int most = Math.Min(MaxExperts, MaxInAll / layers);
        int? first = fields.OptionalInt(Key, least, most), second = fields.OptionalInt(Other, least, most);
        return first is not null && second is not null && first != second
            ? throw fields.Wrong(Other, $"{first} as in '{Key}'")
            : first ?? second ?? absent;
    }

    private static int PerToken(ConfigFields fields, int absent, int count)
    {
        const string Key = "num_experts_per_tok";
        int perToken = fields.Int(Key, absent, 1, MaxExperts);
        return perToken <= count ? perToken : throw fields.Wrong(Key, $"at most the {count} experts that there are");
    }
}
