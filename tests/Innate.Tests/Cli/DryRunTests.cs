using System.Text.Json;
using Innate.Tests.Support;

namespace Innate.Tests.Cli;

/// <summary>What a run will take can be asked before it is run.</summary>
public class DryRunTests
{
    private static readonly string Model = ToyModel.Of("llama").Folder;

    [Fact]
    public void Scoring_is_foretold_with_the_tokens_that_it_reads_and_nothing_is_written()
    {
        using TemporaryFolder folder = new();
        string rows =
            """
            {"prompt_ids":[1,2,3],"responses_ids":[[4,5],[6,7,8]]}
            {"prompt_ids":[1]}
            {"prompt_ids":[4,5],"response_ids":[6]}

            """;
        string[] score = ["score", "--model", Model, "--out", folder["out.jsonl"], "--dry-run"];
        CliResult result = RealCli.Run([.. score, "--json"], rows);
        Assert.Equal((0, ""), (result.Code, result.Error));
        using JsonDocument json = JsonDocument.Parse(result.Output);
        Assert.Equal((2, 1, 11), (Number(json, "rows"), Number(json, "bad_rows"), Number(json, "tokens")));
        JsonElement told = json.RootElement;
        Assert.True(told.GetProperty("seconds").GetDouble() >= told.GetProperty("load_seconds").GetDouble());
        Assert.True(Number(json, "peak_bytes") > 0);
        Assert.Empty(Directory.GetFileSystemEntries(folder.Path));

        string sentence = RealCli.Run(score, rows).Output;
        Assert.StartsWith("2 rows (1 more cannot be read) of 11 tokens: about ", sentence, StringComparison.Ordinal);
        Assert.EndsWith(" GB of memory.\n", sentence.ReplaceLineEndings("\n"), StringComparison.Ordinal);
    }

    [Fact]
    public void Rows_that_hold_nothing_take_no_time_of_their_own()
    {
        CliResult result = RealCli.Run(["score", "--model", Model, "--dry-run", "--json"]);
        Assert.Equal(0, result.Code);
        using JsonDocument json = JsonDocument.Parse(result.Output);
        Assert.Equal((0, 0), (Number(json, "rows"), Number(json, "tokens")));
    }

    [Fact]
    public void Sampling_is_foretold_at_its_longest()
    {
        string rows =
            """
            {"prompt_ids":[1,2,3]}
            {"prompt_ids":[4,5]}

            """;
        CliResult result = RealCli.Run(
            ["generate", "--model", Model, "--in", "-", "--n", "3", "--max-tokens", "7", "--dry-run", "--json"], rows);
        Assert.Equal((0, ""), (result.Code, result.Error));
        using JsonDocument json = JsonDocument.Parse(result.Output);
        Assert.Equal((2, 5, 42), (Number(json, "rows"), Number(json, "tokens"), Number(json, "sampled_tokens_at_most")));
    }

    [Theory]
    [InlineData()]
    [InlineData("--lora-rank", "4")]
    public void Training_is_foretold_with_the_tokens_of_its_steps(params string[] more)
    {
        using Training.TrainFolder folder = new();
        File.WriteAllText(folder["ids.jsonl"], """{"prompt_ids":[1,2,3],"response_ids":[4,5]}""" + "\n");
        CliResult result = RealCli.Run(
        [
            "train", "sft", "--model", folder["model"], "--data", folder["ids.jsonl"], "--out", folder["run"], "--steps", "3",
            "--batch-size", "2", "--dry-run", "--json", .. more,
        ]);
        Assert.Equal((0, ""), (result.Code, result.Error));
        using JsonDocument json = JsonDocument.Parse(result.Output);

        // The last of five tokens is not read.
        Assert.Equal((3, 3 * 2 * 4), (Number(json, "steps"), Number(json, "tokens")));
        Assert.True(json.RootElement.GetProperty("seconds").GetDouble() > 0);
        Assert.False(Directory.Exists(folder["run"]));
    }

    [Fact]
    public void Pairs_are_foretold_with_or_without_a_reference()
    {
        using Training.TrainFolder folder = new();
        File.WriteAllText(
            folder["pairs.jsonl"], """{"prompt":"2+2?","chosen":"4","rejected":"five or so"}""" + "\n");
        JsonElement Foretold(params string[] more)
        {
            CliResult result = RealCli.Run(
            [
                "train", "dpo", "--model", folder["model"], "--data", folder["pairs.jsonl"], "--out", folder["run"], "--steps", "3",
                "--batch-size", "2", "--dry-run", "--json", .. more,
            ]);
            Assert.Equal((0, ""), (result.Code, result.Error));
            using JsonDocument json = JsonDocument.Parse(result.Output);
            return json.RootElement.Clone();
        }

        JsonElement simPo = Foretold("--objective", "simpo"), dpo = Foretold(), lora = Foretold("--lora-rank", "2");
        Assert.Equal(simPo.GetProperty("tokens").GetInt64(), dpo.GetProperty("tokens").GetInt64());
        Assert.Equal(dpo.GetProperty("tokens").GetInt64(), lora.GetProperty("tokens").GetInt64());
        Assert.All([simPo, dpo, lora], told => Assert.True(told.GetProperty("seconds").GetDouble() > 0));
        Assert.False(Directory.Exists(folder["run"]));
    }

    [Fact]
    public void What_would_say_nothing_is_refused()
    {
        void Refused(string sentence, params string[] args) =>
            Assert.Contains(sentence, RealCli.Run(args).Error, StringComparison.Ordinal);
        Refused("--json: expected --dry-run", "score", "--model", Model, "--json");
        Refused("--resume", "score", "--model", Model, "--resume", "--out", "x", "--dry-run");
        Refused("--dry-run: expected --in FILE", "generate", "--model", Model, "--prompt", "x", "--dry-run");
        Refused("--dry-run", "train", "rl", "--dry-run");
    }

    private static long Number(JsonDocument json, string field) => json.RootElement.GetProperty(field).GetInt64();
}
