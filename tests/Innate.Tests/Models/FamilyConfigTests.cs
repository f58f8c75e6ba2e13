using System.Text;
using System.Text.Json.Nodes;
using Innate.Compute;
using Innate.Layers;
using Innate.Models;

namespace Innate.Tests.Models;

/// <summary>config.json of the families that came later, key by key, with what transformers assumes where a key is absent.</summary>
public sealed class FamilyConfigTests
{
    private static readonly RopeConfig Two = new() { Theta = 2_000_000 };

    [Fact]
    public void Every_fourth_layer_of_smollm3_has_no_rotary_embedding_unless_the_config_says_otherwise()
    {
        ModelConfig c = Parse("smollm3");
        Assert.Equal(
            (4, 16, 32_768, 1e-6f, true, false, false),
            (c.KeyValueHeadCount, c.HeadDimension, c.MaxPositions, c.RmsNormEpsilon, c.TiedEmbeddings, c.QueryKeyValueBias,
                c.MlpBias));
        Assert.Equal([Two, Two, Two, null, Two, Two], c.Layers.Select(l => l.Rope));
        Assert.All(c.Layers, l => Assert.Null(l.Window));
        Assert.Equal([Two, null, Two, null, Two, null], Parse("smollm3", "'no_rope_layer_interval':2").Layers.Select(l => l.Rope));
        Assert.Equal(
            [null, Two, Two, Two, null, null],
            Parse("smollm3", "'no_rope_layer_interval':2,'no_rope_layers':[0,1,1,1,0,0,1]").Layers.Select(l => l.Rope));
        Assert.Equal((true, true), (Parse("smollm3", "'mlp_bias':true").MlpBias,
            Parse("smollm3", "'attention_bias':true").OutputBias));
    }

    [Fact]
    public void Smollm3_has_windows_where_layer_types_say_or_else_where_there_is_no_rotary_embedding()
    {
        Assert.All(Parse("smollm3", "'sliding_window':8").Layers, l => Assert.Null(l.Window));
        Assert.Equal(
            [null, null, null, 8, null, null],
            Parse("smollm3", "'sliding_window':8,'use_sliding_window':true").Layers.Select(l => l.Window));
        ModelConfig stated = Parse(
            "smollm3",
            "'sliding_window':8,'layer_types':['full_attention','sliding_attention','full_attention','full_attention','full_attention','sliding_attention']");
        Assert.Equal([null, 8, null, null, null, 8], stated.Layers.Select(l => l.Window));
        Assert.Equal([Two, Two, Two, null, Two, Two], stated.Layers.Select(l => l.Rope));
    }

    [Fact]
    public void Granites_multipliers_are_one_where_the_config_is_silent()
    {
        ModelConfig plain = Parse("granite");
        Assert.Equal(
            (1f, 1f, 1f, 1f, 4, 2048, false),
            (plain.EmbeddingScale, plain.AttentionScale, plain.ResidualScale, plain.LogitScale, plain.KeyValueHeadCount,
                plain.MaxPositions, plain.TiedEmbeddings));
        ModelConfig c = Parse(
            "granite",
            "'embedding_multiplier':12,'attention_multiplier':0.015625,'residual_multiplier':0.22,'logits_scaling':16");
        Assert.Equal((12f, 0.015625f, 0.22f, 0.0625f), (c.EmbeddingScale, c.AttentionScale, c.ResidualScale, c.LogitScale));
    }

    [Fact]
    public void Every_layer_of_mixtral_has_experts_and_a_window_only_where_stated()
    {
        ModelConfig c = Parse("mixtral", "'num_attention_heads':8");
        Assert.Equal(
            (8, 8, 131_072, 1e-5f, false, QueryKeyNorm.None),
            (c.KeyValueHeadCount, c.HeadDimension, c.MaxPositions, c.RmsNormEpsilon, c.TiedEmbeddings, c.QueryKeyNorm));
        Assert.Equal(
            (8, 2, 112, ExpertWeighting.SoftmaxOverChosen, false, null),
            (c.Experts!.Count, c.Experts.PerToken, c.Experts.IntermediateSize, c.Experts.Weighting, c.Experts.HasBias,
                c.Experts.Clamped));
        Assert.All(c.Experts.Layers, Assert.True);
        Assert.All(c.Layers, l => Assert.Equal(new LayerAttention(null, new RopeConfig { Theta = 1_000_000 }), l));
        ModelConfig other = Parse(
            "mixtral", "'sliding_window':16,'num_experts':4,'num_experts_per_tok':1,'num_key_value_heads':2,'head_dim':null");
        Assert.All(other.Layers, l => Assert.Equal(16, l.Window));
        Assert.Equal((4, 1), (other.Experts!.Count, other.Experts.PerToken));
    }

