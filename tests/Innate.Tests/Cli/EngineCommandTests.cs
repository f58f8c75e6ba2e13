using System.Text.Json;
using Innate.Engines;
using Innate.Tests.Engines;
using Innate.Tests.Support;

namespace Innate.Tests.Cli;

/// <summary>score, rank and generate over a model that runs elsewhere: the rows of a model that runs here.</summary>
public sealed class EngineCommandTests
{
    private const string Rows = """
        {"id":1,"prompt_ids":[1,2,3],"response_ids":[4,5]}
        {"id":2,"prompt_ids":[1,2,3],"responses_ids":[[4],[6,7,8],[4]]}
        {"id":3,"prompt_ids":[9],"responses_ids":[[1,1]]}

        """;

    [Theory]
    [InlineData("vllm", "log-likelihood")]
    [InlineData("vllm", "mean-log-likelihood")]
    [InlineData("sglang", "endogenous-logprob", "--gamma", "0.9", "--beta", "0.2")]
    [InlineData("innate", "endogenous", "--gamma", "0.9")]
    [InlineData("innate", "self-certainty", "--tokens")]
    [InlineData("innate", "entropy", "--engine-requests", "1")]
    public void Rows_get_the_rewards_that_they_get_here(string kind, string reward, params string[] more)
    {
        using var fake = new FakeEngine(EngineNames.Find(kind)!.Value);
        CliResult remote = RealCli.Run(["score", "--engine", fake.Address.ToString(), "--reward", reward, .. more], Rows);
        CliResult local = Cli.Run(
            ["score", "--model", "nowhere", "--reward", reward, .. more.Where(m => m is not ("--engine-requests" or "1"))], Rows);
        Assert.Equal((0, local.Output), (remote.Code, remote.Output));
        Assert.Equal("", remote.Error);
    }

    [Theory]
    [InlineData("endogenous", "V(s), the logsumexp of all logits")]
    [InlineData("self-certainty", "the mean of all logits")]
    [InlineData("entropy", "the entropy of the whole distribution")]
    public void What_needs_the_logits_is_refused_by_name_before_anything_is_asked(string reward, string needs)
    {
        using var fake = new FakeEngine(EngineKind.Vllm);
        string[] score = ["score", "--engine", fake.Address.ToString(), "--reward", reward, "--quiet"];
        CliResult result = RealCli.Run(score, Rows);
        Assert.Equal((2, ""), (result.Code, result.Output));
        Assert.StartsWith($"innate: reward: {reward} needs {needs}, but vllm at {fake.Address.ToString().TrimEnd('/')} tells",
            result.Error, StringComparison.Ordinal);
        Assert.Contains("expected one of endogenous-logprob, log-likelihood, mean-log-likelihood, implicit", result.Error,
            StringComparison.Ordinal);
        Assert.Empty(fake.Posts);
        Assert.Equal(2, RealCli.Run(["score", "--engine", fake.Address.ToString(), "--reward", "classifier"], Rows).Code);
    }

    [Fact]
    public void A_second_engine_is_refused_where_nothing_is_rewarded()
    {
        using var fake = new FakeEngine(EngineKind.Vllm);
        CliResult result = RealCli.Run(
            ["generate", "--engine", $"{fake.Address}", "--engine-logits", $"{fake.Address}", "--prompt", "x"], "");
        Assert.Equal((2, "innate: --engine-logits: expected none here, where nothing is rewarded by traces, found one.\n"),
            (result.Code, result.Error));
    }

    [Fact]
    public void A_trace_of_log_probabilities_is_written_without_what_is_not_known()
    {
        using var fake = new FakeEngine(EngineKind.Sglang);
        CliResult result = RealCli.Run(["score", "--engine", fake.Address.ToString(), "--reward", "log-likelihood", "--tokens"],
            Rows);
        JsonElement trace = JsonDocument.Parse(result.Lines[0]).RootElement.GetProperty("trace");
        Assert.Equal(["tokens", "logprob", "reward"], trace.EnumerateObject().Select(p => p.Name));
        Assert.Equal(fake.Trace([1, 2, 3], [4, 5]).LogProbability,
            trace.GetProperty("logprob").EnumerateArray().Select(x => x.GetDouble()));
    }

