using System.Globalization;

namespace Innate.Checkpoints.Gguf;

/// <summary>
/// The tensors of experts. A file has those of a layer in one, the expert outermost; here each expert has its own, which lies
/// within it. Older files of mixtral have them apart.
/// </summary>
internal static class GgufExperts
{
    /// <summary>The tensors that one of a layer stands for; null: it is none of the experts'.</summary>
    /// <param name="tensor">The tensor.</param>
    /// <param name="name">Its name within the layer.</param>
    /// <param name="prefix">What the layer's names begin with at Hugging Face.</param>
    /// <param name="architecture">What the file holds.</param>
    /// <exception cref="InputException">Its shape is no experts'.</exception>
    public static IReadOnlyList<TensorInfo>? Of(
        GgufTensor tensor, string name, string prefix, GgufArchitecture architecture)
    {
        string type = architecture.ModelType;
        string[] parts = name.Split('.');
        string router = prefix + Router(type);
        string experts = prefix + (type == "mixtral" ? "block_sparse_moe.experts" : "mlp.experts");
        switch (parts)
        {
            case ["ffn_gate_inp", "weight" or "bias"]:
                return [Slice(tensor, $"{router}.{parts[1]}", 0, 1, [.. tensor.Dimensions.Reverse()])];
            case [var part, "weight" or "bias"] when part.EndsWith("_exps", StringComparison.Ordinal)
                && Projection(part[..^"_exps".Length], type) is { } projection:
                if (tensor.Dimensions.Count != (parts[1] == "weight" ? 3 : 2) || tensor.Dimensions[^1] > 1 << 16)
                {
                    throw new InputException(
                        $"{tensor.File}: tensor '{tensor.Name}': expected matrices or biases of experts, found the sizes "
                        + $"{string.Join(" x ", tensor.Dimensions)}.");
                }

                long[] shape = [.. tensor.Dimensions.Take(tensor.Dimensions.Count - 1).Reverse()];
                int count = (int)tensor.Dimensions[^1];
                return
                [
                    .. Enumerable.Range(0, count)
                        .Select(e => Slice(tensor, $"{experts}.{e}.{projection}.{parts[1]}", e, count, shape)),
                ];
            case [var part, var number, "weight"] when type == "mixtral" && Projection(part, type) is { } projection
                && int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out int expert):
                return [Slice(tensor, $"{experts}.{expert}.{projection}.weight", 0, 1, [.. tensor.Dimensions.Reverse()])];
            default:
                return null;
        }
    }

    /// <summary>The router's module within a layer.</summary>
    public static string Router(string modelType) => modelType switch
    {
        "mixtral" => "block_sparse_moe.gate",
        "gpt_oss" => "mlp.router",
        _ => "mlp.gate",
    };

    /// <summary>A projection of an expert; null: there is none such.</summary>
    public static string? Projection(string part, string type) => (part, type == "mixtral") switch
    {
        ("ffn_gate", true) => "w1",
        ("ffn_down", true) => "w2",
        ("ffn_up", true) => "w3",
        ("ffn_gate", false) => "gate_proj",
        ("ffn_down", false) => "down_proj",
        ("ffn_up", false) => "up_proj",
        _ => null,
    };

    private static TensorInfo Slice(GgufTensor tensor, string name, int index, int count, long[] shape)
    {
        long length = tensor.Length / count;
        return new TensorInfo(name, tensor.Type, shape, tensor.File, tensor.Offset + (index * length), length);
    }
}
