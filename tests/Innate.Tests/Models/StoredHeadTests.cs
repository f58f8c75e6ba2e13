using Innate.Models;
using Innate.Tests.Cli;
using Innate.Tests.Support;

namespace Innate.Tests.Models;

/// <summary>
/// What folders hold beside what their config says: a head of its own over a tied embedding, keys that enter no number, padding
/// behind a text that a reward model reads.
/// </summary>
public class StoredHeadTests
{
    [Fact]
    public void A_stored_head_is_used_although_the_config_ties_it_and_the_user_is_told()
    {
        using PeftWorld world = new("llama-mha-tied");
        double[] tied = PeftWorld.Scores(world.Base);
        world.Untie();
        double[] head = world.Whole["lm_head.weight"].Values;
        for (int i = 0; i < head.Length; i += 3) head[i] *= 1.5;
        double[] untied = PeftWorld.Scores(world.WriteWhole());
        Assert.NotEqual(tied, untied);

        world.BaseConfig["tie_word_embeddings"] = true;
        string folder = world.WriteWhole();
        Assert.Equal(untied, PeftWorld.Scores(folder));
        CliResult told = RealCli.Run(["score", "--model", folder], """{"prompt_ids":[5,6],"response_ids":[9,3]}""");
        Assert.Equal(0, told.Code);
        Assert.Contains("'lm_head.weight' is stored with other values: it is used", told.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_stored_head_of_the_same_values_is_the_tied_one()
    {
        using PeftWorld world = new("llama-mha-tied");
        world.Untie();
        world.BaseConfig["tie_word_embeddings"] = true;
        CliResult quiet = RealCli.Run(["score", "--model", world.WriteWhole()], """{"prompt_ids":[5,6],"response_ids":[9,3]}""");
        Assert.Equal(("", 0), (quiet.Error, quiet.Code));
    }

    [Theory]
    [InlineData("_model_name_or_path", "\"x\"")]
    [InlineData("unk_token_id", "0")]
    [InlineData("mask_token_id", "7")]
    [InlineData("_anything", "{\"a\":[1]}")]
    [InlineData("a_new_switch", "null")]
    public void Keys_that_enter_no_number_pass(string key, string value)
    {
        using PeftWorld world = new("llama");
        double[] before = PeftWorld.Scores(world.Base);
        world.BaseConfig[key] = System.Text.Json.Nodes.JsonNode.Parse(value);
        Assert.Equal(before, PeftWorld.Scores(world.WriteWhole()));
    }

    [Theory]
    [InlineData("a_new_switch", "true")]
    [InlineData("a_new_switch", "false")]
    [InlineData("residual_multiplier", "0.5")]
    public void Keys_that_might_are_refused_by_name(string key, string value)
    {
        using PeftWorld world = new("llama");
        world.BaseConfig[key] = System.Text.Json.Nodes.JsonNode.Parse(value);
        InputException e = Assert.Throws<InputException>(() => ModelConfigReader.Read(world.WriteWhole()));
        Assert.Contains(key, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_reward_model_reads_the_last_token_that_is_no_padding()
    {
        using PeftWorld world = new("qwen3-reward");
        const string Rows = """
            {"prompt_ids":[5,6,7],"response_ids":[9,3,40]}
            {"prompt_ids":[5,6,7],"response_ids":[9,3,40,0,0]}
            {"prompt_ids":[5,6,7],"response_ids":[0]}
            {"prompt_ids":[5,6],"response_ids":[7]}
            {"prompt_ids":[5,6,7],"response_ids":[9,0,3,40]}
            """;
        string folder = world.WriteWhole();
        double[] read = Rewards(folder);
        Assert.Equal(read[0], read[1]);
        Assert.Equal(read[2], read[3]);
        Assert.NotEqual(read[0], read[4]);

        world.BaseConfig.Remove("pad_token_id");
        world.WriteWhole();
        double[] without = Rewards(folder);
        Assert.Equal(read[0], without[0]);
        Assert.NotEqual(without[0], without[1]);

        static double[] Rewards(string model)
        {
            CliResult result = RealCli.Run(["score", "--model", model, "--reward", "classifier"], Rows);
            Assert.Equal(0, result.Code);
            return [.. result.Output.TrimEnd('\n').Split('\n').Select(
                l => System.Text.Json.JsonDocument.Parse(l).RootElement.GetProperty("reward").GetDouble())];
        }
    }
}
