using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using Innate.Compute;

namespace Innate.Checkpoints.Gguf;

/// <summary>The rotary embedding's part of config.json: base, and how it is stretched.</summary>
internal static class GgufRope
{
    private const string Type = "rope.scaling.type", Factor = "rope.scaling.factor";
    private const string Original = "rope.scaling.original_context_length", Attention = "rope.scaling.attn_factor";

    // What llama.cpp takes where the key is absent.
    private const double DefaultBase = 10_000;

    /// <summary>Adds <c>rope_theta</c>, <c>rope_scaling</c> and what belongs to them.</summary>
    /// <exception cref="InputException">A scaling that is not known here, or a malformed one.</exception>
    public static void Write(JsonObject config, GgufFile file, GgufKeys keys, GgufArchitecture architecture, int head)
    {
        double theta = keys.OptionalNumber("rope.freq_base") ?? DefaultBase;
        double? local = keys.OptionalNumber("rope.freq_base_swa");
        config["rope_theta"] = theta;
        if (architecture.ModelType == "gemma3_text") config["rope_local_base_freq"] = local ?? DefaultBase;
        else if (local is not null && local != theta) throw keys.Wrong("rope.freq_base_swa", $"{theta}, as in all layers");
        JsonObject? scaling = Scaling(file, keys, architecture, theta, head, (int)config["max_position_embeddings"]!);
        // Where gpt_oss says nothing, transformers takes the published models' scaling.
        if (architecture.ModelType == "gpt_oss") scaling ??= new JsonObject { ["rope_type"] = "default" };
        config["rope_scaling"] = scaling;
        int? original = keys.OptionalInt(Original, 1);
        if (scaling?["long_factor"] is not null && architecture.ModelType == "phi3")
        {
            config["original_max_position_embeddings"] = original;
        }
    }

    private static JsonObject? Scaling(
        GgufFile file, GgufKeys keys, GgufArchitecture architecture, double theta, int head, int context)
    {
        double? attention = keys.OptionalNumber(Attention);
        string? type = keys.OptionalText(Type);
        // Either key is the stretch; the second is the older.
        double factor = keys.OptionalNumber(Factor) ?? keys.OptionalNumber("rope.scale_linear") ?? 1;
        keys.PassOver("rope.scale_linear");
        if (file.Find("rope_factors_long.weight") is { } far && file.Find("rope_factors_short.weight") is { } near)
        {
            return new JsonObject
            {
                ["rope_type"] = "longrope",
                ["attention_factor"] = attention ?? 1,
                ["long_factor"] = new JsonArray([.. Floats(far, head / 2).Select(f => JsonValue.Create(f))]),
                ["short_factor"] = new JsonArray([.. Floats(near, head / 2).Select(f => JsonValue.Create(f))]),
            };
        }

        if (type == "yarn") return Yarn(keys, architecture, factor, attention, context);
        if (attention is not (null or 1)) throw keys.Wrong(Attention, "1, or yarn's scaling beside it");
        JsonObject? linear = type switch
        {
            null or "linear" => factor is 0 or 1 ? null : new JsonObject { ["rope_type"] = "linear", ["factor"] = factor },
            "none" => null,
            _ => throw keys.Wrong(Type, "one of none, linear, yarn"),
        };
        if (file.Find("rope_freqs.weight") is not { } factors) return linear;
        JsonObject? llama3 = GgufLlama3Rope.Of(factors, Floats(factors, head / 2), theta, head);
        return linear is null || llama3 is null
            ? linear ?? llama3
            : throw keys.Wrong(Type, "none beside the tensor 'rope_freqs.weight'");
    }

    private static JsonObject Yarn(
        GgufKeys keys, GgufArchitecture architecture, double factor, double? attention, int context)
    {
        JsonObject scaling = new()
        {
            ["rope_type"] = "yarn",
            ["factor"] = factor,
            ["original_max_position_embeddings"] = keys.OptionalInt(Original, 1) ?? context,
        };
        if (keys.OptionalNumber("rope.scaling.yarn_beta_fast") is double fast) scaling["beta_fast"] = fast;
        if (keys.OptionalNumber("rope.scaling.yarn_beta_slow") is double slow) scaling["beta_slow"] = slow;
        if (keys.OptionalNumber("rope.scaling.yarn_attn_factor") is double stated)
        {
            scaling["attention_factor"] = stated;
        }
        else if (attention is not (null or 1))
        {
            // This one multiplies what YaRN has by itself.
            scaling["attention_factor"] = attention * (factor <= 1 ? 1 : (0.1 * PortableMath.Log(factor)) + 1);
        }

        const string Extrapolation = "rope.scaling.yarn_ext_factor";
        if (keys.OptionalNumber(Extrapolation) is not (null or 1)) throw keys.Wrong(Extrapolation, "1");
        if (architecture.ModelType == "gpt_oss") scaling["truncate"] = false;
        return scaling;
    }

    private static float[] Floats(GgufTensor tensor, int count)
    {
        if (tensor.Type != ElementType.Float32 || tensor.Dimensions is not [var stored] || stored != count)
        {
            throw new InputException(
                $"{tensor.File}: tensor '{tensor.Name}': expected {count} values of F32, one for each of the head's pairs, found "
                + $"{string.Join(" x ", tensor.Dimensions)} of {tensor.Type}.");
        }

        byte[] bytes = new byte[tensor.Length];
        using var handle = FileBytes.Open(tensor.File);
        FileBytes.ReadExactly(handle, tensor.File, tensor.Offset, bytes);
        return MemoryMarshal.Cast<byte, float>(bytes).ToArray();
    }
}
