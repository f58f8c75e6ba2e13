using System.Globalization;

namespace Innate.Checkpoints.Gguf;

/// <summary>A GGUF file's names for the tensors of a Hugging Face checkpoint.</summary>
internal static class GgufInverseNames
{
    private const string Layers = "model.layers.";

    private static readonly string[] Outer = ["token_embd.weight", "output_norm.weight", "output.weight"];

    private static readonly string[] Modules =
    [
        "attn_norm", "post_attention_norm", "ffn_norm", "post_ffw_norm", "attn_qkv", "attn_q", "attn_k", "attn_v", "attn_output",
        "attn_q_norm", "attn_k_norm", "attn_sinks", "ffn_gate", "ffn_up", "ffn_down",
    ];

    private static readonly string[] Experts = ["ffn_gate", "ffn_up", "ffn_down"];

    /// <summary>The name; of an expert's tensor that of the one which holds all experts', with the expert.</summary>
    /// <param name="name">Hugging Face's name.</param>
    /// <param name="architecture">What the file is to hold.</param>
    /// <exception cref="InputException">GGUF has no name for it.</exception>
    public static (string Name, int? Expert) Of(string name, GgufArchitecture architecture)
    {
        foreach (string outer in Outer)
        {
            if (GgufTensorNames.Outer(outer) == name) return (outer, null);
        }

        string[] parts = name.StartsWith(Layers, StringComparison.Ordinal) ? name[Layers.Length..].Split('.') : [];
        if (parts.Length < 3 || !int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out int layer))
        {
            throw NotKnown(name, architecture);
        }

        string rest = string.Join('.', parts[1..]), block = $"blk.{layer}.";
        foreach (string module in Modules)
        {
            string? theirs = GgufTensorNames.Module(module, architecture);
            if (theirs is null) continue;
            if (rest == theirs) return ($"{block}{module}.weight", null);
            if (rest == $"{theirs}.weight" || rest == $"{theirs}.bias") return ($"{block}{module}.{parts[^1]}", null);
        }

        if (architecture.HasExperts && OfExperts(parts, block, architecture) is { } found) return found;
        throw NotKnown(name, architecture);
    }

    private static (string, int?)? OfExperts(string[] parts, string block, GgufArchitecture architecture)
    {
        if ($"{parts[1]}.{parts[2]}" == GgufExperts.Router(architecture.ModelType))
        {
            return ($"{block}ffn_gate_inp.{parts[^1]}", null);
        }

        if (parts is not [_, _, "experts", var number, var projection, "weight" or "bias"]) return null;
        if (!int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out int expert)) return null;
        string? module = Experts.FirstOrDefault(e => GgufExperts.Projection(e, architecture.ModelType) == projection);
        return module is null ? null : ($"{block}{module}_exps.{parts[^1]}", expert);
    }

    private static InputException NotKnown(string name, GgufArchitecture architecture) =>
        new($"tensor '{name}': GGUF has no name for it in a model of architecture '{architecture.Name}'.");
}
