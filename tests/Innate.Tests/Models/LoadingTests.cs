using Innate.Compute;
using Innate.Layers;
using Innate.Models;
using Innate.Tests.Support;
using Innate.Traces;

namespace Innate.Tests.Models;

/// <summary>What a checkpoint holds reaches the arithmetic: element types, biases, heads; and what is damaged is named.</summary>
public class LoadingTests
{
    [Fact]
    public void Half_precision_weights_give_the_bits_of_the_same_values_in_single_precision()
    {
        using var half = new CheckpointCopy("llama");
        using var single = new CheckpointCopy("llama");
        foreach (string name in (string[])["model.embed_tokens.weight", "lm_head.weight", "model.layers.1.mlp.down_proj.weight",
            "model.norm.weight"])
        {
            Assert.Equal(half[name].Length, single[name].Length);
        }

        foreach (string name in Names(single)) Array.ConvertAll(single[name], v => (float)(Half)v).CopyTo(single[name], 0);
        var query = new TraceQuery([1, 5, 9], [[3, 4, 200, 7]]);
        using LanguageModel a = LanguageModel.Load(half.Write(ElementType.Float16)), b = LanguageModel.Load(single.Write());
        Assert.Equal(b.Trace([query])[0][0].V, a.Trace([query])[0][0].V);
        Assert.Equal(b.Trace([query])[0][0].Q, a.Trace([query])[0][0].Q);
    }

    [Fact]
    public void Every_bias_reaches_its_projection()
    {
        // Without weights in them, value and MLP are their biases, whatever the attention does, and the layers can be done by
        // hand.
        using var copy = new CheckpointCopy("llama");
        copy.Config["attention_bias"] = true;
        copy.Config["mlp_bias"] = true;
        copy.Config["num_hidden_layers"] = 1;
        copy.Remove(name => name.Contains("layers.1.", StringComparison.Ordinal)
            || name.Contains("layers.2.", StringComparison.Ordinal));
        const int Hidden = 64, Inner = 112;
        float[] Ramp(int n, float step) => [.. Enumerable.Range(0, n).Select(i => ((i % 11) - 5) * step)];
        const string Layer = "model.layers.0.";
        foreach ((string name, int outputs) in (
            (string, int)[])[("self_attn.q_proj", 64), ("self_attn.k_proj", 32), ("self_attn.v_proj", 32),
            ("self_attn.o_proj", 64), ("mlp.gate_proj", Inner), ("mlp.up_proj", Inner), ("mlp.down_proj", Hidden)])
        {
            copy.Add($"{Layer}{name}.bias", [outputs], Ramp(outputs, 0.05f + (0.01f * name.Length)));
        }

        foreach (string name in (string[])["self_attn.v_proj", "mlp.gate_proj", "mlp.up_proj"])
        {
            Array.Clear(copy[$"{Layer}{name}.weight"]);
        }

        float[] embedding = copy["model.embed_tokens.weight"], head = copy["lm_head.weight"], norm = copy["model.norm.weight"];

        double[] v =
            [.. Enumerable.Range(0, Hidden).Select(i => (double)copy[$"{Layer}self_attn.v_proj.bias"][(i / 32 * 16) + (i % 16)])];
        double[] attention = Apply(copy[$"{Layer}self_attn.o_proj.weight"], v, copy[$"{Layer}self_attn.o_proj.bias"]);
        double[] gated = [.. copy[$"{Layer}mlp.gate_proj.bias"]
            .Zip(copy[$"{Layer}mlp.up_proj.bias"], (g, u) => g / (1 + Math.Exp(-(double)g)) * u)];
        double[] mlp = Apply(copy[$"{Layer}mlp.down_proj.weight"], gated, copy[$"{Layer}mlp.down_proj.bias"]);

        using LanguageModel model = LanguageModel.Load(copy.Write());
        int[] response = [7, 200, 31];
        TokenTrace trace = model.Trace([new TraceQuery([42], [response])])[0][0];
        for (int h = 0; h < response.Length; h++)
        {
            int token = h == 0 ? 42 : response[h - 1];
            double[] x = [.. Enumerable.Range(0, Hidden).Select(i => embedding[(token * Hidden) + i] + attention[i] + mlp[i])];
            double scale = 1 / Math.Sqrt(x.Average(e => e * e) + 1e-6);
            double q = Enumerable.Range(0, Hidden).Sum(i => x[i] * scale * norm[i] * head[(response[h] * Hidden) + i]);
            Assert.Equal(q, trace.Q[h], 1e-5);
        }

        static double[] Apply(float[] weight, double[] x, float[] bias) =>
            [.. bias.Select((b, row) => b + Enumerable.Range(0, x.Length).Sum(i => weight[(row * x.Length) + i] * x[i]))];
    }

