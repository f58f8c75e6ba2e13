using System.Text.Json;

namespace Innate.Models;

/// <summary>
/// The keys of config.json that Innate may pass over: those that never change the numbers of a forward pass, and those
/// that do not as long as they ask for nothing. Anything else is refused, so that no setting is dropped in silence.
/// </summary>
internal static class ConfigKeysWithoutEffect
{
    // Bookkeeping, training, generation defaults, output formats.
    private static readonly HashSet<string> AnyValue = new(StringComparer.Ordinal)
    {
        "_attn_implementation", "_attn_implementation_autoset", "_attn_implementation_internal", "_commit_hash",
        "_flash_attn_2_enabled", "_name_or_path", "_experts_implementation", "attn_implementation", "auto_map",
        "bad_words_ids", "begin_suppress_tokens", "cache_implementation", "chunk_size_feed_forward", "classifier_dropout",
        "decoder_start_token_id",
        "diversity_penalty", "do_sample", "early_stopping", "encoder_no_repeat_ngram_size", "exponential_decay_length_penalty",
        "finetuning_task", "forced_bos_token_id", "forced_eos_token_id", "gradient_checkpointing", "id2label",
        "initializer_range", "is_llama_config", "keys_to_ignore_at_inference", "label2id", "length_penalty", "max_length",
        "min_length", "model_max_length", "no_repeat_ngram_size", "num_beam_groups", "num_beams", "num_labels",
        "num_return_sequences", "output_attentions", "output_hidden_states", "output_router_logits", "output_scores", "prefix",
        "problem_type", "remove_invalid_values", "repetition_penalty", "return_dict", "return_dict_in_generate",
        "router_aux_loss_coef", "router_jitter_noise", "sep_token_id", "suppress_tokens", "task_specific_params",
        "temperature", "tf_legacy_loss", "tie_encoder_decoder", "tokenizer_class", "top_k", "top_p", "torchscript",
        "transformers.js_config", "transformers_version", "typical_p", "unsloth_fixed", "unsloth_version", "use_bfloat16",
        "use_cache", "vocab_file",
    };

    // Keys that other families have, or that would make the model another one: passed over only at null, false, 0 or empty.
    private static readonly HashSet<string> OnlyWhenIdle = new(StringComparer.Ordinal)
    {
        "add_cross_attention", "attention_bias", "attn_logit_softcapping", "clip_qkv", "cross_attention_hidden_size",
        "final_logit_softcapping", "is_encoder_decoder", "lm_head_bias", "mlp_bias", "pruned_heads", "quantization_config",
        "query_pre_attn_scalar", "rope_interleaved", "rope_local_base_freq", "sliding_window", "sliding_window_pattern",
        "use_bidirectional_attention", "use_mrope", "use_sliding_window",
    };

    // What transformers does not read in a family, although the name suggests it.
    private static bool IgnoredInFamily(ModelFamily family, string key) => (family, key) switch
    {
        (ModelFamily.Gemma2 or ModelFamily.Gemma3Text, "hidden_act") => true,
        (ModelFamily.Phi3, "original_max_position_embeddings") => true, // Serves longrope only, which is refused.
        (ModelFamily.Qwen2, "attention_bias") => true, // Always on queries, keys and values, never on the output.
        (ModelFamily.Qwen2 or ModelFamily.Qwen3, "max_window_layers") => true, // Where layer_types decides.
        (ModelFamily.Qwen3Moe, "max_window_layers") => true, // A window is on all layers or none.
        (ModelFamily.SmolLM3, "max_window_layers" or "pretraining_tp") => true, // Left over from the configs it grew out of.
        (ModelFamily.Gemma3Text, "sliding_window_pattern" or "_sliding_window_pattern") => true, // The same.
        (ModelFamily.GptOss, "experts_per_token" or "initial_context_length") => true, // Of the original's config.
        _ => false,
    };

    // Whether the experts are blocks or not, the tensors' names say; the other weights are not quantized.
    private static bool IsMxfp4(ConfigFields fields, ModelFamily family) => family == ModelFamily.GptOss
        && fields.Take("quantization_config") is { ValueKind: JsonValueKind.Object } method
        && method.TryGetProperty("quant_method", out JsonElement name) && name.ValueKind == JsonValueKind.String
        && name.GetString() == "mxfp4";

    /// <summary>Passes over what has no effect, and refuses the rest by name.</summary>
    /// <exception cref="InputException">A key is left that might change the numbers.</exception>
    public static void Check(ConfigFields fields, ModelFamily family)
    {
        if (!fields.AsksForNothing("quantization_config") && !IsMxfp4(fields, family))
        {
            throw new InputException(
                $"{fields.File}: key 'quantization_config' asks for quantized weights, which Innate does not read; "
                + "use the float32, float16 or bfloat16 checkpoint.");
        }

        if (!IgnoredInFamily(family, "pretraining_tp"))
        {
            RequireOne(fields, "pretraining_tp", "1 (tensor-parallel rounding is not reproduced)");
        }

        RequireOne(fields, "partial_rotary_factor", "1 (partly rotated heads are not supported)");
        if (fields.Take("is_decoder") is JsonElement decoder
            && decoder.ValueKind is not (JsonValueKind.True or JsonValueKind.False))
        {
            throw fields.Wrong("is_decoder", "true or false");
        }

        foreach (string key in fields.Unread.ToList())
        {
            if (AnyValue.Contains(key) || IsDropout(key) || IsNote(key) || IgnoredInFamily(family, key)) fields.Take(key);
            else if (OnlyWhenIdle.Contains(key) && !fields.AsksForNothing(key))
            {
                throw fields.Wrong(key, "nothing, null or false, since this model family has no such setting in Innate");
            }
        }

        fields.RefuseUnread();
    }

    // What a program notes for itself, and ids that a text may hold: neither enters a number.
    private static bool IsNote(string key) =>
        key.StartsWith('_') || key.EndsWith("_token_id", StringComparison.Ordinal);

    private static bool IsDropout(string key) =>
        key.Contains("dropout", StringComparison.Ordinal) || key.EndsWith("pdrop", StringComparison.Ordinal);

    private static void RequireOne(ConfigFields fields, string key, string expected)
    {
        if (fields.Take(key) is JsonElement value
            && !(value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out double number) && number == 1))
        {
            throw fields.Wrong(key, expected);
        }
    }
}
