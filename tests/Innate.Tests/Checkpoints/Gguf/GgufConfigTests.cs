using System.Text.Json;
using System.Text.Json.Nodes;
using Innate.Checkpoints.Gguf;
using Innate.Compute;
using Innate.Layers;
using Innate.Models;
using Innate.Tests.Support;

namespace Innate.Tests.Checkpoints.Gguf;

/// <summary>config.json out of keys: what the reader of config.json makes of it, key by key.</summary>
public sealed class GgufConfigTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("llama", ModelFamily.Llama)]
    [InlineData("qwen2", ModelFamily.Qwen2)]
    [InlineData("qwen3", ModelFamily.Qwen3)]
    [InlineData("olmo2", ModelFamily.Olmo2)]
    [InlineData("phi3", ModelFamily.Phi3)]
    [InlineData("gemma2", ModelFamily.Gemma2)]
    [InlineData("gemma3", ModelFamily.Gemma3Text)]
    [InlineData("smollm3", ModelFamily.SmolLM3)]
    [InlineData("granite", ModelFamily.Granite)]
    [InlineData("llama", ModelFamily.Mixtral, 4)]
    [InlineData("qwen3moe", ModelFamily.Qwen3Moe, 4)]
    [InlineData("gpt-oss", ModelFamily.GptOss, 4)]
    public void Every_architecture_gives_a_config_that_is_read(string architecture, ModelFamily family, int experts = 0)
    {
        ModelConfig config = Config(GgufModels.Of(architecture, experts: experts));
        Assert.Equal(family, config.Family);
        Assert.Equal((GgufModels.Rows, GgufModels.Hidden, GgufModels.Inner), (config.VocabularySize, config.HiddenSize, config.IntermediateSize));
        Assert.Equal((2, 1, 16, 2, 512), (config.HeadCount, config.KeyValueHeadCount, config.HeadDimension, config.LayerCount, config.MaxPositions));
        Assert.Equal((1e-5f, 10000.0, true), (config.RmsNormEpsilon, config.Layers[^1].Rope!.Theta, config.TiedEmbeddings));
        Assert.Equal([256], config.EndOfSequenceIds);
        Assert.Equal(architecture.StartsWith("gemma", StringComparison.Ordinal) ? Activation.GeluTanh : Activation.Silu, config.Activation);
        Assert.Equal(family is ModelFamily.Qwen2 or ModelFamily.GptOss, config.QueryKeyValueBias);
        bool isGemma = family is ModelFamily.Gemma2 or ModelFamily.Gemma3Text;
        if (!isGemma) Assert.Equal(family == ModelFamily.Granite ? 0.0625f : 0.25f, config.AttentionScale);
        Assert.Equal(
            experts == 0 ? null : (experts, 2, GgufModels.Inner),
            config.Experts is { } e ? (e.Count, e.PerToken, e.IntermediateSize) : ((int, int, int)?)null);
    }

    [Theory]
    [InlineData("smollm3", 0, "smollm3")]
    [InlineData("granite", 0, "granite")]
    [InlineData("qwen3moe", 4, "qwen3_moe")]
    [InlineData("llama", 4, "mixtral")]
    [InlineData("gpt-oss", 4, "gpt_oss")]
    public void Families_are_named_as_transformers_names_them(string architecture, int experts, string type)
    {
        JsonObject config = Json(GgufModels.Of(architecture, layers: 4, experts: experts));
        Assert.Equal(type, (string?)config["model_type"]);
        string expected = type switch
        {
            "smollm3" => """{"no_rope_layer_interval":4,"no_rope_layers":[1,1,1,0]}""",
            "granite" => """{"embedding_multiplier":12,"attention_multiplier":0.0625,"residual_multiplier":0.22,"logits_scaling":8}""",
            "qwen3_moe" => """{"num_experts":4,"num_experts_per_tok":2,"moe_intermediate_size":64,"norm_topk_prob":true,"decoder_sparse_step":1,"mlp_only_layers":[]}""",
            "mixtral" => """{"num_local_experts":4,"num_experts_per_tok":2}""",
            _ => """{"num_local_experts":4,"num_experts_per_tok":2,"sliding_window":8,"attention_bias":true,"layer_types":["sliding_attention","full_attention","sliding_attention","full_attention"]}""",
        };
        foreach ((string key, JsonNode? value) in JsonNode.Parse(expected)!.AsObject())
        {
            Assert.True(JsonNode.DeepEquals(value, config[key]), $"{key}: {config[key]?.ToJsonString()}");
        }
    }

    [Fact]
    public void A_head_of_its_own_and_biases_are_told_by_tensors()
    {
        ModelConfig config = Config(
            GgufModels.Of("llama").Floats("output.weight", GgufModels.Hidden, GgufModels.Rows).Floats("blk.0.attn_q.bias", 32)
                .Floats("blk.0.ffn_up.bias", 64));
        Assert.Equal((false, true, true, true), (config.TiedEmbeddings, config.QueryKeyValueBias, config.OutputBias, config.MlpBias));
    }

    [Fact]
    public void A_window_makes_llama_mistral()
    {
        ModelConfig config = Config(GgufModels.Of("llama").Key("llama.attention.sliding_window", 7u));
        Assert.Equal((ModelFamily.Mistral, 7), (config.Family, config.Layers[0].Window));
        config = Config(GgufModels.Of("llama").Key("llama.attention.sliding_window", 0u).Key("llama.expert_count", 0u));
        Assert.Equal((ModelFamily.Llama, null), (config.Family, config.Layers[0].Window));
    }

    [Fact]
    public void What_gemmas_have_in_no_key_is_known_of_the_family()
    {
        ModelConfig second = Config(GgufModels.Of("gemma2", layers: 3));
        Assert.Equal((50f, 30f, 0.25f), (second.AttentionSoftCap, second.LogitSoftCap, second.AttentionScale));
        Assert.Equal([8, null, 8], second.Layers.Select(l => l.Window));
        ModelConfig third = Config(GgufModels.Of("gemma3", layers: 7).With("gemma3.rope.freq_base", 1e6f)
            .Key("gemma3.rope.scaling.type", "linear").Key("gemma3.rope.scaling.factor", 8f));
        Assert.Equal([8, 8, 8, 8, 8, null, 8], third.Layers.Select(l => l.Window));
        Assert.Equal(new RopeConfig { Theta = 10_000 }, third.Layers[0].Rope);
        Assert.Equal(new RopeConfig { Theta = 1_000_000, Scaling = RopeScalingKind.Linear, Factor = 8 }, third.Layers[5].Rope);
        Assert.Null(third.AttentionSoftCap);
        // 27B alone divides the width by the heads.
        Assert.Equal(1 / MathF.Sqrt(16), Config(GgufModels.Of("gemma3", layers: 62)).AttentionScale);
        GgufBytes wide = GgufModels.Of("gemma3", layers: 62).Key("gemma3.attention.key_length", 8u);
        Assert.Equal(16, (int?)Json(wide)["query_pre_attn_scalar"]);
    }

    [Fact]
    public void A_phi_with_window_zero_has_none()
    {
        Assert.Null(Config(GgufModels.Of("phi3").Key("phi3.attention.sliding_window", 0u)).Layers[0].Window);
        Assert.Equal(9, Config(GgufModels.Of("phi3").Key("phi3.attention.sliding_window", 9u)).Layers[0].Window);
    }

    [Fact]
    public void Scalings_of_the_rotary_embedding_are_read()
    {
        RopeConfig Rope(GgufBytes file) => Config(file).Layers[0].Rope!;
        Assert.Equal(RopeScalingKind.None, Rope(GgufModels.Of("qwen2").Key("qwen2.rope.scaling.type", "none")).Scaling);
        RopeConfig linear = Rope(GgufModels.Of("llama").Key("llama.rope.scale_linear", 4f));
        Assert.Equal((RopeScalingKind.Linear, 4.0), (linear.Scaling, linear.Factor));
        GgufBytes yarned = GgufModels.Of("qwen2").Key("qwen2.rope.scaling.type", "yarn").Key("qwen2.rope.scaling.factor", 4f)
            .Key("qwen2.rope.scaling.original_context_length", 128u);
        RopeConfig yarn = Rope(yarned);
        Assert.Equal((RopeScalingKind.Yarn, 4.0, 128.0), (yarn.Scaling, yarn.Factor, yarn.OriginalMaxPositions));
        Assert.Equal(1 + (0.1 * Math.Log(4)), yarn.AttentionFactor, 1e-12);
        Assert.Equal(512, Config(yarned).MaxPositions);
        Assert.True(yarn.Truncate);
        RopeConfig oss = Rope(GgufModels.Of("gpt-oss", experts: 2).Key("gpt-oss.rope.scaling.type", "yarn")
            .Key("gpt-oss.rope.scaling.factor", 4f).Key("gpt-oss.rope.scaling.original_context_length", 128u));
        Assert.Equal((RopeScalingKind.Yarn, 4.0, 128.0, false), (oss.Scaling, oss.Factor, oss.OriginalMaxPositions, oss.Truncate));
        yarn = Rope(yarned.Key("qwen2.rope.scaling.yarn_beta_fast", 16f).Key("qwen2.rope.scaling.yarn_beta_slow", 2f)
            .Key("qwen2.rope.scaling.attn_factor", 0.5f));
        Assert.Equal((16.0, 2.0), (yarn.BetaFast, yarn.BetaSlow));
        Assert.Equal(0.5 + (0.05 * Math.Log(4)), yarn.AttentionFactor, 1e-12);
    }

    [Theory]
    [InlineData(64, 500_000, 8, 4, 8192)]
    [InlineData(128, 500_000, 32, 4, 8192)]
    [InlineData(64, 500_000, 32, 4, 8192)]
    [InlineData(128, 10_000, 6.5, 3, 2048)]
    public void Llama3s_scaling_is_found_from_its_factors(int head, float theta, double factor, double high, int length)
    {
        float[] factors =
        [
            .. Enumerable.Range(0, head / 2).Select(i =>
            {
                double wavelength = 2 * Math.PI * Math.Pow(theta, 2.0 * i / head);
                if (wavelength < length / high) return 1f;
                if (wavelength > length) return (float)factor;
                double smooth = ((length / wavelength) - 1) / (high - 1);
                return (float)(1 / (((1 - smooth) / factor) + smooth));
            }),
        ];
        GgufBytes file = GgufModels.Of("llama").Key("llama.attention.key_length", (uint)head).With("llama.rope.freq_base", theta);
        RopeConfig rope = Config(WithFactors(file, factors)).Layers[0].Rope!;
        Assert.Equal((RopeScalingKind.Llama3, factor, 1.0), (rope.Scaling, rope.Factor, rope.LowFrequencyFactor));
        Assert.Equal((high, length), (rope.HighFrequencyFactor, rope.OriginalMaxPositions));

        factors[head / 4] *= 1.01f;
        GgufBytes other = GgufModels.Of("llama").Key("llama.attention.key_length", (uint)head).With("llama.rope.freq_base", theta);
        rope = Config(WithFactors(other, factors)).Layers[0].Rope!;
        Assert.Equal((RopeScalingKind.Divided, 1.0), (rope.Scaling, rope.AttentionFactor));
        Assert.Equal(factors.Select(f => (double)f), rope.Divisors);
    }

    [Fact]
    public void Factors_of_one_scale_nothing()
    {
        RopeConfig rope = Config(WithFactors(GgufModels.Of("llama"), [.. Enumerable.Repeat(1f, 8)])).Layers[0].Rope!;
        Assert.Equal(RopeScalingKind.None, rope.Scaling);
        Says(() => Config(WithFactors(GgufModels.Of("llama"), [1, 1])), "'rope_freqs.weight'", "8 values of F32");
    }

    [Fact]
    public void Phis_long_factors_are_passed_on()
    {
        GgufBytes With(float[] far, float[] near) => WithFactors(
            WithFactors(
                GgufModels.Of("phi3").Key("phi3.rope.scaling.original_context_length", 64u), far, "rope_factors_long.weight"),
            near, "rope_factors_short.weight");
        float[] ones = [.. Enumerable.Repeat(1f, 8)], more = [.. Enumerable.Range(1, 8).Select(i => i * 1.5f)];
        JsonObject config = Json(With(more, ones));
        Assert.Equal(64, (int?)config["original_max_position_embeddings"]);
        Assert.Equal("longrope", (string?)config["rope_scaling"]!["rope_type"]);
        Assert.Equal(more, config["rope_scaling"]!["long_factor"].Deserialize<float[]>());
        Says(() => Config(With(more, ones)), "long_factor", "short_factor");
        Assert.Equal(1, Config(With(more, more)).Layers[0].Rope!.AttentionFactor);
        RopeConfig rope = Config(With(more, more).Key("phi3.rope.scaling.attn_factor", 1.19f)).Layers[0].Rope!;
        Assert.Equal((RopeScalingKind.Divided, 1.19), (rope.Scaling, rope.AttentionFactor));
        Assert.Equal(more.Select(f => (double)f), rope.Divisors);
    }

    [Fact]
    public void Sizes_a_layer_must_be_alike()
    {
        GgufBytes alike = GgufModels.Of("llama").With("llama.attention.head_count", new[] { 2, 2 });
        Assert.Equal(2, Config(alike).HeadCount);
        Says(
            () => Config(GgufModels.Of("llama").With("llama.feed_forward_length", new[] { 64, 32 })),
            "'llama.feed_forward_length'", "the same number", "64, 32");
    }

    [Theory]
    [InlineData("mamba", "general.architecture", "'mamba'")]
    [InlineData("clip", "general.architecture", "'clip'")]
    [InlineData("bert", "general.architecture", "'bert'")]
    public void Other_architectures_are_refused(string name, params string[] words) =>
        Says(() => Json(new GgufBytes().Key("general.architecture", name)), [.. words, "model.gguf", "qwen3moe"]);

    [Fact]
    public void What_is_no_language_model_is_refused()
    {
        Says(() => Json(GgufModels.Of("llama").With("general.type", "mmproj")), "'general.type'", "'model'", "'mmproj'");
        Says(() => Json(new GgufBytes()), "'general.architecture'", "found nothing");
        Says(() => Json(GgufModels.Of("qwen2").Key("qwen2.attention.causal", false)), "'qwen2.attention.causal'", "found false");
        Says(() => Json(GgufModels.Of("qwen3").Key("qwen3.pooling_type", 3u)), "'qwen3.pooling_type'", "not known");
        Says(() => Json(GgufModels.Of("granite").Key("granite.rope.scaling.finetuned", false)), "finetuned", "found false");
    }

    [Theory]
    [InlineData("block_count")]
    [InlineData("context_length")]
    [InlineData("embedding_length")]
    [InlineData("feed_forward_length")]
    [InlineData("attention.head_count")]
    [InlineData("attention.layer_norm_rms_epsilon")]
    public void A_missing_key_is_told(string key) =>
        Says(() => Json(GgufModels.Of("llama").Without($"llama.{key}")), "model.gguf", $"key 'llama.{key}'", "found nothing");

    [Fact]
    public void What_would_change_the_numbers_is_refused()
    {
        Says(() => Json(GgufModels.Of("llama").Key("llama.rope.dimension_count", 8u)), "dimension_count", "expected 16", "found 8");
        Says(() => Json(GgufModels.Of("llama").Key("llama.attention.value_length", 8u)), "value_length", "expected 16", "found 8");
        Says(() => Json(GgufModels.Of("qwen2").Key("qwen2.rope.dimension_sections", new[] { 4, 4 })), "dimension_sections", "not known");
        Says(() => Json(GgufModels.Of("olmo2").Key("olmo2.attention.sliding_window", 64u)), "sliding_window", "not known");
        Says(() => Json(GgufModels.Of("llama").Key("llama.rope.scaling.type", "su")), "rope.scaling.type", "'su'");
        Says(() => Json(GgufModels.Of("llama").Key("llama.rope.scaling.attn_factor", 2f)), "attn_factor", "found 2");
        Says(() => Json(GgufModels.Of("llama").With("llama.embedding_length", 33u)), "key_length", "33");
        Says(() => Json(GgufModels.Of("llama").With("llama.block_count", 0u)), "'llama.block_count'", "found 0");
        Says(() => Json(GgufModels.Of("gemma3").With("gemma3.block_count", 2147483647u)), "'gemma3.block_count'", "to 4096");
        string[] many = [.. Enumerable.Range(0, 301).Select(i => $"t{i}")];
        Says(
            () => Json(GgufModels.Of("llama").With("tokenizer.ggml.tokens", many).Without("tokenizer.ggml.token_type")),
            "'token_embd.weight'", "301 tokens", "300 rows");
    }

    [Fact]
    public void All_that_ends_a_turn_is_listed()
    {
        string[] tokens = ["a", "<|endoftext|>", "<|eot_id|>", "</s>", "<|eom_id|>", "x", "y", "</s >", "<|im_start|>"];
        int[] kinds = [1, 3, 1, 1, 3, 3, 3, 3, 3];
        GgufBytes file = GgufModels.Of("llama").With("tokenizer.ggml.tokens", tokens).With("tokenizer.ggml.token_type", kinds)
            .With("tokenizer.ggml.eos_token_id", 6u).Key("tokenizer.ggml.eot_token_id", 5u)
            .Key("tokenizer.ggml.padding_token_id", uint.MaxValue).Key("tokenizer.ggml.bos_token_id", 0u);
        JsonObject config = Json(file);
        Assert.Equal("[6,1,2,4,5]", config["eos_token_id"]!.ToJsonString());
        Assert.Equal(0, (int?)config["bos_token_id"]);
        Assert.Null(config["pad_token_id"]);
        Assert.Equal("[6,1,2,4,5]", Json(file, "generation_config.json")["eos_token_id"]!.ToJsonString());
        Says(() => Json(file.With("tokenizer.ggml.eos_token_id", 9u)), "eos_token_id", "below 9", "found 9");
    }

    [Fact]
    public void Harmonys_end_of_a_message_ends_no_turn()
    {
        GgufBytes file = GgufModels.Of("llama").With("tokenizer.ggml.tokens", new[] { "<|return|>", "<|call|>", "<|end|>" })
            .With("tokenizer.ggml.token_type", new[] { 3, 3, 3 }).With("tokenizer.ggml.eos_token_id", 0u);
        Assert.Equal("[0,1]", Json(file)["eos_token_id"]!.ToJsonString());
    }

    [SharedFact("gguf/tiny")]
    public void Tiny_models_have_the_families_that_they_state()
    {
        foreach (string path in Directory.EnumerateFiles(Path.Combine(Places.Shared, "gguf", "tiny"), "*.gguf"))
        {
            using JsonDocument expected = JsonDocument.Parse(File.ReadAllBytes(Path.ChangeExtension(path, ".json")));
            GgufFolder folder = GgufFolder.Open(path);
            JsonObject json = JsonNode.Parse(folder.Read("config.json")!)!.AsObject();
            string type = expected.RootElement.GetProperty("model_type").GetString()!;
            Assert.Equal(type, (string?)json["model_type"]);
            ModelConfig config = ModelConfigReader.Parse(folder.Read("config.json"));
            Assert.Equal(expected.RootElement.GetProperty("tied").GetBoolean(), config.TiedEmbeddings);
            Assert.Equal(512, config.VocabularySize);
        }
    }

    private static GgufBytes WithFactors(GgufBytes file, float[] factors, string name = "rope_freqs.weight")
    {
        byte[] bytes = new byte[4 * factors.Length];
        Buffer.BlockCopy(factors, 0, bytes, 0, bytes.Length);
        return file.Tensor(name, [factors.Length], 0, bytes);
    }

    private ModelConfig Config(GgufBytes file)
    {
        GgufFolder folder = Open(file);
        return ModelConfigReader.Parse(folder.Read("config.json"));
    }

    private JsonObject Json(GgufBytes file, string name = "config.json") =>
        JsonNode.Parse(Open(file).Read(name)!)!.AsObject();

    private GgufFolder Open(GgufBytes file)
    {
        File.WriteAllBytes(_folder["model.gguf"], file.ToArray());
        return GgufFolder.Open(_folder["model.gguf"]);
    }

    private static void Says(Action act, params string[] words)
    {
        string message = Assert.Throws<InputException>(act).Message;
        Assert.All(words, word => Assert.Contains(word, message, StringComparison.Ordinal));
    }
}
