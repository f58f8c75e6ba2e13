using Innate.Layers;
using System.Text;
using System.Text.Json.Nodes;
using Innate.Compute;
using Innate.Models;
using Innate.Tests.Support;

namespace Innate.Tests.Models;

public class ModelConfigReaderTests
{
    private const string Sizes =
        "\"vocab_size\":288,\"hidden_size\":64,\"intermediate_size\":112,\"num_hidden_layers\":6,\"num_attention_heads\":4";

    private static readonly string[] Names =
        [.. Directory.GetDirectories(Path.Combine(Places.Fixtures, "models")).Select(d => Path.GetFileName(d)!).Order()];

    public static TheoryData<string> Fixtures => new(Names);

    [Theory]
    [MemberData(nameof(Fixtures))]
    public void EveryParityConfigParses(string name)
    {
        ModelConfig config = ModelConfigReader.Read(Path.Combine(Places.Fixtures, "models", name));
        Assert.Equal(288, config.VocabularySize);
        Assert.Equal(64, config.HiddenSize);
        Assert.Equal(112, config.IntermediateSize);
        Assert.Equal(4, config.HeadCount);
        Assert.Equal(name == "llama-mha-tied" ? 4 : 2, config.KeyValueHeadCount);
        Assert.Equal(512, config.MaxPositions);
        Assert.Equal(1e-6f, config.RmsNormEpsilon);
        Assert.Equal(1, config.BeginningOfSequenceId);
        Assert.Equal([2], config.EndOfSequenceIds);
        Assert.Equal(name == "qwen3-reward", config.IsClassifier);
        Assert.Equal(
            name.EndsWith("bf16", StringComparison.Ordinal) ? ElementType.BFloat16 : ElementType.Float32,
            config.StatedElementType);
    }

    [SharedFact("models/stories260k/config.json")]
    public void Stories260kParses()
    {
        ModelConfig config = ModelConfigReader.Read(Path.Combine(Places.Shared, "models", "stories260k"));
        Assert.Equal(
            (ModelFamily.Llama, 5, 8, 4, 8, true),
            (config.Family, config.LayerCount, config.HeadCount, config.KeyValueHeadCount, config.HeadDimension,
                config.TiedEmbeddings));
        Assert.Equal(1e-5f, config.RmsNormEpsilon);
    }

    [Fact]
    public void LlamaDefaults()
    {
        ModelConfig c = Parse("llama");
        Assert.Equal(
            (4, 16, 2048, 1e-6f, 1f), (c.KeyValueHeadCount, c.HeadDimension, c.MaxPositions, c.RmsNormEpsilon, c.EmbeddingScale));
        Assert.Equal(
            (false, false, false, false, false),
            (c.TiedEmbeddings, c.QueryKeyValueBias, c.OutputBias, c.MlpBias, c.FusedProjections));
        Assert.Equal(
            (Activation.Silu, NormPlacement.Before, QueryKeyNorm.None, 0.25f),
            (c.Activation, c.NormPlacement, c.QueryKeyNorm, c.AttentionScale));
        Assert.All(c.Layers, l => Assert.Equal(new LayerAttention(null, new RopeConfig { Theta = 10_000 }), l));
        Assert.Null(c.BeginningOfSequenceId);
        Assert.Empty(c.EndOfSequenceIds);
        Assert.Null(c.StatedElementType);
    }

    [Fact]
    public void MistralDefaultsHaveAWindowUnlessNull()
    {
        ModelConfig c = Parse("mistral", "num_attention_heads:16");
        Assert.Equal(8, c.KeyValueHeadCount);
        Assert.All(c.Layers, l => Assert.Equal(4096, l.Window));
        Assert.All(
            Parse("mistral", "num_key_value_heads:4,sliding_window:null,head_dim:null").Layers, l => Assert.Null(l.Window));
    }

    [Fact]
    public void QwenWindowsNeedToBeSwitchedOn()
    {
        Assert.All(
            Parse("qwen2", "num_key_value_heads:2,sliding_window:8,max_window_layers:1").Layers, l => Assert.Null(l.Window));
        ModelConfig on = Parse("qwen2", "num_key_value_heads:2,sliding_window:8,max_window_layers:2,use_sliding_window:true");
        Assert.Equal([null, null, 8, 8, 8, 8], on.Layers.Select(l => l.Window));
        Assert.True(on.QueryKeyValueBias);
        Assert.False(on.OutputBias);
    }

