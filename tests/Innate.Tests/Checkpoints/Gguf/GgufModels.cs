namespace Innate.Tests.Checkpoints.Gguf;

/// <summary>Small models as GGUF files: the keys and the tensors that each architecture has.</summary>
internal static class GgufModels
{
    public const int Hidden = 32, Inner = 64, Heads = 2, Head = 16, KeyValueHeads = 1, Rows = 300;

    /// <summary>A model of an architecture, with a byte-level vocabulary.</summary>
    /// <param name="architecture">GGUF's name.</param>
    /// <param name="layers">Layers.</param>
    /// <param name="experts">Experts; 0: none.</param>
    public static GgufBytes Of(string architecture, int layers = 2, int experts = 0)
    {
        GgufBytes file = new GgufBytes()
            .Key("general.architecture", architecture).Key("general.type", "model")
            .Key($"{architecture}.block_count", (uint)layers).Key($"{architecture}.context_length", 512u)
            .Key($"{architecture}.embedding_length", (uint)Hidden).Key($"{architecture}.feed_forward_length", (uint)Inner)
            .Key($"{architecture}.attention.head_count", (uint)Heads)
            .Key($"{architecture}.attention.head_count_kv", (uint)KeyValueHeads)
            .Key($"{architecture}.attention.layer_norm_rms_epsilon", 1e-5f).Key($"{architecture}.rope.freq_base", 10000f);
        AddVocabulary(file);
        if (experts > 0)
        {
            file.Key($"{architecture}.expert_count", (uint)experts).Key($"{architecture}.expert_used_count", 2u);
            if (architecture != "llama") file.Key($"{architecture}.expert_feed_forward_length", (uint)Inner);
        }

        AddFamily(file, architecture);
        file.Floats("token_embd.weight", Hidden, Rows);
        for (int i = 0; i < layers; i++) AddLayer(file, architecture, $"blk.{i}.", experts);
        return file.Floats("output_norm.weight", Hidden);
    }

    /// <summary>256 bytes, then a control token.</summary>
    public static void AddVocabulary(GgufBytes file)
    {
        string[] tokens = [.. ByteTokens(), "<|im_end|>"];
        file.Key("tokenizer.ggml.model", "gpt2").Key("tokenizer.ggml.pre", "gpt-2").Key("tokenizer.ggml.tokens", tokens)
            .Key("tokenizer.ggml.token_type", tokens.Select(t => t.Length > 1 ? 3 : 1).ToArray())
            .Key("tokenizer.ggml.merges", Array.Empty<string>()).Key("tokenizer.ggml.eos_token_id", 256u);
    }

    /// <summary>The alphabet of bytes.</summary>
    public static IEnumerable<string> ByteTokens()
    {
        int next = 256;
        for (int b = 0; b < 256; b++)
        {
            bool printable = b is (>= '!' and <= '~') or (>= 0xA1 and <= 0xAC) or (>= 0xAE and <= 0xFF);
            yield return ((char)(printable ? b : next++)).ToString();
        }
    }

    private static void AddFamily(GgufBytes file, string architecture)
    {
        switch (architecture)
        {
            case "gemma2":
                file.Key("gemma2.attention.key_length", (uint)Head).Key("gemma2.attention.value_length", (uint)Head)
                    .Key("gemma2.attn_logit_softcapping", 50f).Key("gemma2.final_logit_softcapping", 30f)
                    .Key("gemma2.attention.sliding_window", 8u);
                break;
            case "gemma3" or "gpt-oss":
                file.Key($"{architecture}.attention.sliding_window", 8u);
                break;
            case "granite":
                file.Key("granite.embedding_scale", 12f).Key("granite.attention.scale", 0.0625f)
                    .Key("granite.residual_scale", 0.22f).Key("granite.logit_scale", 8f);
                break;
        }
    }

    private static void AddLayer(GgufBytes file, string architecture, string prefix, int experts)
    {
        bool isGemma = architecture is "gemma2" or "gemma3", isOlmo = architecture == "olmo2", isOss = architecture == "gpt-oss";
        if (!isOlmo) file.Floats($"{prefix}attn_norm.weight", Hidden);
        if (!isOlmo && !isOss) file.Floats($"{prefix}ffn_norm.weight", Hidden);
        if (isGemma || isOlmo || isOss) file.Floats($"{prefix}post_attention_norm.weight", Hidden);
        if (isGemma || isOlmo) file.Floats($"{prefix}post_ffw_norm.weight", Hidden);
        const int Queries = Heads * Head, Keys = KeyValueHeads * Head;
        if (architecture == "phi3")
        {
            file.Floats($"{prefix}attn_qkv.weight", Hidden, Queries + (2 * Keys));
        }
        else
        {
            file.Floats($"{prefix}attn_q.weight", Hidden, Queries).Floats($"{prefix}attn_k.weight", Hidden, Keys)
                .Floats($"{prefix}attn_v.weight", Hidden, Keys);
        }

        file.Floats($"{prefix}attn_output.weight", Queries, Hidden);
        if (architecture is "qwen2" or "gpt-oss")
        {
            file.Floats($"{prefix}attn_q.bias", Queries).Floats($"{prefix}attn_k.bias", Keys).Floats($"{prefix}attn_v.bias", Keys);
        }

        if (isOss) file.Floats($"{prefix}attn_output.bias", Hidden).Floats($"{prefix}attn_sinks.weight", Heads);
        if (architecture is "qwen3" or "qwen3moe" or "gemma3" or "olmo2")
        {
            file.Floats($"{prefix}attn_q_norm.weight", isOlmo ? Queries : Head)
                .Floats($"{prefix}attn_k_norm.weight", isOlmo ? Keys : Head);
        }

        if (experts > 0) AddExperts(file, prefix, experts, isOss);
        else AddMlp(file, architecture, prefix);
    }

    private static void AddMlp(GgufBytes file, string architecture, string prefix)
    {
        if (architecture != "phi3") file.Floats($"{prefix}ffn_gate.weight", Hidden, Inner);
        file.Floats($"{prefix}ffn_up.weight", Hidden, architecture == "phi3" ? 2 * Inner : Inner)
            .Floats($"{prefix}ffn_down.weight", Inner, Hidden);
    }

    private static void AddExperts(GgufBytes file, string prefix, int experts, bool biases)
    {
        file.Floats($"{prefix}ffn_gate_inp.weight", Hidden, experts)
            .Floats($"{prefix}ffn_gate_exps.weight", Hidden, Inner, experts)
            .Floats($"{prefix}ffn_up_exps.weight", Hidden, Inner, experts)
            .Floats($"{prefix}ffn_down_exps.weight", Inner, Hidden, experts);
        if (!biases) return;
        file.Floats($"{prefix}ffn_gate_inp.bias", experts).Floats($"{prefix}ffn_gate_exps.bias", Inner, experts)
            .Floats($"{prefix}ffn_up_exps.bias", Inner, experts).Floats($"{prefix}ffn_down_exps.bias", Hidden, experts);
    }
}
