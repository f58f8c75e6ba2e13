using System.Text.Json.Nodes;
using Innate.Models;
using Innate.Tests.Support;

namespace Innate.Tests.Models;

/// <summary>An adapter that does not fit, or means harm, is refused in one sentence that names what is wrong.</summary>
public class HostileAdapterTests
{
    private const string Query = "model.layers.0.self_attn.q_proj";

    public static TheoryData<string, string, string, string> Settings => new()
    {
        { "target_modules", "\"(a+)+\\\\1?(?=b).*|.*(.*.*.*.*.*.*.*.*.*.*.*.*)+(?=x)\"", "key 'target_modules': ", "does not come to an end on '" },
        { "target_modules", "\"(unclosed\"", "key 'target_modules': expected a regular expression of Python's, found '(unclosed': ", "" },
        { "target_modules", "\"a)|(b\"", "expected a regular expression of Python's, found 'a)|(b': ", "" },
        { "target_modules", "\"(?<name>q)_proj\"", "found '(?<name>q)_proj': a group's name is written (?P<name>...).", "" },
        { "target_modules", "\"\\\\p{L}_proj\"", @"'\p' is not read here", "" },
        { "target_modules", "\"[a-z-[q]]_proj\"", "'-[' within a class", "" },
        { "target_modules", "\"(q_proj*+)\"", "expected a regular expression of Python's", "" },
        { "rank_pattern", "{\"(q_proj\":2}", "key 'rank_pattern': expected a regular expression of Python's, found '(q_proj': ", "" },
        { "exclude_modules", "\"[\"", "key 'exclude_modules': expected a regular expression of Python's", "" },
        { "r", "3", "lora_A.weight': expected shape [3, inputs], found [2, 64].", "" },
        { "rank_pattern", "{\"q_proj\":5}", "lora_A.weight': expected shape [5, inputs], found [2, 64].", "" },
        { "use_dora", "true", $"tensor 'base_model.model.{Query}.lora_magnitude_vector': expected a vector, as use_dora", "found nothing." },
        { "lora_bias", "true", $"tensor 'base_model.model.{Query}.lora_B.bias': expected a vector, as lora_bias", "found nothing." },
        { "modules_to_save", "[\"lm_head\"]", "tensor 'base_model.model.lm_head.weight': expected a tensor, since modules_to_save", "found nothing." },
        { "target_modules", "[\"q_proj\",\"lm_head\"]", "tensor 'base_model.model.lm_head.lora_A.weight': expected a tensor, since target_modules", "" },
        { "target_modules", "[\"k_proj\"]", $"tensor 'base_model.model.{Query}.lora_A.weight': expected a module that target_modules", "(k_proj)" },
        { "modules_to_save", "[\"q_proj\"]", $"expected a module that target_modules", "" },
        { "init_lora_weights", "\"pissa\"", "key 'init_lora_weights': expected true, false", "found \"pissa\"." },
    };

    public static TheoryData<string, long[], double, string> Tensors => new()
    {
        { Query + ".lora_A.weight", [2, 65], 1, $"module '{Query}': expected 64 inputs and 64 outputs, found 65 and 64." },
        { Query + ".lora_B.weight", [63, 2], 1, $"module '{Query}': expected 64 inputs and 64 outputs, found 64 and 63." },
        { Query + ".lora_B.weight", [64, 2], double.NaN, "lora_B.weight' holds a value that is infinite or not a number." },
        { Query + ".lora_magnitude_vector", [64], 1, "lora_magnitude_vector': expected nothing, since use_dora" },
        { Query + ".lora_embedding_A", [2, 288], 1, $"lora_embedding_B': expected a matrix, found nothing." },
        { Query + ".lora_A.default.weight", [2, 64], 1, "is there twice, under two names." },
        { Query + ".lora_C.weight", [2, 64], 1, "expected a name like base_model.model.PATH.lora_A.weight" },
        { Query + ".weight", [64, 64], 1, "expected a module that modules_to_save of adapter_config.json names (none)" },
        { Query + ".bias", [64], 1, "expected a module that modules_to_save of adapter_config.json names or a bias" },
        { "model.layers.9.self_attn.q_proj.lora_A.weight", [2, 64], 1, "layers.9.self_attn.q_proj.lora_B.weight': expected a matrix" },
        { "model.embed_tokens.weight", [290, 64], 1, "expected 288 rows, as the model has, found 290 (a resized vocabulary: " },
        { "lm_head.weight", [288, 65], 1, "tensor 'lm_head.weight': expected shape [288, 64], found [288, 65]." },
        { "score.weight", [1, 64], 1, "names (none), found 'score'." },
    };