    [Fact]
    public void Qwen3HasItsOwnHeadWidthAndNorms()
    {
        ModelConfig c = Parse("qwen3", "num_key_value_heads:2,attention_bias:true");
        Assert.Equal(
            (128, QueryKeyNorm.PerHead, true, true), (c.HeadDimension, c.QueryKeyNorm, c.QueryKeyValueBias, c.OutputBias));
    }

    [Fact]
    public void Olmo2NormalisesAfter()
    {
        ModelConfig c = Parse("olmo2");
        Assert.Equal((NormPlacement.After, QueryKeyNorm.AllHeads, 1e-5f), (c.NormPlacement, c.QueryKeyNorm, c.RmsNormEpsilon));
    }

    [Fact]
    public void Phi3IsFusedAndWindowedWhereStated()
    {
        ModelConfig c = Parse("phi3");
        Assert.Equal((true, 1e-5f, 4096), (c.FusedProjections, c.RmsNormEpsilon, c.MaxPositions));
        Assert.All(c.Layers, l => Assert.Null(l.Window));
        Assert.All(Parse("phi3", "sliding_window:16").Layers, l => Assert.Equal(16, l.Window));
    }

    [Fact]
    public void Gemma2Defaults()
    {
        ModelConfig c = Parse("gemma2", "hidden_act:'relu'");
        Assert.Equal(
            (4, 256, 8f, 1f, 50f, 30f, 1f / 16),
            (c.KeyValueHeadCount, c.HeadDimension, c.EmbeddingScale, c.RmsNormWeightOffset, c.AttentionSoftCap, c.LogitSoftCap,
                c.AttentionScale));
        Assert.Equal((Activation.GeluTanh, NormPlacement.Sandwich, true), (c.Activation, c.NormPlacement, c.TiedEmbeddings));
        Assert.Equal([4096, null, 4096, null, 4096, null], c.Layers.Select(l => l.Window));
        ModelConfig none = Parse("gemma2", "attn_logit_softcapping:null,final_logit_softcapping:null,query_pre_attn_scalar:64");
        Assert.Equal((null, null, 0.125f), (none.AttentionSoftCap, none.LogitSoftCap, none.AttentionScale));
    }

    [Fact]
    public void Gemma3HasTwoRopes()
    {
        ModelConfig c = Parse("gemma3_text", "rope_scaling:{'rope_type':'linear','factor':8},sliding_window:8");
        LayerAttention local = new(8, new RopeConfig { Theta = 10_000 });
        LayerAttention global = new(null, new RopeConfig { Theta = 1e6, Scaling = RopeScalingKind.Linear, Factor = 8 });
        Assert.Equal([local, local, local, local, local, global], c.Layers);
        Assert.Equal((null, null, QueryKeyNorm.PerHead), (c.AttentionSoftCap, c.LogitSoftCap, c.QueryKeyNorm));
        ModelConfig v5 = Parse(
            "gemma3_text",
            "sliding_window:8,rope_parameters:{'full_attention':{'rope_type':'linear','factor':8,'rope_theta':1000000},'sliding_attention':{'rope_type':'default','rope_theta':10000}}");
        Assert.Equal(c.Layers, v5.Layers);
        Assert.Equal(
            [8, 8, null, 8, 8, null],
            Parse("gemma3_text", "sliding_window:8,sliding_window_pattern:3").Layers.Select(l => l.Window));
    }

    [Theory]
    [InlineData("qwen2")]
    [InlineData("qwen3")]
    [InlineData("gemma2")]
    [InlineData("gemma3_text")]
    public void LayerTypesOverride(string type)
    {
        ModelConfig c = Parse(
            type,
            "num_key_value_heads:2,use_sliding_window:" + (type[0] == 'q' ? "true" : "false")
                + ",sliding_window:8,layer_types:['full_attention','sliding_attention','sliding_attention','full_attention','full_attention','sliding_attention']");
        Assert.Equal([null, 8, 8, null, null, 8], c.Layers.Select(l => l.Window));
    }