    [Fact]
    public void Layers_of_qwen3_moe_are_dense_where_the_list_or_the_step_says()
    {
        ModelConfig c = Parse("qwen3_moe");
        Assert.Equal(
            (4, 16, 32_768, 1e-6f, false, QueryKeyNorm.PerHead, false),
            (c.KeyValueHeadCount, c.HeadDimension, c.MaxPositions, c.RmsNormEpsilon, c.TiedEmbeddings, c.QueryKeyNorm,
                c.QueryKeyValueBias));
        Assert.Equal(
            (128, 8, 768, ExpertWeighting.SoftmaxOverAll),
            (c.Experts!.Count, c.Experts.PerToken, c.Experts.IntermediateSize, c.Experts.Weighting));
        Assert.All(c.Experts.Layers, Assert.True);
        Assert.All(c.Layers, l => Assert.Null(l.Window));
        Assert.Equal(
            [false, true, false, false, false, true],
            Parse("qwen3_moe", "'decoder_sparse_step':2,'mlp_only_layers':[3,9]").Experts!.Layers);
        Assert.Equal(ExpertWeighting.SoftmaxOverChosen, Parse("qwen3_moe", "'norm_topk_prob':true").Experts!.Weighting);
        Assert.Null(Parse("qwen3_moe", "'num_experts':0").Experts);
        Assert.Null(Parse("qwen3_moe", "'mlp_only_layers':[0,1,2,3,4,5]").Experts);
        ModelConfig windowed = Parse("qwen3_moe", "'use_sliding_window':true,'sliding_window':8,'max_window_layers':3,'head_dim':32");
        Assert.All(windowed.Layers, l => Assert.Equal(8, l.Window));
        Assert.Equal((32, 16), (windowed.HeadDimension, Parse("qwen3_moe", "'num_local_experts':16").Experts!.Count));
    }

    [Fact]
    public void Gpt_oss_has_sinks_biases_alternating_windows_and_its_own_stretch()
    {
        ModelConfig c = Parse("gpt_oss", "'num_attention_heads':8");
        Assert.Equal(
            (8, 64, 131_072, 1e-5f, false, true, true, true),
            (c.KeyValueHeadCount, c.HeadDimension, c.MaxPositions, c.RmsNormEpsilon, c.TiedEmbeddings, c.QueryKeyValueBias,
                c.OutputBias, c.HasAttentionSinks));
        Assert.Equal(
            (128, 4, 112, ExpertWeighting.SoftmaxOverChosen, true, new ClampedSwiGlu(1.702f, 7)),
            (c.Experts!.Count, c.Experts.PerToken, c.Experts.IntermediateSize, c.Experts.Weighting, c.Experts.HasBias,
                c.Experts.Clamped));
        Assert.Equal([128, null, 128, null, 128, null], c.Layers.Select(l => l.Window));
        RopeConfig rope = c.Layers[0].Rope!;
        Assert.Equal(
            (150_000, RopeScalingKind.Yarn, 32, 4096, 32, 1, false),
            (rope.Theta, rope.Scaling, rope.Factor, rope.OriginalMaxPositions, rope.BetaFast, rope.BetaSlow, rope.Truncate));
        Assert.Equal((0.1 * Math.Log(32)) + 1, rope.AttentionFactor, 12);
        Assert.Equal(
            c.Layers,
            Parse(
                "gpt_oss",
                "'num_attention_heads':8,'rope_theta':150000,'rope_scaling':{'beta_fast':32.0,'beta_slow':1.0,'factor':32.0,'original_max_position_embeddings':4096,'rope_type':'yarn','truncate':false}")
                .Layers);
        Assert.Equal(c.Layers, Parse("gpt_oss", "'num_attention_heads':8,'rope_scaling':null,'rope_parameters':null").Layers);

        ModelConfig other = Parse(
            "gpt_oss",
            "'num_key_value_heads':2,'head_dim':null,'attention_bias':false,'swiglu_alpha':2,'swiglu_limit':3,'rope_parameters':{'rope_theta':7,'rope_type':'default'},'sliding_window':5,'layer_types':['full_attention','full_attention','sliding_attention','full_attention','full_attention','full_attention']");
        Assert.Equal([null, null, 5, null, null, null], other.Layers.Select(l => l.Window));
        Assert.All(other.Layers, l => Assert.Equal(new RopeConfig { Theta = 7 }, l.Rope));
        Assert.Equal(
            (16, false, false, new ClampedSwiGlu(2, 3)),
            (other.HeadDimension, other.QueryKeyValueBias, other.OutputBias, other.Experts!.Clamped));
    }

