using System.Text.Json.Nodes;
using Innate.Tests.Support;

namespace Innate.Tests.Models;

/// <summary>
/// Adapters as PEFT writes them, each against the model that it makes of its base, computed in float64 by plain loops.
/// </summary>
public class PeftAdapterTests
{
    [Fact]
    public void A_regular_expression_with_ranks_and_alphas_of_its_modules()
    {
        using PeftWorld world = new("llama");
        world.Config["target_modules"] = @"model\.layers\.(?P<layer>0|2)\.self_attn\.(q|v)_proj";
        world.Config["rank_pattern"] = Json("""{"^model.layers.2.self_attn.v_proj":1,"layers.0.self_attn.v_proj":3,"v_proj":4}""");
        world.Config["alpha_pattern"] = Json("""{"layers.2.self_attn.q_proj":3,"q_proj":40}""");
        world.Config["use_rslora"] = true;
        world.AddLora(Module(0, "q_proj"), 2, 40 / Math.Sqrt(2));
        world.AddLora(Module(0, "v_proj"), 3, 6 / Math.Sqrt(3));
        world.AddLora(Module(2, "q_proj"), 2, 3 / Math.Sqrt(2));
        world.AddLora(Module(2, "v_proj"), 1, 6);
        world.RequireEqual();
    }

    [Theory]
    [InlineData("""{"target_modules":["q_proj","v_proj"],"layers_to_transform":[0,2],"exclude_modules":["layers.2.self_attn.v_proj"]}""")]
    [InlineData("""{"target_modules":["q_proj","v_proj"],"layers_to_transform":[2,0],"layers_pattern":"layers","exclude_modules":".*\\.2\\..*v_proj"}""")]
    [InlineData("""{"target_modules":["model.layers.2.self_attn.q_proj","v_proj","layers.0.self_attn.q_proj"],"layers_to_transform":0,"layers_pattern":["h","layer.?"]}""")]
    [InlineData("""{"target_modules":"(?!.*k_proj).*\\.(0\\.self_attn\\.[qkv]_proj|2\\.self_attn\\.q_proj)"}""")]
    public void Targets_layers_and_exclusions_say_together_what_is_adapted(string targets)
    {
        using PeftWorld world = new("llama");
        foreach ((string key, JsonNode? value) in Json(targets)) world.Config[key] = value?.DeepClone();
        foreach (string path in new[] { Module(0, "q_proj"), Module(0, "v_proj"), Module(2, "q_proj") }) world.AddLora(path, 2, 3);
        world.RequireEqual();

        // One more, and one less, than the settings name.
        world.AddLora(Module(2, "v_proj"), 2, 3);
        world.Write();
        Refused(world, $"tensor 'base_model.model.{Module(2, "v_proj")}.lora_A.weight': expected a module that target_modules");
        foreach (string name in world.Stored.Keys.Where(k => k.Contains("layers.2", StringComparison.Ordinal)).ToArray())
        {
            world.Stored.Remove(name);
        }

        world.Write();
        Refused(world, $"tensor 'base_model.model.{Module(2, "q_proj")}.lora_A.weight': expected a tensor, since target_modules");
    }

    [Theory]
    [InlineData("qwen2-yarn", false)]
    [InlineData("phi3", false)]
    [InlineData("gemma2", true)]
    [InlineData("olmo2", false)]
    public void Dora_of_all_linear_maps(string model, bool newerName)
    {
        using PeftWorld world = new(model);
        world.Config["target_modules"] = "all-linear";
        world.Config["use_dora"] = true;
        foreach (string path in world.Linear())
        {
            world.AddLora(path, 2, 3, dora: true);
            if (!newerName) continue;
            world.Stored[path + ".lora_magnitude_vector.weight"] = world.Stored[path + ".lora_magnitude_vector"];
            world.Stored.Remove(path + ".lora_magnitude_vector");
        }

        world.RequireEqual(2e-5);
        Assert.Equal(PeftWorld.Scores(world.Base, world.Adapter, 1), PeftWorld.Scores(world.Base, world.Adapter, 2));
    }