    [Fact]
    public void YarnReadsItsParameters()
    {
        RopeConfig r = Rope(
            "'rope_type':'yarn','factor':4,'original_max_position_embeddings':32,'beta_fast':16,'beta_slow':2,'truncate':false");
        Assert.Equal(
            (RopeScalingKind.Yarn, 4, 32, 16, 2, false),
            (r.Scaling, r.Factor, r.OriginalMaxPositions, r.BetaFast, r.BetaSlow, r.Truncate));
        Assert.Equal(0.1 * Math.Log(4) + 1, r.AttentionFactor, 12);
        Assert.Equal(2048, Rope("'type':'yarn','factor':4").OriginalMaxPositions);
        Assert.Equal(1.5, Rope("'type':'yarn','factor':4,'attention_factor':1.5").AttentionFactor);
        Assert.Equal(
            (0.2 * Math.Log(4) + 1) / (0.05 * Math.Log(4) + 1),
            Rope("'type':'yarn','factor':4,'mscale':2,'mscale_all_dim':0.5").AttentionFactor, 12);
        Assert.Equal(0.1 * Math.Log(4) + 1, Rope("'type':'yarn','factor':4,'mscale':2,'mscale_all_dim':0").AttentionFactor, 12);
    }

    [Fact]
    public void Llama3RopeReadsItsParameters()
    {
        RopeConfig r = Rope(
            "'rope_type':'llama3','factor':8,'low_freq_factor':2,'high_freq_factor':3,'original_max_position_embeddings':32");
        Assert.Equal(
            (RopeScalingKind.Llama3, 8, 2, 3, 32),
            (r.Scaling, r.Factor, r.LowFrequencyFactor, r.HighFrequencyFactor, r.OriginalMaxPositions));
    }

    [Fact]
    public void RopeParametersSayTheSameAsTheOlderKeys() =>
        Assert.Equal(
            Parse("llama", "rope_theta:500000,rope_scaling:{'type':'linear','factor':2}").Layers,
            Parse("llama", "rope_parameters:{'rope_theta':500000,'rope_type':'linear','factor':2}").Layers);

    // Each mapped key, with a value that must not leave the config as it was.
    [Theory]
    [InlineData("llama", "vocab_size:300")]
    [InlineData("llama", "hidden_size:128")]
    [InlineData("llama", "intermediate_size:96")]
    [InlineData("llama", "num_hidden_layers:2")]
    [InlineData("llama", "num_attention_heads:8")]
    [InlineData("llama", "num_key_value_heads:2")]
    [InlineData("llama", "head_dim:32")]
    [InlineData("llama", "max_position_embeddings:77")]
    [InlineData("llama", "rms_norm_eps:0.001")]
    [InlineData("llama", "hidden_act:'gelu_pytorch_tanh'")]
    [InlineData("llama", "attention_bias:true")]
    [InlineData("llama", "mlp_bias:true")]
    [InlineData("llama", "tie_word_embeddings:true")]
    [InlineData("llama", "rope_theta:500000")]
    [InlineData("llama", "rope_scaling:{'type':'linear','factor':2}")]
    [InlineData("llama", "rope_parameters:{'rope_theta':7}")]
    [InlineData("llama", "torch_dtype:'bfloat16'")]
    [InlineData("llama", "dtype:'float16'")]
    [InlineData("llama", "bos_token_id:5")]
    [InlineData("llama", "eos_token_id:[5,6]")]
    [InlineData("llama", "architectures:['LlamaForSequenceClassification'],num_labels:1")]
    [InlineData("gemma2", "hidden_activation:'silu'")]
    [InlineData("gemma2", "query_pre_attn_scalar:9")]
    [InlineData("gemma2", "attn_logit_softcapping:9")]
    [InlineData("gemma2", "final_logit_softcapping:9")]
    [InlineData("gemma2", "sliding_window:9")]
    [InlineData("gemma2", "tie_word_embeddings:false")]
    [InlineData("gemma3_text", "rope_local_base_freq:9")]
    [InlineData("gemma3_text", "sliding_window_pattern:2")]
    [InlineData("gemma3_text", "_sliding_window_pattern:2")]
    public void EachMappedKeyChangesAProperty(string type, string extra) =>
        Assert.NotEqual(Text(Parse(type)), Text(Parse(type, extra)));

