using System.Text.Json.Nodes;

namespace Innate.Checkpoints.Gguf;

/// <summary>
/// config.json as transformers would have it for the model in a GGUF file. What stands in no key, each family has always alike:
/// llama.cpp knows it of the family too.
/// </summary>
internal static class GgufConfig
{
    // Far beyond any model's, so that a list of all layers stays small.
    private const int MostLayers = 4096;

    /// <summary>The object.</summary>
    /// <param name="file">The file.</param>
    /// <param name="architecture">What it holds.</param>
    /// <param name="vocabulary">Its tokens; null: it has none.</param>
    /// <exception cref="InputException">A key is missing, not what it should be, or not known.</exception>
    public static JsonObject Of(GgufFile file, GgufArchitecture architecture, GgufVocabulary? vocabulary)
    {
        GgufKeys keys = new(file.Metadata, architecture.Name);
        int hidden = keys.Size("embedding_length"), heads = keys.SizeOfLayers("attention.head_count");
        int layers = keys.Size("block_count", MostLayers), context = keys.Size("context_length");
        int head = HeadDimension(keys, hidden, heads);
        JsonObject config = new()
        {
            ["architectures"] = new JsonArray($"{architecture.ClassName}ForCausalLM"),
            ["model_type"] = architecture.ModelType,
            ["vocab_size"] = VocabularySize(file, keys, vocabulary),
            ["hidden_size"] = hidden,
            ["intermediate_size"] = keys.SizeOfLayers("feed_forward_length"),
            ["num_hidden_layers"] = layers,
            ["num_attention_heads"] = heads,
            ["num_key_value_heads"] = keys.OptionalSizeOfLayers("attention.head_count_kv") ?? heads,
            ["head_dim"] = head,
            ["max_position_embeddings"] = context,
            ["rms_norm_eps"] = keys.Number("attention.layer_norm_rms_epsilon"),
            [architecture.IsGemma ? "hidden_activation" : "hidden_act"] = architecture.IsGemma ? "gelu_pytorch_tanh" : "silu",
            ["tie_word_embeddings"] = file.Find("output.weight") is null,
        };
        if (architecture.MayHaveAttentionBias) config["attention_bias"] = file.Find("blk.0.attn_q.bias") is not null;
        if (architecture.ModelType == "llama") config["mlp_bias"] = file.Find("blk.0.ffn_up.bias") is not null;
        GgufRope.Write(config, file, keys, architecture, head);
        WriteFamily(config, file, keys, architecture, layers);
        WriteTokens(config, vocabulary);
        keys.PassOver("tensor_data_layout", "rope.scaling.finetuned");
        if (keys.OptionalFlag("attention.causal") == false) throw keys.Wrong("attention.causal", "true: a decoder");
        keys.RefuseUnread();
        return config;
    }

    private static int HeadDimension(GgufKeys keys, int hidden, int heads)
    {
        int? key = keys.OptionalInt("attention.key_length", 1), value = keys.OptionalInt("attention.value_length", 1);
        if (key is null && hidden % heads != 0)
        {
            throw keys.Wrong("attention.key_length", $"a head's size, since {hidden} is no multiple of {heads} heads");
        }

        int head = key ?? hidden / heads;
        if (value is not null && value != head) throw keys.Wrong("attention.value_length", $"{head}, as queries and keys have");
        int? rotated = keys.OptionalInt("rope.dimension_count");
        return rotated is null || rotated == head
            ? head
            : throw keys.Wrong("rope.dimension_count", $"{head}, the head's size (partly rotated heads are not supported)");
    }

    private static int VocabularySize(GgufFile file, GgufKeys keys, GgufVocabulary? vocabulary)
    {
        const string Key = "vocab_size";
        int? stated = keys.OptionalInt(Key, 1);
        int? tokens = vocabulary?.Tokens.Count;
        if (file.Find("token_embd.weight") is not { Dimensions: [_, var rows] } embedding)
        {
            return tokens ?? stated ?? throw keys.Wrong(Key, "the number of tokens, since there is no list of them");
        }

        if (tokens > rows)
        {
            throw new InputException(
                $"{embedding.File}: tensor 'token_embd.weight': expected a row for each of {tokens} tokens, found {rows} rows.");
        }

        return rows <= int.MaxValue
            ? (int)rows
            : throw new InputException(
                $"{embedding.File}: tensor 'token_embd.weight': expected at most {int.MaxValue} rows, found {rows}.");
    }