    [Theory]
    [MemberData(nameof(Settings))]
    public void Settings_that_do_not_fit_the_tensors_are_refused(string key, string value, string sentence, string end)
    {
        using PeftWorld world = Plain();
        world.Config[key] = JsonNode.Parse(value);
        world.Write();
        Refused(world, sentence, end);
    }

    [Theory]
    [MemberData(nameof(Tensors))]
    public void Tensors_that_do_not_fit_the_settings_or_the_model_are_refused(
        string name, long[] shape, double value, string sentence)
    {
        using PeftWorld world = Plain();
        world.Stored[name] = (shape, [.. Enumerable.Repeat((float)value, (int)shape.Aggregate(1L, (a, b) => a * b))]);
        world.Write();
        Refused(world, sentence);
    }

    [Fact]
    public void Half_a_module_and_a_row_without_direction_are_refused()
    {
        using PeftWorld world = Plain();
        world.Stored.Remove(Query + ".lora_B.weight");
        world.Write();
        Refused(world, $"tensor 'base_model.model.{Query}.lora_B.weight': expected a matrix, found nothing.");

        using PeftWorld stretched = new("llama");
        stretched.Config["target_modules"] = new JsonArray(Query);
        stretched.Config["use_dora"] = true;
        stretched.AddLora(Query, 2, 1, dora: true);
        stretched.Stored[Query + ".lora_magnitude_vector"] = ([64], [.. Enumerable.Repeat(3e38f, 64)]);
        stretched.Config["lora_alpha"] = 1e-30;
        stretched.Stored[Query + ".lora_B.weight"] = ([64, 2], new float[128]);
        stretched.Write();
        Refused(stretched, $"adapter_model.safetensors: module '{Query}': row ", "expected a row that DoRA's magnitude can bring");
    }

    [Fact]
    public void What_changes_a_models_own_weights_is_not_put_on_a_loaded_one()
    {
        using PeftWorld world = new("llama");
        world.Config["target_modules"] = new JsonArray("lm_head");
        world.AddLora("lm_head", 2, 3);
        world.Write();
        using LanguageModel model = LanguageModel.Load(world.Base);
        string message = Assert.Throws<InputException>(() => LoraAdapters.Load(model.Decoder, world.Adapter)).Message;
        Assert.Contains("tensor 'lm_head.weight': expected adapters of the layers' maps alone", message, StringComparison.Ordinal);
    }

    private static PeftWorld Plain()
    {
        PeftWorld world = new("llama");
        world.Config["target_modules"] = new JsonArray("q_proj");
        foreach (string path in world.Linear().Where(p => p.EndsWith("q_proj", StringComparison.Ordinal)).ToArray())
        {
            world.AddLora(path, 2, 3);
        }

        return world;
    }

    private static void Refused(PeftWorld world, params string[] parts)
    {
        string message = Assert.Throws<InputException>(() => PeftWorld.Scores(world.Base, world.Adapter)).Message;
        Assert.All(parts, part => Assert.Contains(part, message, StringComparison.Ordinal));
        Assert.EndsWith(".", message, StringComparison.Ordinal);
        Assert.DoesNotContain("\n", message, StringComparison.Ordinal);
    }
}
