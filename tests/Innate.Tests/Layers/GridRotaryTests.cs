using System.Text;
using System.Text.Json.Nodes;
using Innate.Checkpoints;
using Innate.Compute;
using Innate.Compute.Memory;
using Innate.Layers;
using Innate.Models;
using Innate.Tests.Models;
using Innate.Tests.Support;

namespace Innate.Tests.Layers;

/// <summary>
/// LlamaGen's positions as a configuration of the decoder: half of a head's pairs turn with the image's row, half with its
/// column, and the condition's tokens, which have no place, become zero queries and keys.
/// </summary>
public class GridRotaryTests
{
    private const string Keys =
        """
        "model_type":"llama","max_position_embeddings":44,"tie_word_embeddings":false,
        "rope_scaling":{"rope_type":"grid","grid_size":6,"condition_tokens":8}
        """;

    private static readonly RopeConfig Grid =
        new() { Theta = 10_000, Scaling = RopeScalingKind.Grid, GridSize = 3, ConditionTokens = 2 };

    [Fact]
    public void Each_pair_turns_by_its_row_or_its_column_and_the_condition_is_nothing()
    {
        using IKernels kernels = CpuKernels.Create(1);
        using TestMemory memory = new();
        using RotaryEmbedding rotary = new(Grid, 8);
        Matrix x = memory.Random(new Random(3), 11, 16), turned = memory.Copy(x);
        rotary.Forward(kernels, turned, [.. Enumerable.Range(0, 11)]);
        for (int t = 0; t < 11; t++)
        {
            for (int c = 0; c < 16; c++)
            {
                int start = c / 8 * 8, pair = c % 4, row = (t - 2) / 3, column = (t - 2) % 3;
                double angle = (pair < 2 ? row : column) * Math.Pow(10_000, -2.0 * (pair % 2) / 4);
                (double a, double b) = (x.Row(t)[start + pair], x.Row(t)[start + pair + 4]);
                double expected = c % 8 < 4
                    ? (a * Math.Cos(angle)) - (b * Math.Sin(angle))
                    : (b * Math.Cos(angle)) + (a * Math.Sin(angle));
                Assert.Equal(t < 2 ? 0 : expected, turned.Row(t)[c], 1e-6);
            }
        }
    }

    [Fact]
    public void The_way_back_is_the_slope_of_the_way_there()
    {
        using IKernels kernels = CpuKernels.Create(1);
        using TestMemory memory = new();
        using RotaryEmbedding rotary = new(Grid, 8);
        int[] positions = [0, 1, 2, 5, 10];
        Matrix x = memory.Random(new Random(5), 5, 8), weights = memory.Random(new Random(6), 5, 8), back = memory.Copy(weights);
        rotary.Backward(kernels, back, positions);
        for (int t = 0; t < 5; t++)
        {
            // The map is linear: a step of one is as good as a small one, and rounds less.
            for (int c = 0; c < 8; c++) Assert.Equal((Loss(t, c, 1) - Loss(t, c, -1)) / 2, back.Row(t)[c], 1e-5);
        }

        Assert.All(back.Row(1).ToArray(), g => Assert.Equal(0, g));

        double Loss(int token, int column, float step)
        {
            Matrix moved = memory.Copy(x);
            moved.Row(token)[column] += step;
            rotary.Forward(kernels, moved, positions);
            return Enumerable.Range(0, 5).Sum(t => Enumerable.Range(0, 8).Sum(c => (double)weights.Row(t)[c] * moved.Row(t)[c]));
        }
    }

    [Fact]
    public void A_whole_model_says_what_its_layers_say_one_by_one_and_its_loss_moves_as_its_gradient_says()
    {
        using TemporaryFolder folders = new();
        ToyModel.Write(folders["grid"], Keys, ElementType.Float32);
        using LanguageModel model = LanguageModel.Load(folders["grid"], new() { Threads = 1 });
        int[] ids = GradientRuns.Draw(new Random(7), 30);
        double[] expected = PlainLogits(folders["grid"], ids);
        double norm = Math.Log(expected.Sum(Math.Exp));
        double found = model.Trace([new TraceQuery(ids[..8], [[.. ids[8..], 40]])])[0][0].LogProbability[^1];
        Assert.Equal(expected[40] - norm, found, 1e-4);
        GradientSlopeTests.Check(model.Decoder, model.Decoder.Parameters, GradientSlopeTests.Batch(null), "grid");
    }

