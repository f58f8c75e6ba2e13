using System.Text;
using System.Text.Json.Nodes;
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

    [Theory]
    [InlineData("smollm3")]
    [InlineData("granite")]
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
        foreach (var (key, value) in JsonNode.Parse($"{{{extra.Replace('\'', '"')}}}")!.AsObject()) root[key] = value?.DeepClone();
        return ModelConfigReader.Parse(Encoding.UTF8.GetBytes(root.ToJsonString()));
    }
}
