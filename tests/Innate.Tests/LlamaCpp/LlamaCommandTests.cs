using System.Net;
using System.Text.Json;
using Innate.Checkpoints;
using Innate.Engines;
using Innate.LlamaCpp;
using Innate.Models;
using Innate.Rows;
using Innate.Runs;
using Innate.Sessions;
using Innate.Tests.Cli;
using Innate.Tests.Server;
using Innate.Traces;
using TemporaryFolder = Innate.Tests.Support.TemporaryFolder;

namespace Innate.Tests.LlamaCpp;

/// <summary>--engine llama.cpp: the commands that read a causal model say what they say without it, but for the last digits.</summary>
public sealed class LlamaCommandTests : IDisposable
{
    private static readonly string Rows = string.Concat(Enumerable.Range(10, 6).Select(i =>
        $$"""{"id":{{i}},"prompt":"What is {{i}} + {{3 * i}}?","responses":["{{4 * i}}","{{(4 * i) + 1}}"]}""" + "\n"));

    private readonly TemporaryFolder _folder = new();
    private readonly Lazy<string> _tiny;

    public LlamaCommandTests() => _tiny = new(() => LlamaFiles.Export(EmbeddedModel.Folder, _folder["tiny.gguf"]));

    public void Dispose() => _folder.Dispose();

    [LlamaFact]
    public void Rows_are_scored_with_every_reward_of_traces_at_any_gamma()
    {
        foreach (string[] reward in (string[][])[
            ["--reward", "endogenous"], ["--reward", "endogenous", "--alpha", "0.5", "--gamma", "0.9", "--beta", "0.1"],
            ["--reward", "self-certainty"], ["--reward", "entropy"], ["--reward", "log-likelihood"]])
        {
            CliResult ours = RealCli.Run(["score", "--model", _tiny.Value, .. reward], Rows);
            CliResult theirs = RealCli.Run(["score", .. Engine(), .. reward], Rows);
            Assert.Equal((0, ""), (theirs.Code, theirs.Error));
            foreach ((double a, double b) in Rewards(ours).Zip(Rewards(theirs))) Assert.Equal(a, b, 0.05 * Math.Max(1, Math.Abs(a)));
        }

        static IEnumerable<double> Rewards(CliResult result) => result.Lines
            .SelectMany(l => JsonDocument.Parse(l).RootElement.GetProperty("rewards").EnumerateArray().Select(r => r.GetDouble()));
    }

    [LlamaFact]
    public void A_row_that_is_longer_than_the_context_has_its_error_and_a_run_goes_on_after_it()
    {
        File.WriteAllText(_folder["rows.jsonl"], """
            {"prompt_ids":[1,2,3],"response_ids":[4,5]}
            {"prompt_ids":[1,2,3,4,5,6,7,8,9,10,11,12],"response_ids":[4,5,6,7,8,9]}
            {"prompt_ids":[1,2,3],"response_ids":[6]}

            """);
        string[] score =
            ["score", .. Engine(), "--engine-context", "16", "--in", _folder["rows.jsonl"], "--out", _folder["out.jsonl"], "--quiet"];
        CliResult result = RealCli.Run(score);
        Assert.Equal(2, result.Code);
        string[] lines = File.ReadAllLines(_folder["out.jsonl"]);
        Assert.Equal(3, lines.Length);
        Assert.Contains("18 tokens, 2 more than llama.cpp's context of 16 (--engine-context 16)", JsonDocument.Parse(lines[1]).RootElement.GetProperty("error").GetString(),
            StringComparison.Ordinal);
        Assert.True(JsonDocument.Parse(lines[2]).RootElement.TryGetProperty("reward", out _));
    }

    [LlamaFact]
    public void A_run_that_the_engine_ended_goes_on_to_the_same_bytes_and_only_with_the_same_engine()
    {
        InProcessEngine dying = DyingEngine.After(queries: 70);
        File.WriteAllText(_folder["rows.jsonl"], string.Concat(Enumerable.Range(0, 100).Select(i =>
            $$"""{"prompt_ids":[{{1 + (i % 50)}},2,3],"response_ids":[4,{{5 + (i % 90)}}]}""" + "\n")));
        ModelSource source = new() { Model = _tiny.Value, Threads = 2, LlamaCpp = new() };
        Run("whole.jsonl", source, resume: false);
        Assert.Throws<EngineException>(() => Run("out.jsonl", source with { InProcess = dying }, resume: false));
        Assert.InRange(File.ReadAllLines(_folder["out.jsonl.partial"]).Length, 1, 99);
        Assert.Throws<InputException>(() => Run("out.jsonl", new ModelSource { Model = _tiny.Value, Threads = 2 }, resume: true));
        Run("out.jsonl", source, resume: true);
        Assert.Equal(File.ReadAllBytes(_folder["whole.jsonl"]), File.ReadAllBytes(_folder["out.jsonl"]));
    }