    [Theory]
    [InlineData(
        "_name_or_path:'x',transformers_version:'4.51',use_cache:true,initializer_range:0.5,unk_token_id:0,_model_name_or_path:'x.gguf',pretraining_tp:1")]
    [InlineData("attention_dropout:0.5,embd_pdrop:1,resid_pdrop:1,hidden_dropout:0.2,quantization_config:null,auto_map:{}")]
    [InlineData(
        "sliding_window:null,use_sliding_window:false,is_encoder_decoder:false,partial_rotary_factor:1.0,id2label:{'0':'a'},label2id:{}")]
    public void KeysWithoutEffectLeaveTheConfigAsItWas(string extra) =>
        Assert.Equal(Text(Parse("llama")), Text(Parse("llama", extra)));

    [Theory]
    [InlineData("llama", "foo:1", "'foo' is not known to Innate")]
    [InlineData("llama", "quantization_config:{'bits':4}", "'quantization_config'")]
    [InlineData("llama", "pretraining_tp:2", "'pretraining_tp'")]
    [InlineData("llama", "sliding_window:8", "'sliding_window'")]
    [InlineData("llama", "hidden_size:'64'", "'hidden_size'")]
    [InlineData("llama", "hidden_size:-64", "'hidden_size'")]
    [InlineData("llama", "hidden_size:66", "'hidden_size'")]
    [InlineData("llama", "hidden_size:99999999999999", "'hidden_size'")]
    [InlineData("llama", "hidden_size:null", "'hidden_size'")]
    [InlineData("llama", "num_hidden_layers:1000000", "'num_hidden_layers'")]
    [InlineData("llama", "num_key_value_heads:3", "'num_key_value_heads'")]
    [InlineData("llama", "head_dim:15", "'head_dim'")]
    [InlineData("llama", "head_dim:4000000", "'num_attention_heads'")]
    [InlineData("llama", "hidden_act:'relu'", "'hidden_act'")]
    [InlineData("llama", "rms_norm_eps:0", "'rms_norm_eps'")]
    [InlineData("llama", "attention_bias:1", "'attention_bias'")]
    [InlineData("llama", "eos_token_id:'x'", "'eos_token_id'")]
    [InlineData("llama", "eos_token_id:[1,'x']", "'eos_token_id'")]
    [InlineData("llama", "architectures:['LlamaModel']", "'architectures'")]
    [InlineData("llama", "architectures:['LlamaForSequenceClassification']", "'num_labels'")]
    [InlineData("llama", "architectures:['LlamaForSequenceClassification'],id2label:{'0':'a','1':'b'}", "'id2label'")]
    [InlineData("llama", "rope_scaling:{'type':'dynamic','factor':2}", "'dynamic' is not supported")]
    [InlineData("llama", "rope_scaling:{'rope_type':'dynamic'}", "'dynamic' is not supported")]
    [InlineData("llama", "rope_scaling:{'rope_type':'longrope'}", "short_factor'")]
    [InlineData("llama", "rope_scaling:{'rope_type':'longrope','short_factor':[1],'long_factor':[2]}", "long_factor'")]
    [InlineData("llama", "rope_scaling:{'rope_type':'longrope','short_factor':[2],'long_factor':[2],'attention_factor':1}", "pair")]
    [InlineData("llama", "rope_scaling:{'factor':2}", "'rope_scaling.rope_type'")]
    [InlineData("llama", "rope_scaling:{'type':'linear'}", "'rope_scaling.factor'")]
    [InlineData("llama", "rope_scaling:{'type':'linear','factor':2,'bar':1}", "'rope_scaling.bar'")]
    [InlineData("llama", "rope_scaling:{'type':'llama3','factor':2}", "'rope_scaling.low_freq_factor'")]
    [InlineData("llama", "rope_theta:3,rope_parameters:{'rope_theta':4}", "'rope_theta'")]
    [InlineData("llama", "layer_types:['full_attention']", "'layer_types'")]
    [InlineData("llama", "partial_rotary_factor:0.5", "'partial_rotary_factor'")]
    [InlineData("phi3", "rope_scaling:{'type':'su'}", "'su' is not supported")]
    [InlineData("phi3", "rope_scaling:{'type':'yarn','factor':2}", "'yarn' is not supported")]
    [InlineData("phi3", "partial_rotary_factor:0.75", "'partial_rotary_factor'")]
    [InlineData("mistral", "num_key_value_heads:2,attention_bias:true", "'attention_bias'")]
    [InlineData("gemma2", "sliding_window:null", "'sliding_window'")]
    [InlineData("gemma2", "use_bidirectional_attention:true", "'use_bidirectional_attention'")]
    [InlineData("gemma3_text", "rope_parameters:{'rope_theta':4}", "'rope_parameters'")]
    [InlineData("gemma3", "text_config:{}", "multimodal")]
    [InlineData("gpt2", "", "'model_type'")]
    public void RefusesByName(string type, string extra, string part)
    {
        string message = Assert.Throws<InputException>(() => Parse(type, extra)).Message;
        Assert.Contains("config.json", message, StringComparison.Ordinal);
        Assert.Contains(part, message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{")]
    [InlineData("{\"model_type\":\"llama\",\"model_type\":\"llama\"}")]
    [InlineData("{\"model_type\":\"\\ud800\"}")]
    public void RefusesMalformedFiles(string json) =>
        Assert.StartsWith(
            "config.json: ",
            Assert.Throws<InputException>(() => ModelConfigReader.Parse(Encoding.UTF8.GetBytes(json))).Message,
            StringComparison.Ordinal);

    [Fact]
    public void AFolderWithoutConfigIsNamed() =>
        Assert.Contains(
            "config.json", Assert.Throws<InputException>(() => ModelConfigReader.Read(Places.Fixtures)).Message,
            StringComparison.Ordinal);

    [Fact]
    public void DamagedConfigsNeverEscapeAsAnotherException()
    {
        Random random = new(7);
        byte[][] seeds = [.. Names.Select(name => Path.Combine(Places.Fixtures, "models", name))
            .Concat(ToyModel.Later.Select(name => ToyModel.Of(name).Folder))
            .Select(folder => File.ReadAllBytes(Path.Combine(folder, "config.json")))];
        string[] values =
        [
            "null", "-1", "0", "1e999", "[]", "{}", "\"x\"", "true", "9223372036854775808", "[[[]]]", "\"\\ud800\"",
        ];
        for (int i = 0; i < 4000; i++)
        {
            byte[] json = [.. seeds[random.Next(seeds.Length)]];
            if (i % 2 == 0)
            {
                for (int n = random.Next(1, 5); n > 0; n--) json[random.Next(json.Length)] = (byte)random.Next(256);
            }
            else
            {
                JsonObject root = JsonNode.Parse(json)!.AsObject();
                string key = root.Select(p => p.Key).ElementAt(random.Next(root.Count));
                string marker = "\"@@\"";
                root[key] = "@@";
                json = Encoding.UTF8.GetBytes(root.ToJsonString()
                    .Replace(marker, values[random.Next(values.Length)], StringComparison.Ordinal));
            }

            try
            {
                ModelConfigReader.Parse(json);
            }
            catch (InputException)
            {
                // The only exception allowed.
            }
        }
    }

    private static RopeConfig Rope(string scaling) => Parse("llama", $"rope_scaling:{{{scaling}}}").Layers[0].Rope!;

    private static string Text(ModelConfig c) =>
        $"{c with { Layers = [], EndOfSequenceIds = [] }} {string.Join(" ", c.Layers)} {string.Join(" ", c.EndOfSequenceIds)}";

    /// <summary>A config with the sizes above; extras are written with bare outer keys and single quotes.</summary>
    private static ModelConfig Parse(string type, string extra = "")
    {
        JsonObject root = JsonNode.Parse($"{{\"model_type\":\"{type}\",{Sizes}}}")!.AsObject();
        string quoted = System.Text.RegularExpressions.Regex.Replace(extra.Replace('\'', '"'), "(^|,)([a-z_0-9]+):", "$1\"$2\":");
        foreach (var (key, value) in JsonNode.Parse($"{{{quoted}}}")!.AsObject()) root[key] = value?.DeepClone();
        return ModelConfigReader.Parse(Encoding.UTF8.GetBytes(root.ToJsonString()));
    }
}
