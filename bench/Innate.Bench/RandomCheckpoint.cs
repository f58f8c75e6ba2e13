using System.Globalization;
using System.Runtime.InteropServices;
using Innate.Checkpoints;
using Innate.Compute;

namespace Innate.Bench;

/// <summary>
/// A checkpoint of the Qwen2.5-0.5B shape with random bf16 weights, and rows of random ids: sizes that users meet.
/// </summary>
internal static class RandomCheckpoint
{
    private const int Hidden = 896, Inner = 4864, Layers = 24, KeyWidth = 128, Vocabulary = 151936;

    public static void Write(string folder)
    {
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, "config.json"), $$"""
            {"architectures": ["Qwen2ForCausalLM"], "model_type": "qwen2",
             "hidden_size": {{Hidden}}, "num_hidden_layers": {{Layers}},
             "num_attention_heads": 14, "num_key_value_heads": 2, "intermediate_size": {{Inner}}, "vocab_size": {{Vocabulary}},
             "rope_theta": 1000000.0, "rms_norm_eps": 1e-06, "tie_word_embeddings": true, "max_position_embeddings": 32768,
             "hidden_act": "silu", "torch_dtype": "bfloat16"}
            """);

        var random = new Random(1);
        (string Name, long[] Shape)[] tensors = [.. Tensors()];
        using SafetensorsWriter writer = SafetensorsWriter.Create(
            Path.Combine(folder, "model.safetensors"),
            [.. tensors.Select(t => new TensorDeclaration(t.Name, ElementType.BFloat16, t.Shape))]);
        foreach ((string name, long[] shape) in tensors)
        {
            // Matrices keep the size of what passes through them; norms lie around 1, biases around 0.
            double scale = shape.Length == 2 ? (name.Contains("embed", StringComparison.Ordinal) ? 0.1 : 1 / Math.Sqrt(shape[1]))
                : 0.1;
            double centre = name.Contains("norm", StringComparison.Ordinal) ? 1 : 0;
            long left = shape.Aggregate(1L, (a, b) => a * b);
            var chunk = new ushort[(int)Math.Min(left, 1 << 20)];
            for (; left > 0; left -= chunk.Length)
            {
                if (left < chunk.Length) chunk = new ushort[left];
                for (int i = 0; i < chunk.Length; i++)
                {
                    double normal = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(
                        2 * Math.PI * random.NextDouble());
                    chunk[i] = (ushort)(BitConverter.SingleToUInt32Bits((float)(centre + (scale * normal))) >> 16);
                }

                writer.Write(name, MemoryMarshal.AsBytes(chunk.AsSpan()));
            }
        }

        writer.Complete();
    }

    public static void WriteRows(string file, int rows)
    {
        var random = new Random(2);
        string Ids(int count) => "[" + string.Join(
            ",", Enumerable.Range(0, count).Select(_ => random.Next(Vocabulary).ToString(CultureInfo.InvariantCulture))) + "]";
        File.WriteAllLines(file, Enumerable.Range(0, rows).Select(_ =>
        {
            string prompt = Ids(random.Next(15, 120));
            string responses = string.Join(",", Enumerable.Range(0, 6).Select(_ => Ids(random.Next(30, 600))));
            return $$"""{"prompt_ids":{{prompt}},"responses_ids":[{{responses}}]}""";
        }));
    }

    private static IEnumerable<(string Name, long[] Shape)> Tensors()
    {
        yield return ("model.embed_tokens.weight", [Vocabulary, Hidden]);
        for (int i = 0; i < Layers; i++)
        {
            string layer = $"model.layers.{i}.";
            yield return ($"{layer}input_layernorm.weight", [Hidden]);
            yield return ($"{layer}post_attention_layernorm.weight", [Hidden]);
            foreach ((string name, int outputs) in ((string, int)[])[("q", Hidden), ("k", KeyWidth), ("v", KeyWidth)])
            {
                yield return ($"{layer}self_attn.{name}_proj.weight", [outputs, Hidden]);
                yield return ($"{layer}self_attn.{name}_proj.bias", [outputs]);
            }

            yield return ($"{layer}self_attn.o_proj.weight", [Hidden, Hidden]);
            yield return ($"{layer}mlp.gate_proj.weight", [Inner, Hidden]);
            yield return ($"{layer}mlp.up_proj.weight", [Inner, Hidden]);
            yield return ($"{layer}mlp.down_proj.weight", [Hidden, Inner]);
        }

        yield return ("model.norm.weight", [Hidden]);
    }
}