    [Fact]
    public void The_published_config_of_smollm3_reads_whole()
    {
        ModelConfig c = Parse(
            "smollm3",
            "'architectures':['SmolLM3ForCausalLM'],'attention_bias':false,'attention_dropout':0.0,'bos_token_id':null,'eos_token_id':128012,'hidden_act':'silu','initializer_range':0.02,'layer_types':['full_attention','full_attention','full_attention','full_attention','full_attention','full_attention'],'max_position_embeddings':65536,'max_window_layers':28,'mlp_bias':false,'no_rope_layer_interval':4,'no_rope_layers':[1,1,1,0,1,1],'num_key_value_heads':4,'pad_token_id':128004,'pretraining_tp':2,'rms_norm_eps':1e-06,'rope_scaling':null,'rope_theta':5000000.0,'sliding_window':null,'torch_dtype':'bfloat16','transformers_version':'4.54.0.dev0','use_cache':false,'use_sliding_window':false");
        Assert.Equal((65_536, 128_004, true), (c.MaxPositions, c.PaddingId, c.TiedEmbeddings));
        Assert.Equal([5_000_000, 5_000_000, 5_000_000, null, 5_000_000, 5_000_000], c.Layers.Select(l => l.Rope?.Theta));
    }

    [Fact]
    public void The_published_config_of_gpt_oss_reads_whole()
    {
        ModelConfig c = Parse(
            "gpt_oss",
            "'architectures':['GptOssForCausalLM'],'attention_bias':true,'attention_dropout':0.0,'eos_token_id':200002,'experts_per_token':4,'head_dim':64,'hidden_act':'silu','initial_context_length':4096,'initializer_range':0.02,'max_position_embeddings':131072,'num_experts_per_tok':4,'num_key_value_heads':2,'num_local_experts':32,'output_router_logits':false,'pad_token_id':199999,'quantization_config':{'modules_to_not_convert':['lm_head'],'quant_method':'mxfp4'},'rms_norm_eps':1e-05,'rope_theta':150000,'router_aux_loss_coef':0.9,'sliding_window':128,'swiglu_limit':7.0,'tie_word_embeddings':false,'transformers_version':'4.55.0.dev0','use_cache':true");
        Assert.Equal((32, 4, 199_999), (c.Experts!.Count, c.Experts.PerToken, c.PaddingId));
    }

    [Theory]
    [InlineData("smollm3")]
    [InlineData("granite")]
    [InlineData("mixtral")]
    [InlineData("qwen3_moe")]
    [InlineData("gpt_oss")]
    public void Both_spellings_of_rope_say_the_same(string family)
    {
        Assert.Equal(
            Parse(family, "'rope_theta':500000.0,'rope_scaling':{'rope_type':'yarn','factor':4.0,'original_max_position_embeddings':64}").Layers,
            Parse(family, "'rope_parameters':{'rope_theta':500000.0,'rope_type':'yarn','factor':4.0,'original_max_position_embeddings':64}").Layers);
        Assert.NotEqual(Parse(family).Layers, Parse(family, "'rope_theta':7").Layers);
    }