    private static void WriteFamily(
        JsonObject config, GgufFile file, GgufKeys keys, GgufArchitecture architecture, int layers)
    {
        switch (architecture.ModelType)
        {
            case "mistral":
                config["sliding_window"] = keys.OptionalInt("attention.sliding_window");
                break;
            case "phi3":
                // 0: no window, which is told from models that had one and whose files do not say so.
                config["sliding_window"] = keys.OptionalInt("attention.sliding_window") is > 0 and int window ? window : null;
                break;
            case "gemma2":
                GgufGemma.WriteSecond(config, keys, layers);
                break;
            case "gemma3_text":
                GgufGemma.WriteThird(config, keys, layers);
                break;
            case "smollm3":
                // Every fourth layer has no rotary embedding.
                config["no_rope_layer_interval"] = 4;
                config["no_rope_layers"] = new JsonArray(
                    [.. Enumerable.Range(1, layers).Select(layer => JsonValue.Create(layer % 4 == 0 ? 0 : 1))]);
                break;
            case "granite":
                WriteMultipliers(config, keys);
                break;
            case "mixtral":
                config["sliding_window"] = keys.OptionalInt("attention.sliding_window") is > 0 and int near ? near : null;
                WriteExperts(config, keys, "num_local_experts");
                break;
            case "qwen3_moe":
                WriteExperts(config, keys, "num_experts");
                config["moe_intermediate_size"] = keys.Size("expert_feed_forward_length");
                config["norm_topk_prob"] = true;
                config["decoder_sparse_step"] = 1;
                config["mlp_only_layers"] = new JsonArray(
                [
                    .. Enumerable.Range(0, layers).Where(i => file.Find($"blk.{i}.ffn_gate.weight") is not null)
                        .Select(i => JsonValue.Create(i)),
                ]);
                break;
            case "gpt_oss":
                WriteExperts(config, keys, "num_local_experts");
                config["intermediate_size"] = keys.Size("expert_feed_forward_length");
                config["sliding_window"] = keys.Size("attention.sliding_window");
                config["layer_types"] = LayerTypes(layers, i => i % 2 == 0);
                break;
        }
    }

    /// <summary><c>layer_types</c>: which layers see a window.</summary>
    public static JsonArray LayerTypes(int layers, Func<int, bool> slides) => new(
        [.. Enumerable.Range(0, layers).Select(i => JsonValue.Create(slides(i) ? "sliding_attention" : "full_attention"))]);

    private static void WriteExperts(JsonObject config, GgufKeys keys, string count)
    {
        config[count] = keys.Size("expert_count");
        config["num_experts_per_tok"] = keys.Size("expert_used_count");
    }

    // Where a multiplier is 1, converters leave its key out.
    private static void WriteMultipliers(JsonObject config, GgufKeys keys)
    {
        config["embedding_multiplier"] = keys.OptionalNumber("embedding_scale") ?? 1;
        config["attention_multiplier"] = keys.OptionalNumber("attention.scale") ?? 1;
        config["residual_multiplier"] = keys.OptionalNumber("residual_scale") ?? 1;
        config["logits_scaling"] = keys.OptionalNumber("logit_scale") ?? 1;
        if (keys.OptionalFlag("rope.scaling.finetuned") == false)
        {
            throw keys.Wrong("rope.scaling.finetuned", "true: granite with rotary embeddings");
        }
    }

    private static void WriteTokens(JsonObject config, GgufVocabulary? vocabulary)
    {
        config["bos_token_id"] = vocabulary?.Beginning;
        config["eos_token_id"] = vocabulary?.EndsAsJson();
        config["pad_token_id"] = vocabulary?.Padding;
    }
}
