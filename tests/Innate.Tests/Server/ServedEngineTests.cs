using System.Text.Json;
using Innate.Checkpoints;
using Innate.Tests.Cli;
using Innate.Tests.Support;
using static System.StringComparison;

namespace Innate.Tests.Server;

/// <summary>A served model as another command's <c>--engine</c>, in its own dialect and in those that it borrows.</summary>
public sealed class ServedEngineTests(TinyServer tiny) : IClassFixture<TinyServer>
{
    private const string Rows = """
        {"prompt":"What is 47 + 85?","responses":["132","122"]}
        {"prompt":"What is 9 - 5?","response":"4"}
        {"prompt_ids":[300,301,5],"response_ids":[17,18]}

        """;

    private string Address => tiny.Server.Address.ToString();

    [Theory]
    [InlineData("innate", "endogenous", "--alpha", "0.7", "--gamma", "0.9")]
    [InlineData("innate", "self-certainty", "--tokens")]
    [InlineData("innate", "entropy")]
    [InlineData("vllm", "log-likelihood")]
    [InlineData("sglang", "endogenous-logprob", "--gamma", "0.9")]
    public void Rewards_over_there_are_the_rewards_here(string kind, string reward, params string[] more)
    {
        CliResult here = RealCli.Run(["score", "--reward", reward, .. more], Rows);
        CliResult there = RealCli.Run(
            ["score", "--engine", Address, "--engine-kind", kind, "--model", EmbeddedModel.Folder, "--reward", reward, .. more],
            Rows);
        Assert.Equal((here.Code, here.Output), (there.Code, there.Output));
    }

    [Fact]
    public void It_says_itself_what_it_is_and_draws_what_is_drawn_here()
    {
        string[] ask = ["generate", "--prompt", "What is 47 + 85?", "--temperature", "0", "--max-tokens", "40", "--json"];
        CliResult there = RealCli.Run([.. ask, "--engine", Address, "--model", EmbeddedModel.Folder]);
        Assert.Equal(RealCli.Run(ask).Output, there.Output);
    }

    [Theory]
    [InlineData("eval --policy arith --limit 12 --max-tokens 24 --json --quiet")]
    [InlineData("audit --contamination --data DATA --out OUT --max-tokens 16 --quiet")]
    public void Its_own_answers_are_measured_as_here(string command)
    {
        using Support.TemporaryFolder folder = new();
        File.WriteAllText(folder["q.jsonl"], """{"prompt":"How much is 12 + 30 in all?","answer":"42"}""");
        CliResult here = Run("here"), there = Run("there", "--engine", Address, "--model", EmbeddedModel.Name);
        Assert.Equal((0, ""), (there.Code, there.Error));
        Assert.Equal(WithoutModel(here.Output), WithoutModel(there.Output));

        CliResult Run(string run, params string[] more) => RealCli.Run(
            [.. command.Split(' ').Select(w => w == "DATA" ? folder["q.jsonl"] : w == "OUT" ? folder[run] : w), .. more]);

        static string[] WithoutModel(string output) => [.. output.Split('\n').Where(l => !l.Contains("\"model\"", Ordinal))];
    }

    [Fact]
    public void What_it_samples_is_labelled_compared_and_audited_by_its_own_rewards()
    {
        using Support.TemporaryFolder folder = new();
        string[] engine = ["--engine", Address, "--model", EmbeddedModel.Name];
        string prompts = """
            {"prompt":"What is 47 + 85?"}
            {"prompt":"What is 12 + 30?"}
            {"prompt":"What is 91 - 17?"}

            """;
        CliResult label = RealCli.Run(["label", "--sample", "4", "--max-tokens", "24", "--quiet", .. engine], prompts);
        Assert.Equal((0, ""), (label.Code, label.Error));
        Assert.NotEmpty(label.Lines);
        foreach (JsonElement row in label.Lines.Select(l => JsonDocument.Parse(l).RootElement))
        {
            string[] said = [Text(row, "chosen"), Text(row, "rejected")];
            JsonElement scored = JsonDocument.Parse(RealCli.Run(["score"], JsonSerializer.Serialize(
                new { prompt = Text(row, "prompt"), responses = said })).Output).RootElement;
            Assert.Equal(
                [row.GetProperty("reward_chosen").GetDouble(), row.GetProperty("reward_rejected").GetDouble()],
                scored.GetProperty("rewards").EnumerateArray().Select(r => r.GetDouble()));
        }

        CliResult compared = RealCli.Run(
        [
            "eval", "--policy", "arith", "--limit", "8", "--samples", "4", "--max-tokens", "24", "--scorers", "all", "--quiet",
            "--out", folder["policy"], .. engine,
        ]);
        Assert.Equal((0, ""), (compared.Code, compared.Error));
        JsonElement comparison = JsonDocument.Parse(File.ReadAllText(folder["policy/comparison.json"])).RootElement;
        Assert.Equal(11, comparison.GetProperty("scorers").GetArrayLength());

        File.WriteAllText(folder["rows.jsonl"], """
            {"prompt":"What is 47 + 85?","responses":["132","122"]}
            {"prompt":"What is 12 + 30?","responses":["42","43"]}
            """);
        CliResult audit = RealCli.Run(
        [
            "audit", "--data", folder["rows.jsonl"], "--out", folder["audit"], "--other-model", EmbeddedModel.Name, "--edit",
            "bold", "--max-tokens", "16", "--quiet", .. engine,
        ]);
        Assert.Equal((0, ""), (audit.Code, audit.Error));
        Assert.Contains("own-sample", File.ReadAllText(folder["audit/audit.json"]), Ordinal);

        static string Text(JsonElement row, string field) => row.GetProperty(field).GetString()!;
    }