    [Fact]
    public void A_soft_cap_on_the_logits_leaves_a_classifiers_score_alone()
    {
        using var copy = new CheckpointCopy("gemma2");
        copy.Config["architectures"] = new System.Text.Json.Nodes.JsonArray("Gemma2ForSequenceClassification");
        copy.Config["num_labels"] = 1;
        float[] score = [.. Enumerable.Range(0, 64).Select(i => MathF.Sin(i) * 0.1f)];
        copy.Add("score.weight", [1, 64], score);
        var query = new TraceQuery([1, 2, 3], [[4, 5]]);
        double small, large;
        using (LanguageModel model = LanguageModel.Load(copy.Write())) small = model.Score([query])[0][0];
        copy.Add("score.weight", [1, 64], [.. score.Select(s => s * 1024)]);
        using (LanguageModel model = LanguageModel.Load(copy.Write())) large = model.Score([query])[0][0];
        Assert.Equal(1024, large / small, 1e-3);
        Assert.True(Math.Abs(large) > 30);
    }

    [Fact]
    public void Scores_of_many_queries_are_those_of_each_alone()
    {
        using LanguageModel model = LanguageModel.Load(new ParityModel("qwen3-reward").Folder);
        TraceQuery[] queries = [new([1, 2], [[3], [4, 5, 6]]), new([9], [[8, 7]]), new([5, 5, 5], [[1], [2, 2], [3, 3, 3]])];
        IReadOnlyList<double[]> together = model.Score(queries);
        for (int i = 0; i < queries.Length; i++)
        {
            Assert.Equal(queries[i].Responses.Select(r => model.Score([new TraceQuery(queries[i].Prompt, [r])])[0][0]),
                together[i]);
        }
    }

    [Theory]
    [InlineData(ElementType.Float32, "lm_head.weight", float.NaN)]
    [InlineData(ElementType.Float16, "lm_head.weight", float.PositiveInfinity)]
    [InlineData(ElementType.BFloat16, "model.layers.2.mlp.up_proj.weight", float.NegativeInfinity)]
    [InlineData(ElementType.Float32, "model.norm.weight", float.NegativeInfinity)]
    [InlineData(ElementType.Float16, "model.layers.0.input_layernorm.weight", float.NaN)]
    [InlineData(ElementType.BFloat16, "model.norm.weight", float.NaN)]
    public void A_weight_that_is_not_finite_is_refused_by_name(ElementType type, string tensor, float value)
    {
        using var copy = new CheckpointCopy("llama");
        copy[tensor][^1] = value;
        copy.Write(type);
        InputException e = Assert.Throws<InputException>(() => LanguageModel.Load(copy.Folder));
        Assert.Contains(tensor, e.Message, StringComparison.Ordinal);
        Assert.Contains("model.safetensors", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Yarns_ramp_ends_at_whole_dimensions_unless_told_otherwise()
    {
        // Dimensions 16: turns 32 and 1 over 32 positions fall at 16 ln(32 / (2 pi t)) / (2 ln 10000).
        var config = new RopeConfig { Theta = 10000, Scaling = RopeScalingKind.Yarn, Factor = 4, OriginalMaxPositions = 32 };
        double Dimension(double turns) => 16 * Math.Log(32 / (turns * 2 * Math.PI)) / (2 * Math.Log(10000));
        double low = Math.Max(0, Dimension(32)), high = Dimension(1);
        double[] whole = RotaryEmbedding.Frequencies(config, 16),
            exact = RotaryEmbedding.Frequencies(config with { Truncate = false }, 16);
        for (int i = 0; i < 8; i++)
        {
            double plain = Math.Pow(10000, -i / 8.0);
            Assert.Equal(Stretched(plain, i, Math.Floor(low), Math.Ceiling(high)), whole[i], 1e-12);
            Assert.Equal(Stretched(plain, i, low, high), exact[i], 1e-12);
        }

        static double Stretched(double plain, int i, double low, double high)
        {
            double ramp = Math.Clamp((i - low) / (high - low), 0, 1);
            return (plain / 4 * ramp) + (plain * (1 - ramp));
        }
    }

    [Theory]
    [InlineData("model.layers.0.self_attn.q_proj.bias")]
    [InlineData("model.layers.3.input_layernorm.weight")]
    public void A_tensor_that_the_config_does_not_tell_of_is_refused_by_name(string tensor)
    {
        using var copy = new CheckpointCopy("llama");
        copy.Add(tensor, [64], new float[64]);
        Assert.Contains(tensor, Assert.Throws<InputException>(() => LanguageModel.Load(copy.Write())).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_tied_head_that_is_stored_again_and_rotary_buffers_are_no_fault()
    {
        using var copy = new CheckpointCopy("llama-mha-tied");
        copy.Add("lm_head.weight", [288, 64], copy["model.embed_tokens.weight"]);
        copy.Add("model.layers.0.self_attn.rotary_emb.inv_freq", [8], new float[8]);
        using LanguageModel model = LanguageModel.Load(copy.Write());
        Assert.Equal(288, model.VocabularySize);
    }

    private static string[] Names(CheckpointCopy copy) =>
        [.. Enumerable.Range(0, 3).SelectMany(i =>
            ((string[])["self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj", "self_attn.o_proj", "mlp.gate_proj",
                "mlp.up_proj", "mlp.down_proj", "input_layernorm", "post_attention_layernorm"]).Select(n =>
                    $"model.layers.{i}.{n}.weight")), "model.embed_tokens.weight", "model.norm.weight", "lm_head.weight"];
}
