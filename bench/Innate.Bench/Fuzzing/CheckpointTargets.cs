using System.Buffers.Binary;
using System.Text;
using Innate.Checkpoints;
using Innate.Models;

namespace Innate.Bench.Fuzzing;

/// <summary>What reads a model's folder: weights, config.json, adapter_config.json.</summary>
internal static class CheckpointTargets
{
    /// <summary>A file of weights: header, and a few bytes of each tensor.</summary>
    public static FuzzTarget Safetensors(FuzzPlace place)
    {
        byte[][] corpus =
        [
            File(
                """
                {"a":{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]},"b":{"dtype":"BF16","shape":[4],
                "data_offsets":[24,32]}}
                """, 32),
            File("""{"__metadata__":{"format":"pt","x":"y"},"w":{"dtype":"F16","shape":[],"data_offsets":[0,2]}}   """, 2),
            File(
                """
                {"i":{"dtype":"I64","shape":[1],"data_offsets":[0,8]},"e":{"dtype":"F32","shape":[0,7],"data_offsets":[8,
                8]}}
                """, 8),
            File("{}", 0),
        ];
        string[] words =
        [
            "dtype", "shape", "data_offsets", "__metadata__", "F32", "F16", "BF16", "F64", "I64", "F8_E4M3", "BOOL", "U8",
            "a", "b", "w",
        ];
        return new FuzzTarget(corpus, words, input =>
        {
            using Checkpoint checkpoint = Checkpoint.OpenFile(place.Write("model.safetensors", Stated(input)));
            Span<byte> some = stackalloc byte[16];
            foreach (TensorInfo tensor in checkpoint.Tensors.Values)
            {
                checkpoint.Read(tensor, 0, some[..(int)Math.Min(16, tensor.Length)]);
            }
        }, IsJson: true, Longest: 1 << 14);
    }

    /// <summary>config.json.</summary>
    public static FuzzTarget Config()
    {
        string[] words =
        [
            .. Words(FuzzPlace.OfModels("config.json")), "yarn", "llama3", "linear", "dynamic", "longrope", "su", "gelu",
            "silu",
            "gelu_pytorch_tanh", "layer_types", "full_attention", "sliding_attention", "num_labels", "id2label",
            "rope_parameters",
            "Qwen3ForSequenceClassification", "quantization_config", "text_config", "partial_rotary_factor",
            "max_window_layers",
        ];
        return new FuzzTarget(
            [.. FuzzPlace.OfModels("config.json")], words, input => ModelConfigReader.Parse(input), IsJson: true);
    }

    /// <summary>adapter_config.json.</summary>
    public static FuzzTarget Adapter(FuzzPlace place)
    {
        byte[][] corpus =
        [
            """
            {"peft_type":"LORA","r":8,"lora_alpha":16,"lora_dropout":0.05,"target_modules":["q_proj","v_proj"],"bias":"none",
             "task_type":"CAUSAL_LM","base_model_name_or_path":"x/y","use_rslora":false,"use_dora":false,"inference_mode":true,
             "rank_pattern":{"model.layers.0.self_attn.q_proj":4},"alpha_pattern":{"v_proj":32},"modules_to_save":["score"],
             "layers_to_transform":[0,1],"layers_pattern":"layers","init_lora_weights":true,"fan_in_fan_out":false}
            """u8.ToArray(),
                """
                {"peft_type":"LORA","r":4,"lora_alpha":8.5,"target_modules":"all-linear","use_rslora":true,
                "exclude_modules":"lm_head"}
                """u8.ToArray(),
                """
                {"peft_type":"LORA","r":4,"target_modules":".*\\.(q|k)_proj$",
                "rank_pattern":{"^model\\.layers\\.[0-3]\\..*":2},"exclude_modules":["a"]}
                """u8.ToArray(),
        ];
        string[] words =
        [
            .. Words(corpus), "layer_replication", "trainable_token_indices", "lora_bias", "(a+)+$", "(?P<n>x)", "gaussian",
            "pissa",
            "^", "$", ".*", "[", "(", "\\d+", "all", "lora_only", "SEQ_CLS", "corda_config", "parallel", "target_parameters",
        ];
        string[] modules = ["model.layers.0.self_attn.q_proj", "model.layers.1.mlp.down_proj", "lm_head", "score"];
        return new FuzzTarget(corpus, words, input =>
        {
            AdapterConfig config = AdapterConfigFile.Read(place.Write(AdapterConfigFile.Name, input));
            TryTargets(config, modules);
        }, IsJson: true);
    }

    private static void TryTargets(AdapterConfig config, string[] modules)
    {
        foreach (string module in modules)
        {
            if (config.Targets(module)) _ = config.ScaleOf(module);
        }
    }

    // Every other input states its header's true length: else nearly all would be refused at the first check.
    private static byte[] Stated(byte[] input)
    {
        int end = Array.LastIndexOf(input, (byte)'}');
        if (input.Length < 10 || input[^1] % 4 == 3 || end < 8) return input;
        byte[] stated = [.. input];
        BinaryPrimitives.WriteUInt64LittleEndian(stated, (ulong)(end + 1 - 8));
        return stated;
    }

    private static byte[] File(string header, int data)
    {
        byte[] json = Encoding.UTF8.GetBytes(header);
        byte[] length = new byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)json.Length);
        return [.. length, .. json, .. new byte[data]];
    }

    // All that stands in quotes.
    private static IEnumerable<string> Words(IEnumerable<byte[]> files) => files
        .SelectMany(f => Encoding.UTF8.GetString(f).Split('"').Where((_, i) => i % 2 == 1)).Distinct();
}
