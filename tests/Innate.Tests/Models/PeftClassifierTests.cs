using System.Text.Json.Nodes;
using Innate.Models;
using Innate.Sessions;
using Innate.Tests.Cli;
using Innate.Tests.Support;

namespace Innate.Tests.Models;

/// <summary>
/// Reward models that were trained with LoRA: a language model's folder, and an adapter that brings the score head along.
/// </summary>
public class PeftClassifierTests
{
    [Theory]
    [InlineData("llama")]
    [InlineData("qwen3")]
    public void An_adapter_with_a_score_head_makes_a_language_model_a_reward_model(string name)
    {
        using PeftWorld world = Rewarding(name, 1);
        world.Whole.Remove("lm_head.weight");
        world.Whole["score.weight"] = ([1, 64], [.. world.Stored["score.weight"].Values.Select(v => (double)v)]);
        world.BaseConfig["architectures"] = new JsonArray(
            name == "llama" ? "LlamaForSequenceClassification" : "Qwen3ForSequenceClassification");
        world.BaseConfig["num_labels"] = 1;
        world.RequireEqual();

        using ModelSession session = ModelSession.Open(new ModelSource { Model = world.Base, Adapter = world.Adapter }, default);
        Assert.True(session.IsClassifier);
        CliResult inspected = RealCli.Run(["inspect", "--model", world.Base, "--adapter", world.Adapter, "--json"]);
        Assert.Contains("score head", inspected.Output, StringComparison.Ordinal);
        Assert.Contains("score.weight", inspected.Output, StringComparison.Ordinal);
        using ModelSession merged = ModelSession.Open(new ModelSource { Model = world.Merged }, default);
        Assert.True(merged.IsClassifier);
    }

    [Fact]
    public void The_score_head_itself_may_have_an_adapter()
    {
        using PeftWorld world = new("qwen3-reward");
        world.Config["task_type"] = "SEQ_CLS";
        world.Config["target_modules"] = new JsonArray("score", "v_proj");
        foreach (string path in world.Linear().Where(p => p.EndsWith("v_proj", StringComparison.Ordinal)).ToArray())
        {
            world.AddLora(path, 2, 3);
        }

        double[] without = PeftWorld.Scores(world.Base);
        world.AddLora("score", 2, 3);
        world.RequireEqual();
        Assert.NotEqual(without, PeftWorld.Scores(world.Base, world.Adapter));
    }

    [Theory]
    [InlineData(0, "expected the score head that an adapter of a classifier brings to a language model, found nothing.")]
    [InlineData(2, "tensor 'score.weight': expected shape [1, 64], one label: a reward, found [2, 64].")]
    public void Without_a_head_of_one_label_there_is_no_reward(int labels, string sentence)
    {
        using PeftWorld world = Rewarding("llama", labels);
        world.Write();
        foreach (string command in new[] { "score", "inspect" })
        {
            CliResult result = RealCli.Run(
                [command, "--model", world.Base, "--adapter", world.Adapter], """{"prompt_ids":[5],"response_ids":[9]}""");
            Assert.Equal(2, result.Code);
            Assert.Contains(sentence, result.Error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_config_that_is_silent_of_labels_leaves_them_to_the_head()
    {
        using Support.TemporaryFolder folder = new();
        string fixture = Path.Combine(Places.Fixtures, "models", "qwen3-reward");
        foreach (string file in new[] { "config.json", "model.safetensors" })
        {
            File.Copy(Path.Combine(fixture, file), folder[file]);
        }

        JsonObject config = JsonNode.Parse(File.ReadAllText(folder["config.json"]))!.AsObject();
        config.Remove("num_labels");
        File.WriteAllText(folder["config.json"], config.ToJsonString());
        Assert.True(ModelConfigReader.Read(folder.Path).IsClassifier);
        Assert.Equal(PeftWorld.Scores(fixture), PeftWorld.Scores(folder.Path));

        config["id2label"] = JsonNode.Parse("""{"0":"good","1":"bad"}""");
        File.WriteAllText(folder["config.json"], config.ToJsonString());
        string message = Assert.Throws<InputException>(() => { ModelConfigReader.Read(folder.Path); }).Message;
        Assert.Contains("config.json: key 'id2label': expected 1 labels, as tensor 'score.weight' of shape [1, 64]", message,
            StringComparison.Ordinal);
        Assert.Contains("model.safetensors has, found", message, StringComparison.Ordinal);
    }

    // An adapter as a reward trainer saves it: PEFT lists both names that a head may have.
    private static PeftWorld Rewarding(string model, int labels)
    {
        PeftWorld world = new(model);
        world.Config["task_type"] = "SEQ_CLS";
        world.Config["target_modules"] = new JsonArray("q_proj");
        world.Config["modules_to_save"] = new JsonArray("classifier", "score");
        foreach (string path in world.Linear().Where(p => p.EndsWith("q_proj", StringComparison.Ordinal)).ToArray())
        {
            world.AddLora(path, 2, 3);
        }

        if (labels > 0) world.Stored["score.weight"] = ([labels, 64], world.Numbers(64 * labels));
        return world;
    }
}
