using System.Globalization;

namespace Innate.Checkpoints.Gguf;

/// <summary>Hugging Face's names for the tensors of a GGUF file, with what converting did to them.</summary>
internal static class GgufTensorNames
{
    private const string Block = "blk.";

    // What becomes a part of config.json.
    private static readonly string[] PartsOfConfig =
        ["rope_freqs.weight", "rope_factors_long.weight", "rope_factors_short.weight"];

    /// <summary>The tensors as a Hugging Face checkpoint would have them; a tensor of all experts is one for each.</summary>
    /// <param name="file">The file.</param>
    /// <param name="architecture">What it holds.</param>
    /// <param name="layers">How many layers there are.</param>
    /// <param name="head">The size of a head.</param>
    /// <exception cref="InputException">
    /// A tensor is missing that every model has, or one is there that no such model has.
    /// </exception>
    public static List<TensorInfo> Of(GgufFile file, GgufArchitecture architecture, int layers, int head)
    {
        foreach (string needed in (string[])["token_embd.weight", "output_norm.weight"])
        {
            if (file.Find(needed) is null) throw new InputException($"{file.Path}: tensor '{needed}' is missing.");
        }

        List<TensorInfo> tensors = new(file.Tensors.Count);
        foreach (GgufTensor tensor in file.Tensors)
        {
            if (!PartsOfConfig.Contains(tensor.Name)) Add(tensors, tensor, architecture, layers, head);
        }

        return tensors;
    }

    private static void Add(List<TensorInfo> tensors, GgufTensor tensor, GgufArchitecture architecture, int layers, int head)
    {
        if (!tensor.Name.StartsWith(Block, StringComparison.Ordinal))
        {
            tensors.Add(Whole(tensor, Outer(tensor.Name) ?? throw NotKnown(tensor, architecture), architecture, head));
            return;
        }

        int dot = tensor.Name.IndexOf('.', Block.Length);
        if (dot < 0 || !int.TryParse(tensor.Name.AsSpan(Block.Length..dot), NumberStyles.None, null, out int layer))
        {
            throw NotKnown(tensor, architecture);
        }

        if (layer >= layers)
        {
            throw new InputException(
                $"{tensor.File}: tensor '{tensor.Name}': expected a block below {layers}, as '{architecture.Name}.block_count' "
                + $"says.");
        }

        string name = tensor.Name[(dot + 1)..];
        string prefix = $"model.layers.{layer}.";
        if (architecture.HasExperts && GgufExperts.Of(tensor, name, prefix, architecture) is { } experts)
        {
            tensors.AddRange(experts);
            return;
        }

        int last = name.LastIndexOf('.');
        string? module = last < 0 ? null : Module(name[..last], architecture);
        bool isKnown = module is not null && name[last..] is ".weight" or ".bias";
        if (!isKnown) throw NotKnown(tensor, architecture);
        string suffix = module == "self_attn.sinks" ? "" : name[last..];
        tensors.Add(Whole(tensor, $"{prefix}{module}{suffix}", architecture, head));
    }

    /// <summary>A tensor outside the layers; null: it is none.</summary>
    public static string? Outer(string name) => name switch
    {
        "token_embd.weight" => "model.embed_tokens.weight",
        "output_norm.weight" => "model.norm.weight",
        "output.weight" => "lm_head.weight",
        _ => null,
    };

    /// <summary>A module within a layer; null: no such model has it.</summary>
    public static string? Module(string name, GgufArchitecture architecture)
    {
        bool isPhi = architecture.ModelType == "phi3", isOlmo = architecture.ModelType == "olmo2";
        bool normsAfter = isOlmo || architecture.IsGemma;
        return name switch
        {
            "attn_norm" when !isOlmo => "input_layernorm",
            "post_attention_norm" when normsAfter || architecture.ModelType == "gpt_oss" => "post_attention_layernorm",
            "ffn_norm" when architecture.IsGemma => "pre_feedforward_layernorm",
            "ffn_norm" when !isOlmo && architecture.ModelType != "gpt_oss" => "post_attention_layernorm",
            "post_ffw_norm" when normsAfter => "post_feedforward_layernorm",
            "attn_qkv" when isPhi => "self_attn.qkv_proj",
            "attn_q" when !isPhi => "self_attn.q_proj",
            "attn_k" when !isPhi => "self_attn.k_proj",
            "attn_v" when !isPhi => "self_attn.v_proj",
            "attn_output" => "self_attn.o_proj",
            "attn_q_norm" when HasQueryNorm(architecture) => "self_attn.q_norm",
            "attn_k_norm" when HasQueryNorm(architecture) => "self_attn.k_norm",
            "attn_sinks" when architecture.ModelType == "gpt_oss" => "self_attn.sinks",
            "ffn_gate" when !isPhi => "mlp.gate_proj",
            "ffn_up" => isPhi ? "mlp.gate_up_proj" : "mlp.up_proj",
            "ffn_down" => "mlp.down_proj",
            _ => null,
        };
    }

    private static bool HasQueryNorm(GgufArchitecture architecture) =>
        architecture.ModelType is "qwen3" or "qwen3_moe" or "olmo2" or "gemma3_text";

    private static TensorInfo Whole(GgufTensor tensor, string name, GgufArchitecture architecture, int head)
    {
        bool isPaired = architecture.HasPairedRows
            && (name.Contains(".q_proj.", StringComparison.Ordinal) || name.Contains(".k_proj.", StringComparison.Ordinal));
        long[] shape = [.. tensor.Dimensions.Reverse()];
        if (isPaired && shape[0] % head != 0)
        {
            throw new InputException(
                $"{tensor.File}: tensor '{tensor.Name}': expected rows of whole heads of {head}, found {shape[0]} rows.");
        }

        return new TensorInfo(name, tensor.Type, shape, tensor.File, tensor.Offset, tensor.Length)
        {
            PairedHead = isPaired ? head : 0,
            Added = architecture.IsGemma && name.EndsWith("norm.weight", StringComparison.Ordinal) ? 1 : 0,
        };
    }

    private static InputException NotKnown(GgufTensor tensor, GgufArchitecture architecture) => new(
        $"{tensor.File}: tensor '{tensor.Name}' is not known to Innate in a model of architecture '{architecture.Name}'.");
}