    [LlamaFact]
    public void The_other_commands_that_read_a_model_take_it_too()
    {
        string[] rank = ["rank", "--json", "--prompt", "What is 47 + 85?", "--response", "132", "--response", "122"];
        Assert.Equal(Best(RealCli.Run([.. rank, "--model", _tiny.Value])), Best(RealCli.Run([.. rank, .. Engine()])));
        string[] generate = ["generate", "--json", "--temperature", "0", "--max-tokens", "40", "--prompt", "What is 47 + 85?"];
        Assert.Equal(Text(RealCli.Run([.. generate, "--model", _tiny.Value])), Text(RealCli.Run([.. generate, .. Engine()])));
        CliResult judged = RealCli.Run(["judge", .. Engine()], """{"prompt":"What is 1 + 1?","response":"2"}""");
        Assert.Equal(0, judged.Code);
        CliResult labelled = RealCli.Run(["label", .. Engine()], """{"prompt":"What is 10 + 30?","responses":["40","41"]}""");
        Assert.Equal(0, labelled.Code);
        Assert.Contains("chosen", labelled.Output, StringComparison.Ordinal);

        static int Best(CliResult r) => JsonDocument.Parse(r.Output).RootElement.GetProperty("ranking")[0].GetProperty("index").GetInt32();
        static string? Text(CliResult r) =>
            JsonDocument.Parse(r.Output).RootElement.GetProperty("responses")[0].GetProperty("text").GetString();
    }

    [LlamaFact]
    public async Task It_serves_rewards_and_samples()
    {
        LlamaCppEngine.Use();
        await using RunningServer server = await RunningServer.Start(
            o => o with { Folder = _tiny.Value, LlamaCpp = new LlamaCppSettings(), Threads = 2 }, _tiny.Value);
        var rewards = await server.Post("/v1/rewards", """{"rows":[{"prompt":"What is 47 + 85?","responses":["132","122"]}]}""");
        Assert.Equal(HttpStatusCode.OK, rewards.Status);
        var said = await server.Post(
            "/v1/chat/completions", """{"messages":[{"role":"user","content":"What is 47 + 85?"}],"temperature":0,"max_tokens":60}""");
        Assert.Equal(HttpStatusCode.OK, said.Status);
        Assert.Contains("132", said.Body, StringComparison.Ordinal);
    }

    [LlamaFact]
    public void Others_and_options_of_other_engines_are_refused_by_name()
    {
        Says(["train", "sft", "--engine", "llama.cpp"], "--engine");
        Says(["export", "--engine", "llama.cpp", "--out", "x.gguf"], "--engine");
        Says(["inspect", "--engine", "llama.cpp"], "--engine");
        Says(["score", "--engine", "llama.cpp", "--engine-kind", "vllm", "--model", _tiny.Value], "--engine-kind needs --engine URL");
        Says(["score", "--engine-context", "100"], "--engine-context needs --engine llama.cpp");
        Says(["score", .. Engine(), "--engine-context", "1"], "--engine-context", "at least 2");
        Says(["score", .. Engine(), "--reward", "classifier"], "score head");
        Says(["score", .. Engine(), "--compute", "int8"], "--compute", "none beside --engine");
        Says(["label", "steps", "--engine", "http://127.0.0.1:1"], "expected llama.cpp", "http://127.0.0.1:1");
        Says(["generate", .. Engine(), "--no-lookup", "--prompt", "a"], "--no-lookup");
        Says(["score", "--engine", "llama.cpp"], "--model", "a GGUF file");
        File.WriteAllText(_folder["rows.jsonl"], Rows);
        Says(["score", .. Engine(), "--dry-run", "--in", _folder["rows.jsonl"]], "a model that runs here");

        static void Says(string[] args, params string[] words)
        {
            CliResult result = RealCli.Run(args, Rows);
            Assert.Equal(2, result.Code);
            Assert.Single(result.Error.TrimEnd().Split('\n'));
            foreach (string word in words) Assert.Contains(word, result.Error, StringComparison.Ordinal);
        }
    }

    private void Run(string output, ModelSource source, bool resume) => new ScoreRun(new ScoreSettings
    {
        Input = RowLocation.File(_folder["rows.jsonl"]), Output = RowLocation.File(_folder[output]), Model = source, Resume = resume,
    }).Execute();

    private string[] Engine() => ["--engine", "llama.cpp", "--model", _tiny.Value, "--threads", "2"];
}
