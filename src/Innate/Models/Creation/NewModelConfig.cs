using System.Text.Json.Nodes;
using Innate.Compute;
using Innate.Text.Tokenization;

namespace Innate.Models.Creation;

/// <summary>A new model's config.json and generation_config.json, in the keys that transformers knows for its family.</summary>
internal static class NewModelConfig
{
    /// <summary>The bytes of config.json. What transformers would assume differently is written out, null included.</summary>
    public static byte[] Config(NewModelOptions options, NewTokenizer tokenizer)
    {
        FamilyDefaults family = FamilyDefaults.For(options.Family)!;
        int headDimension = options.HeadDimension ?? options.Hidden / options.Heads;
        JsonObject config = new()
        {
            ["architectures"] = new JsonArray($"{family.ArchitecturePrefixes[0]}ForCausalLM"),
            ["model_type"] = options.Family,
            ["vocab_size"] = options.Vocabulary,
            ["hidden_size"] = options.Hidden,
            ["intermediate_size"] = options.Mlp,
            ["num_hidden_layers"] = options.Layers,
            ["num_attention_heads"] = options.Heads,
            ["num_key_value_heads"] = options.KeyValueHeads,
            ["max_position_embeddings"] = options.MaxPositions,
            ["rms_norm_eps"] = family.RmsNormEpsilon,
            ["rope_theta"] = family.RopeTheta,
            ["tie_word_embeddings"] = options.Tied,
            ["initializer_range"] = 0.02,
            ["bos_token_id"] = null,
            ["eos_token_id"] = tokenizer.EndOfTurnId,
            ["pad_token_id"] = tokenizer.EndOfTextId,
            ["torch_dtype"] = options.Type == ElementType.BFloat16 ? "bfloat16" : "float32",
        };
        // A width that follows from the others is left out where the family's older readers know no such key.
        bool follows = family.HeadDimension is null && headDimension * options.Heads == options.Hidden;
        if (!follows) config["head_dim"] = headDimension;
        if (!family.IsGemma) config["hidden_act"] = "silu";
        if (family.HasAttentionBias) config["attention_bias"] = family.AttentionBias;
        AddFamilyKeys(config, options, family, headDimension);
        return JsonBytes.Indented(config);
    }

    /// <summary>The bytes of generation_config.json: a response ends at the end of its turn, or of the text.</summary>
    public static byte[] Generation(NewTokenizer tokenizer) => JsonBytes.Indented(new JsonObject
    {
        ["eos_token_id"] = new JsonArray(tokenizer.EndOfTurnId, tokenizer.EndOfTextId),
        ["pad_token_id"] = tokenizer.EndOfTextId,
    });

    private static void AddFamilyKeys(JsonObject config, NewModelOptions options, FamilyDefaults family, int headDimension)
    {
        switch (family.Family)
        {
            case ModelFamily.Llama or ModelFamily.SmolLM3:
                config["mlp_bias"] = false;
                break;
            case ModelFamily.Granite:
                config["mlp_bias"] = false;
                config["embedding_multiplier"] = 12.0;
                config["attention_multiplier"] = 1 / Math.Sqrt(headDimension);
                config["residual_multiplier"] = 0.22;
                config["logits_scaling"] = 8.0;
                break;
            case ModelFamily.Mistral or ModelFamily.Phi3:
                config["sliding_window"] = null;
                break;
            case ModelFamily.Qwen2 or ModelFamily.Qwen3:
                config["use_sliding_window"] = false;
                break;
            case ModelFamily.Mixtral:
                AddExperts("num_local_experts");
                config["sliding_window"] = null;
                break;
            case ModelFamily.Qwen3Moe:
                AddExperts("num_experts");
                config["moe_intermediate_size"] = options.Mlp;
                config["norm_topk_prob"] = true;
                config["use_sliding_window"] = false;
                break;
            case ModelFamily.GptOss:
                AddExperts("num_local_experts");
                config["sliding_window"] = 128;
                config["swiglu_limit"] = 7.0;
                config["rope_scaling"] = new JsonObject { ["rope_type"] = "default" };
                break;
            case ModelFamily.Gemma2:
                AddGemmaKeys();
                config["attn_logit_softcapping"] = 50.0;
                config["final_logit_softcapping"] = 30.0;
                break;
            case ModelFamily.Gemma3Text:
                AddGemmaKeys();
                config["sliding_window_pattern"] = 6;
                config["rope_local_base_freq"] = 10_000.0;
                break;
            default:
                break;
        }

        void AddExperts(string count)
        {
            config[count] = options.ExpertCount;
            config["num_experts_per_tok"] = options.ChosenCount;
        }

        void AddGemmaKeys()
        {
            config["hidden_activation"] = "gelu_pytorch_tanh";
            config["query_pre_attn_scalar"] = headDimension;
            config["sliding_window"] = 4096;
        }
    }
}