    [Theory]
    [InlineData("lm_head.weight")]
    [InlineData("lm_head.modules_to_save.default.weight")]
    [InlineData("lm_head.modules_to_save.weight")]
    public void A_saved_head_parts_from_a_tied_embedding(string name)
    {
        using PeftWorld world = new("llama-mha-tied");
        Tune(world, ["lm_head"]);
        world.Untie();
        world.AddSaved("lm_head.weight", name);
        world.Stored["lm_head.original_module.weight"] = ([1], [float.NaN]); // What the model has: not read.
        world.RequireEqual();
        JsonObject merged = Json(File.ReadAllText(Path.Combine(world.Merged, "config.json")));
        Assert.False((bool)merged["tie_word_embeddings"]!);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_saved_embedding_reaches_a_tied_head_only_where_ties_are_kept(bool keepsTies)
    {
        using PeftWorld world = new("qwen3");
        Tune(world, ["embed_tokens"]);
        world.Config["ensure_weight_tying"] = keepsTies;
        if (!keepsTies) world.Untie();
        world.AddSaved("model.embed_tokens.weight");
        world.RequireEqual();
    }

    [Fact]
    public void Saved_norms_and_a_whole_mlp_take_the_places_of_the_models()
    {
        using PeftWorld world = new("gemma2");
        Tune(world, ["norm", "layers.1.mlp"]);
        foreach (string name in world.Whole.Keys.Where(n => n.Contains("norm", StringComparison.Ordinal) || n.Contains("layers.1.mlp",
            StringComparison.Ordinal)).ToArray())
        {
            world.AddSaved(name);
        }

        world.RequireEqual();
    }

    [Theory]
    [InlineData("llama-mha-tied", true)]
    [InlineData("gemma3", true)]
    [InlineData("qwen2-tied-bf16", true)]
    [InlineData("llama", false)]
    [InlineData("mistral-window", false)]
    public void Head_and_embedding_have_adapters_of_their_own(string model, bool isTied)
    {
        using PeftWorld world = new(model);
        world.Config["target_modules"] = new JsonArray("q_proj", "lm_head", "embed_tokens");
        world.Config["rank_pattern"] = Json("""{"lm_head":5}""");
        foreach (string path in world.Linear().Where(p => p.EndsWith("q_proj", StringComparison.Ordinal)).ToArray())
        {
            world.AddLora(path, 2, 3);
        }

        // PEFT keeps what an adapted embedding and head were before.
        float[] embedding = [.. world.Whole["model.embed_tokens.weight"].Values.Select(v => (float)v)];
        world.Stored["model.embed_tokens.base_layer.weight"] = (world.Whole["model.embed_tokens.weight"].Shape, embedding);
        if (isTied) world.Untie();
        world.AddEmbeddingLora(2, 3);
        world.AddLora("lm_head", 5, 6 / 5.0);
        world.RequireEqual(merges: !model.EndsWith("bf16", StringComparison.Ordinal));
        Assert.Equal(PeftWorld.Scores(world.Base, world.Adapter, 1), PeftWorld.Scores(world.Base, world.Adapter, 2));
    }

    [Theory]
    [InlineData("lm_head")]
    [InlineData("embed_tokens")]
    [InlineData("embed_tokens and its head")]
    public void An_adapter_of_one_side_of_a_tie_leaves_the_other_alone_unless_ties_are_kept(string target)
    {
        using PeftWorld world = new("llama-mha-tied");
        world.Config["target_modules"] = new JsonArray(target.Split(' ')[0]);
        if (target.EndsWith("head", StringComparison.Ordinal) && target != "lm_head") world.Config["ensure_weight_tying"] = true;
        else world.Untie();
        if (target == "lm_head") world.AddLora("lm_head", 2, 3);
        else world.AddEmbeddingLora(2, 3);
        world.RequireEqual();
    }

    [Fact]
    public void Dora_of_the_head()
    {
        using PeftWorld world = new("llama-mha-tied");
        world.Config["target_modules"] = new JsonArray("lm_head");
        world.Config["use_dora"] = true;
        world.Untie();
        world.AddLora("lm_head", 2, 3, dora: true);
        world.RequireEqual(2e-5);
    }

    [Theory]
    [InlineData("all", "")]
    [InlineData("all", ".base_layer")]
    [InlineData("lora_only", "")]
    public void Biases_that_learned_take_the_places_of_the_models(string bias, string middle)
    {
        using PeftWorld world = new("qwen2-yarn");
        world.Config["target_modules"] = new JsonArray("q_proj");
        world.Config["bias"] = bias;
        foreach (string path in world.Linear().Where(p => p.EndsWith("q_proj", StringComparison.Ordinal)).ToArray())
        {
            world.AddLora(path, 2, 3);
        }

        foreach (string name in world.Whole.Keys.Where(k => k.EndsWith(".bias", StringComparison.Ordinal)).ToArray())
        {
            if (bias == "all" || name.EndsWith("q_proj.bias", StringComparison.Ordinal))
            {
                bool isAdapted = name.EndsWith("q_proj.bias", StringComparison.Ordinal);
                world.AddSaved(name, isAdapted ? name.Replace(".bias", middle + ".bias", StringComparison.Ordinal) : name);
            }
        }

        world.RequireEqual();
        string gone = world.Stored.Keys.First(k => k.EndsWith("k_proj.bias", StringComparison.Ordinal) || bias != "all");
        if (bias != "all") return;
        world.Stored.Remove(gone);
        world.Write();
        Refused(world, $"tensor 'base_model.model.{gone}': expected a tensor, since bias of adapter_config.json names");
    }

    [Fact]
    public void A_bias_of_b_is_scaled_as_the_rest_and_needs_a_bias_to_be_merged()
    {
        using PeftWorld world = new("qwen2-yarn");
        world.Config["target_modules"] = new JsonArray("k_proj");
        world.Config["lora_bias"] = true;
        foreach (string path in world.Linear().Where(p => p.EndsWith("k_proj", StringComparison.Ordinal)).ToArray())
        {
            world.AddLora(path, 2, 3, loraBias: true);
        }

        world.RequireEqual();
        using PeftWorld without = new("phi3");
        without.Config["target_modules"] = new JsonArray("o_proj");
        without.Config["lora_bias"] = true;
        foreach (string path in without.Linear().Where(p => p.EndsWith("o_proj", StringComparison.Ordinal)).ToArray())
        {
            without.AddLora(path, 2, 3);
            without.Stored[path + ".lora_B.bias"] = ([64], without.Numbers(64));
        }

        without.Write();
        Assert.NotEqual(PeftWorld.Scores(without.Base), PeftWorld.Scores(without.Base, without.Adapter));
        Assert.Contains("expected a bias in the model", Assert.Throws<InputException>(without.Merge).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Names_with_the_adapters_own_name_are_the_same_names()
    {
        using PeftWorld world = new("llama");
        world.Config["target_modules"] = new JsonArray("down_proj");
        foreach (string path in world.Linear().Where(p => p.EndsWith("down_proj", StringComparison.Ordinal)).ToArray())
        {
            world.AddLora(path, 2, 3, middle: ".default");
        }

        world.RequireEqual();
    }

    private static string Module(int layer, string name) => $"model.layers.{layer}.self_attn.{name}";

    private static JsonObject Json(string text) => JsonNode.Parse(text)!.AsObject();

    // Some adapter beside the saved modules, which no adapter goes without.
    private static void Tune(PeftWorld world, string[] saved)
    {
        world.Config["target_modules"] = new JsonArray("v_proj");
        world.Config["modules_to_save"] = new JsonArray([.. saved.Select(s => JsonValue.Create(s))]);
        foreach (string path in world.Linear().Where(p => p.EndsWith("v_proj", StringComparison.Ordinal)).ToArray())
        {
            world.AddLora(path, 2, 3);
        }
    }

    private static void Refused(PeftWorld world, string sentence) => Assert.Contains(
        sentence, Assert.Throws<InputException>(() => PeftWorld.Scores(world.Base, world.Adapter)).Message, StringComparison.Ordinal);
}