    [Theory]
    [InlineData("'grid_size':6", "condition_tokens")]
    [InlineData("'grid_size':5,'condition_tokens':1", "max_position_embeddings 44: condition_tokens + grid_size^2 is 26")]
    [InlineData("'grid_size':6,'condition_tokens':8,'factor_x':2", "factor_x")]
    public void A_grid_that_is_none_is_refused(string keys, string message)
    {
        JsonObject config = JsonNode.Parse(
            $$$"""
            {"model_type":"llama","vocab_size":64,"hidden_size":32,"intermediate_size":40,"num_hidden_layers":1,
            "num_attention_heads":4,"max_position_embeddings":44,
            "rope_scaling":{"rope_type":"grid",{{{keys.Replace('\'', '"')}}}}}
            """)!.AsObject();
        Assert.Contains(
            message,
            Assert.Throws<InputException>(() => ModelConfigReader.Parse(Encoding.UTF8.GetBytes(config.ToJsonString()))).Message,
            StringComparison.Ordinal);
        config["rope_scaling"] = JsonNode.Parse("""{"rope_type":"grid","grid_size":6,"condition_tokens":8}""");
        config["head_dim"] = 6;
        Assert.Contains(
            "expected a multiple of 4 with rotary positions on a grid, found 6",
            Assert.Throws<InputException>(() => ModelConfigReader.Parse(Encoding.UTF8.GetBytes(config.ToJsonString()))).Message,
            StringComparison.Ordinal);
    }

    // The toy in float64 with loops alone: hidden 32, four heads of 8, two for keys and values, three layers.
    private static double[] PlainLogits(string folder, int[] ids)
    {
        using Checkpoint checkpoint = Checkpoint.Open(folder);
        Dictionary<string, float[]> w = checkpoint.Tensors.Values.ToDictionary(
            t => t.Name, t => StoredTensors.Float32(checkpoint, t), StringComparer.Ordinal);
        double[][] h = [.. ids.Select(id => w["model.embed_tokens.weight"][(id * 32)..((id + 1) * 32)]
            .Select(v => (double)v).ToArray())];
        for (int layer = 0; layer < 3; layer++)
        {
            string at = $"model.layers.{layer}.";
            double[][] x = [.. h.Select(r => Norm(r, w[at + "input_layernorm.weight"]))];
            double[][] q = Turned(Map(x, w[at + "self_attn.q_proj.weight"], 32)),
                k = Turned(Map(x, w[at + "self_attn.k_proj.weight"], 16)), v = Map(x, w[at + "self_attn.v_proj.weight"], 16);
            double[][] mixed = [.. Enumerable.Range(0, h.Length).Select(_ => new double[32])];
            for (int t = 0; t < h.Length; t++)
            {
                for (int head = 0; head < 4; head++)
                {
                    double[] score = [.. Enumerable.Range(0, t + 1).Select(s => Math.Exp(Enumerable.Range(0, 8).Sum(
                        d => q[t][(head * 8) + d] * k[s][(head / 2 * 8) + d]) / Math.Sqrt(8)))];
                    for (int d = 0; d < 8; d++)
                    {
                        mixed[t][(head * 8) + d] = score.Select((p, s) => p * v[s][(head / 2 * 8) + d]).Sum() / score.Sum();
                    }
                }
            }

            Add(h, Map(mixed, w[at + "self_attn.o_proj.weight"], 32));
            x = [.. h.Select(r => Norm(r, w[at + "post_attention_layernorm.weight"]))];
            double[][] gate = Map(x, w[at + "mlp.gate_proj.weight"], 40), up = Map(x, w[at + "mlp.up_proj.weight"], 40);
            Add(h, Map(
                [.. gate.Zip(up, (g, u) => g.Zip(u, (a, b) => a / (1 + Math.Exp(-a)) * b).ToArray())],
                w[at + "mlp.down_proj.weight"], 32));
        }

        return Map([Norm(h[^1], w["model.norm.weight"])], w["lm_head.weight"], 288)[0];
    }

    private static double[][] Turned(double[][] x)
    {
        for (int t = 0; t < x.Length; t++)
        {
            for (int start = 0; start < x[t].Length; start += 8)
            {
                for (int pair = 0; pair < 4; pair++)
                {
                    double angle = (pair < 2 ? (t - 8) / 6 : (t - 8) % 6) * Math.Pow(10_000, -2.0 * (pair % 2) / 4);
                    (double cos, double sin) = t < 8 ? (0, 0) : (Math.Cos(angle), Math.Sin(angle));
                    (double a, double b) = (x[t][start + pair], x[t][start + pair + 4]);
                    (x[t][start + pair], x[t][start + pair + 4]) = ((a * cos) - (b * sin), (b * cos) + (a * sin));
                }
            }
        }

        return x;
    }

    private static double[][] Map(double[][] x, float[] weight, int outputs) =>
    [
        .. x.Select(row => Enumerable.Range(0, outputs)
            .Select(o => row.Select((v, i) => v * weight[(o * row.Length) + i]).Sum()).ToArray()),
    ];

    private static double[] Norm(double[] x, float[] weight)
    {
        double scale = 1 / Math.Sqrt(x.Average(v => v * v) + 1e-6);
        return [.. x.Select((v, i) => v * scale * weight[i])];
    }

    private static void Add(double[][] h, double[][] more)
    {
        for (int t = 0; t < h.Length; t++)
        {
            for (int i = 0; i < h[t].Length; i++) h[t][i] += more[t][i];
        }
    }
}