    [Theory]
    [InlineData("smollm3", "'no_rope_layers':[1,1]", "'no_rope_layers': expected at least 6 entries")]
    [InlineData("smollm3", "'no_rope_layers':[1,1,1,2,1,1]", "'no_rope_layers'")]
    [InlineData("smollm3", "'no_rope_layer_interval':0", "'no_rope_layer_interval'")]
    [InlineData("smollm3", "'layer_types':['full_attention']", "'layer_types'")]
    [InlineData("smollm3", "'layer_types':['sliding_attention','full_attention','full_attention','full_attention','full_attention','full_attention']", "'sliding_window'")]
    [InlineData("smollm3", "'embedding_multiplier':2", "'embedding_multiplier' is not known")]
    [InlineData("granite", "'sliding_window':8", "'sliding_window'")]
    [InlineData("granite", "'residual_multiplier':0", "'residual_multiplier'")]
    [InlineData("granite", "'logits_scaling':'8'", "'logits_scaling'")]
    [InlineData("granite", "'num_local_experts':8", "'num_local_experts' is not known")]
    [InlineData("llama", "'residual_multiplier':0.5", "'residual_multiplier' is not known")]
    [InlineData("mixtral", "'num_experts_per_tok':9", "'num_experts_per_tok': expected at most the 8 experts")]
    [InlineData("mixtral", "'num_local_experts':0", "'num_local_experts'")]
    [InlineData("mixtral", "'num_local_experts':4,'num_experts':8", "'num_experts': expected 4 as in 'num_local_experts'")]
    [InlineData("mixtral", "'num_local_experts':1000000", "'num_local_experts'")]
    [InlineData("mixtral", "'attention_bias':true", "'attention_bias'")]
    [InlineData("mixtral", "'norm_topk_prob':true", "'norm_topk_prob' is not known")]
    [InlineData("mixtral", "'quantization_config':{'quant_method':'mxfp4'}", "'quantization_config'")]
    [InlineData("qwen3_moe", "'num_experts':4", "'num_experts_per_tok'")]
    [InlineData("qwen3_moe", "'decoder_sparse_step':0", "'decoder_sparse_step'")]
    [InlineData("qwen3_moe", "'mlp_only_layers':[-1]", "'mlp_only_layers'")]
    [InlineData("qwen3_moe", "'mlp_only_layers':'all'", "'mlp_only_layers'")]
    [InlineData("qwen3_moe", "'norm_topk_prob':1", "'norm_topk_prob'")]
    [InlineData("qwen3_moe", "'shared_expert_intermediate_size':8", "'shared_expert_intermediate_size' is not known")]
    [InlineData("gpt_oss", "'swiglu_limit':0", "'swiglu_limit'")]
    [InlineData("gpt_oss", "'sliding_window':null", "'sliding_window'")]
    [InlineData("gpt_oss", "'quantization_config':{'quant_method':'bitsandbytes'}", "'quantization_config'")]
    [InlineData("llama", "'num_experts':8", "'num_experts' is not known")]
    public void What_a_family_does_not_have_is_refused_by_name(string family, string extra, string part)
    {
        string message = Assert.Throws<InputException>(() => Parse(family, extra)).Message;
        Assert.Contains(part, message, StringComparison.Ordinal);
    }

    private static ModelConfig Parse(string family, string extra = "")
    {
        JsonObject root = JsonNode.Parse(
            $$"""{"model_type":"{{family}}","vocab_size":288,"hidden_size":64,"intermediate_size":112,"num_hidden_layers":6,"num_attention_heads":4}""")!
            .AsObject();
        // Their 8 key heads are no divisor of 4.
        if (family is "mixtral" or "gpt_oss" && !extra.Contains("num_attention_heads", StringComparison.Ordinal))
        {
            root["num_key_value_heads"] = 4;
        }

        foreach (var (key, value) in JsonNode.Parse($"{{{extra.Replace('\'', '"')}}}")!.AsObject()) root[key] = value?.DeepClone();
        return ModelConfigReader.Parse(Encoding.UTF8.GetBytes(root.ToJsonString()));
    }
}
