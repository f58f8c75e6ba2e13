using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json.Nodes;
using Innate.Checkpoints;
using Innate.Compute;
using Innate.Models;

namespace Innate.Tests.Support;

/// <summary>
/// A tiny random checkpoint with ids for it, for tests that compare Innate with itself: a fixture by its folder's name, or one of
/// the families that came later, made when it is first asked for.
/// </summary>
internal sealed class ToyModel
{
    private const string Sizes =
        """
        "vocab_size":288,"hidden_size":32,"intermediate_size":40,"num_hidden_layers":3,"num_attention_heads":4,
        "num_key_value_heads":2,"max_position_embeddings":512,"bos_token_id":1,"eos_token_id":2
        """;

    // Each with what its family has and others have not.
    private static readonly Dictionary<string, string> Configs = new(StringComparer.Ordinal)
    {
        ["smollm3"] =
            """
            "model_type":"smollm3","no_rope_layers":[1,0,1],"use_sliding_window":true,"sliding_window":9,"mlp_bias":true
            """,
        ["granite"] =
            """
            "model_type":"granite","embedding_multiplier":3,"attention_multiplier":0.2,"residual_multiplier":0.4,"logits_scaling":2,
            "mlp_bias":true,"attention_bias":true
            """,
        ["mixtral"] = """ "model_type":"mixtral","num_local_experts":5,"num_experts_per_tok":2,"sliding_window":13 """,
        ["qwen3_moe"] =
            """
            "model_type":"qwen3_moe","num_experts":6,"num_experts_per_tok":3,"norm_topk_prob":false,"moe_intermediate_size":24,
            "mlp_only_layers":[1],"head_dim":12,"tie_word_embeddings":true
            """,
        ["gpt_oss"] =
            """
            "model_type":"gpt_oss","num_local_experts":5,"num_experts_per_tok":2,"sliding_window":8,"head_dim":12,"swiglu_limit":1.5,
            "rope_scaling":{"rope_type":"yarn","factor":4.0,"original_max_position_embeddings":128,"truncate":false}
            """,
        ["gpt_oss-bf16"] =
            """
            "model_type":"gpt_oss","num_local_experts":4,"num_experts_per_tok":2,"sliding_window":8,"head_dim":8,
            "rope_scaling":{"rope_type":"default"}
            """,
    };

    private static readonly Dictionary<string, string> Made = new(StringComparer.Ordinal);

    // Kept until the process ends.
    private static readonly TemporaryFolder Folders = new();

    static ToyModel() => AppDomain.CurrentDomain.ProcessExit += (_, _) => Folders.Dispose();

    private ToyModel(string folder, int[] ids, int promptLength) => (Folder, Ids, PromptLength) = (folder, ids, promptLength);

    /// <summary>The families that came later, one of them in bfloat16 too.</summary>
    public static IEnumerable<string> Later => Configs.Keys;

    /// <summary>Those of them that have experts.</summary>
    public static IEnumerable<string> Mixtures => ["mixtral", "qwen3_moe", "gpt_oss"];

    /// <summary>All decoders.</summary>
    public static IEnumerable<string> Names => ParityModel.Decoders.Concat(Later);

    public string Folder { get; }

    /// <summary>A whole sequence; the prompt is its first <see cref="PromptLength"/> ids.</summary>
    public int[] Ids { get; }

    public int PromptLength { get; }

    public int[] Prompt => Ids[..PromptLength];

    public int[] Response => Ids[PromptLength..];

    public static ToyModel Of(string name)
    {
        if (!Configs.ContainsKey(name))
        {
            var parity = new ParityModel(name);
            return new ToyModel(parity.Folder, parity.Ids, parity.PromptLength);
        }

        return new ToyModel(FolderOf(name), GradientRuns.Draw(new Random(4), 40), promptLength: 12);
    }

    /// <summary>A folder with random weights: projections keep a vector's length, norms and biases are no ones and zeros.</summary>
    public static void Write(string folder, string keys, ElementType type)
    {
        Directory.CreateDirectory(folder);
        JsonObject config = JsonNode.Parse($"{{{Sizes}}}")!.AsObject();
        foreach (var (key, value) in JsonNode.Parse($"{{{keys}}}")!.AsObject()) config[key] = value?.DeepClone();
        File.WriteAllText(Path.Combine(folder, "config.json"), config.ToJsonString());
        ModelConfig shape = ModelConfigReader.Parse(Encoding.UTF8.GetBytes(config.ToJsonString()));
        IReadOnlyList<ModelTensor> tensors = ModelTensors.Of(shape);
        using SafetensorsWriter writer = SafetensorsWriter.Create(
            Path.Combine(folder, "model.safetensors"), [.. tensors.Select(t => new TensorDeclaration(t.Name, type, t.Shape))]);
        var random = new Random(9);
        foreach (ModelTensor tensor in tensors)
        {
            var values = new float[tensor.Shape.Aggregate(1L, (a, b) => a * b)];
            bool isFused = tensor.Shape.Count == 3;
            double size = tensor.Role switch
            {
                TensorRole.Norm or TensorRole.Bias => 0.3,
                _ when tensor.Name.EndsWith("sinks", StringComparison.Ordinal) => 1,
                _ => 2 / Math.Sqrt(tensor.Shape[isFused ? 1 : ^1]),
            };
            for (int i = 0; i < values.Length; i++)
            {
                values[i] = (float)((((random.NextDouble() * 2) - 1) * size) + (tensor.Role == TensorRole.Norm ? 1 : 0));
            }

            var bytes = new byte[values.Length * ElementTypes.SizeOf(type)];
            ElementTypes.Narrow(values, bytes, type);
            writer.Write(tensor.Name, bytes);
        }

        writer.Complete();
    }

    private static string FolderOf(string name)
    {
        lock (Made)
        {
            if (Made.TryGetValue(name, out string? folder)) return folder;
            bool isHalf = name.EndsWith("bf16", StringComparison.Ordinal);
            Write(Folders[name], Configs[name], isHalf ? ElementType.BFloat16 : ElementType.Float32);
            return Made[name] = Folders[name];
        }
    }
}