    [Fact]
    public void Text_needs_the_tokenizers_files_and_gets_them_from_model()
    {
        using var fake = new FakeEngine(EngineKind.Vllm);
        string[] rank = ["rank", "--engine", fake.Address.ToString(), "--reward", "log-likelihood", "--prompt", "a b",
            "--response", "a", "--response", "b c", "--json"];
        CliResult without = RealCli.Run(rank);
        Assert.Equal(2, without.Code);
        Assert.Contains("an engine hands out no tokenizer: name a model folder", without.Error, StringComparison.Ordinal);

        CliResult with = RealCli.Run([.. rank, "--model", Path.Combine(Places.Fixtures, "chat-model")]);
        Assert.Equal("", with.Error);
        Assert.Equal(2, JsonDocument.Parse(with.Output).RootElement.GetProperty("ranking").GetArrayLength());
        CliResult view = RealCli.Run([.. rank[..^1], "--model", Path.Combine(Places.Fixtures, "chat-model")]);
        Assert.Contains(FakeEngine.Model, view.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_row_that_the_engine_refuses_is_an_error_in_its_place()
    {
        using var fake = new FakeEngine(EngineKind.Vllm);
        fake.Instead = (call, _) => call.Body?["prompt"]?.AsArray().Count == 6 ? new EngineAnswer(400, """{"message":"no"}""")
            : null;
        CliResult result = RealCli.Run(["score", "--engine", fake.Address.ToString(), "--reward", "log-likelihood"], Rows);
        Assert.Equal(2, result.Code);
        Assert.Contains("\"reward\"", result.Lines[0], StringComparison.Ordinal);
        Assert.Equal($"{{\"error\":\"{fake.Address}v1/completions: the engine refused the request (400: no).\",\"line\":2}}",
            result.Lines[1]);
        Assert.Contains("\"rewards\"", result.Lines[2], StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_whose_engine_fails_goes_on_later_to_the_same_bytes_but_not_with_another_model()
    {
        using var folder = new TemporaryFolder();
        string rows =
            string.Concat(Enumerable.Range(0, 100).Select(i => $"{{\"prompt_ids\":[{i % 50}],\"response_ids\":[{i}]}}\n"));
        File.WriteAllText(folder["rows.jsonl"], rows);
        using var fake = new FakeEngine(EngineKind.Vllm);
        string[] score = ["score", "--engine", fake.Address.ToString(), "--reward", "log-likelihood", "--in",
            folder["rows.jsonl"], "--out", folder["out.jsonl"], "--quiet"];
        fake.Instead = (_, n) => n >= 80 ? new EngineAnswer(200, "{\"choices\":7}") : null;
        CliResult broken = RealCli.Run(score);
        Assert.Equal(1, broken.Code);
        Assert.Equal($"innate: {fake.Address}v1/completions: choices: expected a list, found the number 7.\n", broken.Error);
        Assert.False(File.Exists(folder["out.jsonl"]));

        foreach ((string model, string? weights, string difference) in (IEnumerable<(string, string?, string)>)[
            ("other", null, "made with model = "), (FakeEngine.Model, "w2", $"made with model = {FakeEngine.Model} unknown")])
        {
            fake.Instead = (call, _) => call.Method != "GET" ? null : new EngineAnswer(
                200, $$"""{"data":[{"id":"{{model}}","owned_by":"vllm"}]}""", default, weights is null ? []
                    : [("X-Innate-Fingerprint", weights)]);
            CliResult other = RealCli.Run([.. score, "--resume"]);
            Assert.Equal(2, other.Code);
            Assert.Contains(difference, other.Error, StringComparison.Ordinal);
        }

        fake.Instead = null;
        int before = fake.Posts.Length;
        Assert.Equal(0, RealCli.Run([.. score, "--resume"]).Code);
        Assert.Equal(100 - 64, fake.Posts.Length - before);
        Assert.Equal(Cli.Run(["score", "--model", "nowhere", "--reward", "log-likelihood"], rows).Output,
            File.ReadAllText(folder["out.jsonl"]));
    }

    [Fact]
    public void Samples_are_drawn_by_the_engine()
    {
        using var fake = new FakeEngine(EngineKind.Vllm);
        CliResult result = RealCli.Run(
            ["generate", "--engine", fake.Address.ToString(), "--in", "-", "--n", "2", "--max-tokens", "5"],
            """{"prompt_ids":[7,8]}""");
        Assert.Equal("""
            {"prompt_ids":[7,8],"responses":[{"ids":[7,0],"logprobs":[-0.5,-1],"finish_reason":"length"},{"ids":[7,0],"logprobs":[-0.5,-1],"finish_reason":"length"}]}

            """, result.Output, ignoreLineEndingDifferences: true);
        Assert.All(fake.Posts, p => Assert.Equal(5, p.Body!["max_tokens"]!.GetValue<int>()));
    }

    [Fact]
    public void The_key_comes_from_the_environment()
    {
        using var fake = new FakeEngine(EngineKind.Innate);
        fake.Instead = (call, _) => call.Key == "Bearer sesame" ? null : new EngineAnswer(401, "{}");
        const string Name = "INNATE_TEST_ENGINE_KEY";
        string[] score = ["score", "--engine", fake.Address.ToString(), "--engine-key-env", Name];
        CliResult without = RealCli.Run(score, Rows);
        Assert.Equal($"innate: --engine-key-env: expected a key in the environment variable {Name}, found none.\n",
            without.Error);
        Environment.SetEnvironmentVariable(Name, "sesame");
        try
        {
            Assert.Equal(0, RealCli.Run(score, Rows).Code);
        }
        finally
        {
            Environment.SetEnvironmentVariable(Name, null);
        }

        Assert.Contains("the engine wants a key", RealCli.Run(score[..3], Rows).Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("engine: expected an address such as http://127.0.0.1:8000, found 'nowhere'.", "--engine", "nowhere")]
    [InlineData("--engine-kind takes one of vllm, sglang, innate, not 'tgi'.", "--engine", "http://127.0.0.1:9", "--engine-kind",
        "tgi")]
    [InlineData("--engine-kind needs --engine URL.", "--engine-kind", "vllm")]
    [InlineData("--engine-requests needs --engine URL.", "--engine-requests", "2")]
    [InlineData("--threads: expected none beside --engine, which runs the model elsewhere, found 2.", "--engine",
        "http://127.0.0.1:9", "--threads", "2")]
    [InlineData("--adapter: expected none beside --engine, which runs the model elsewhere, found ..", "--engine",
        "http://127.0.0.1:9", "--adapter", ".")]
    public void Options_that_make_no_sense_are_one_sentence(string sentence, params string[] options) =>
        Assert.Equal((2, $"innate: {sentence}\n"), RealCli.Run(["score", .. options], Rows) is var r ? (r.Code, r.Error)
            : default);
}
