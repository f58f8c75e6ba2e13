using System.Text.Json.Nodes;

namespace Innate.Checkpoints.Gguf;

/// <summary>What the gemmas have in config.json and hardly in keys.</summary>
internal static class GgufGemma
{
    // The largest of either generation divides the width by the heads where the others take the head's size.
    private const int LayersOfGemma2At27B = 46, LayersOfGemma3At27B = 62;

    /// <summary>gemma2: a window in every other layer, soft caps.</summary>
    public static void WriteSecond(JsonObject config, GgufKeys keys, int layers)
    {
        config["sliding_window"] = keys.OptionalInt("attention.sliding_window", 1) ?? 4096;
        config["attn_logit_softcapping"] = keys.OptionalNumber("attn_logit_softcapping") ?? 50;
        config["final_logit_softcapping"] = keys.OptionalNumber("final_logit_softcapping") ?? 30;
        config["query_pre_attn_scalar"] = QueryScalar(config, layers == LayersOfGemma2At27B);
        RequirePattern(keys, 2);
    }

    /// <summary>gemma3: five windowed layers, then a full one.</summary>
    public static void WriteThird(JsonObject config, GgufKeys keys, int layers)
    {
        int pattern = keys.OptionalInt("attention.sliding_window_pattern", 1) ?? 6;
        config["sliding_window"] = keys.Size("attention.sliding_window");
        config["layer_types"] = GgufConfig.LayerTypes(layers, i => (i + 1) % pattern != 0);
        config["attn_logit_softcapping"] = null;
        config["final_logit_softcapping"] = keys.OptionalNumber("final_logit_softcapping");
        config["query_pre_attn_scalar"] = QueryScalar(config, layers == LayersOfGemma3At27B);
    }

    private static int QueryScalar(JsonObject config, bool dividesWidth) => dividesWidth
        ? (int)config["hidden_size"]! / (int)config["num_attention_heads"]!
        : (int)config["head_dim"]!;

    private static void RequirePattern(GgufKeys keys, int pattern)
    {
        const string Key = "attention.sliding_window_pattern";
        if (keys.OptionalInt(Key, 1) is int stated && stated != pattern) throw keys.Wrong(Key, $"{pattern}, as in the family");
    }
}