    [Fact]
    public void A_judge_reasons_over_there_and_one_whose_replies_cannot_be_read_says_so()
    {
        string row = """{"prompt":"What is 47 + 85?","responses":["132","122"]}""";
        string[] label = ["label", "--quiet", "--engine", Address, "--model", EmbeddedModel.Name];
        CliResult reasons = RealCli.Run([.. label, "--judge", "verifier", "--reasoning-tokens", "8", "--votes", "2"], row);
        Assert.Equal((0, ""), (reasons.Code, reasons.Error));
        Assert.Equal("132", JsonDocument.Parse(Assert.Single(reasons.Lines)).RootElement.GetProperty("chosen").GetString());

        // The model inside writes sums, not lists of scores, where nothing holds it to the format.
        CliResult writes = RealCli.Run([.. label, "--judge", "rewardanything", "--principle", "Be right."], row);
        Assert.Equal((2, ""), (writes.Code, writes.Output));
        Assert.Contains("innate: line 1: none of the", writes.Error, Ordinal);
    }

    [Theory]
    [InlineData("verifier")]
    [InlineData("pairwise")]
    [InlineData("pointwise")]
    [InlineData("genrm")]
    public void Judges_that_read_labels_judge_as_here(string kind)
    {
        string rows = """
            {"prompt":"What is 47 + 85?","responses":["132","122"]}
            {"prompt":"What is 12 + 30?","chosen":"42","rejected":"43"}

            """;
        string[] judge = ["judge", "--kind", kind];
        CliResult here = RealCli.Run(judge, rows);
        CliResult there = RealCli.Run([.. judge, "--engine", Address, "--model", EmbeddedModel.Name], rows);
        Assert.Equal((0, here.Error, here.Output), (there.Code, there.Error, there.Output));
        Assert.Contains("--engine-logits: expected none here", RealCli.Run(
            [.. judge, "--engine", Address, "--engine-logits", Address, "--model", EmbeddedModel.Name], rows).Error, Ordinal);
    }

    [Fact]
    public async Task A_model_without_a_tokenizer_serves_ids()
    {
        string folder = Path.Combine(Places.Fixtures, "models", "llama");
        await using RunningServer server = await RunningServer.Start(folder: folder);
        const string Row = """{"prompt_ids":[1,2,3],"responses_ids":[[4,5],[6]]}""";
        string address = server.Address.ToString();
        string local = RealCli.Run(["score", "--model", folder, "--reward", "log-likelihood"], Row).Output;
        Assert.Equal(
            local, await Task.Run(() => RealCli.Run(["score", "--engine", address, "--reward", "log-likelihood"], Row).Output));
        Reply drawn = await server.Post(
            "/v1/completions", """{"prompt":[1,2,3],"max_tokens":3,"temperature":0,"logprobs":1,"return_token_ids":true}""");
        Assert.Equal(3, drawn.Json.GetProperty("choices")[0].GetProperty("token_ids").GetArrayLength());
        Assert.StartsWith("token_id:", drawn.Json.GetProperty("choices")[0].GetProperty("logprobs").GetProperty("tokens")[0]
            .GetString(), StringComparison.Ordinal);
        Assert.Equal(
            "llama has no tokenizer.json: give ids (\"prompt_ids\", \"response_ids\") instead of text",
            (await server.Post("/v1/rewards", """{"prompt":"a","response":"b"}""")).Error);
    }
}
