using System.Text.Json;
using Innate.Checkpoints;
using Innate.Engines;
using Innate.Runs.Evaluation;
using Innate.Sessions;
using Innate.Tests.Cli;
using TemporaryFolder = Innate.Tests.Support.TemporaryFolder;

namespace Innate.Tests.LlamaCpp;

/// <summary>Benchmarks and the best of N over llama.cpp, also where it fails in the middle.</summary>
public sealed class LlamaEvaluationTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Lazy<string> _tiny;

    public LlamaEvaluationTests() => _tiny = new(() => LlamaFiles.Export(EmbeddedModel.Folder, _folder["tiny.gguf"]));

    public void Dispose() => _folder.Dispose();

    [LlamaFact]
    public void A_benchmark_has_the_outcomes_of_our_own_decoder()
    {
        WritePairs(12);
        string[] eval = ["eval", "pairs", "--data", _folder["pairs.jsonl"], "--scorer", "endogenous", "--scorer", "self-certainty",
            "--model", _tiny.Value, "--threads", "2", "--quiet"];
        Assert.Equal(0, RealCli.Run([.. eval, "--out", _folder["ours"]]).Code);
        CliResult theirs = RealCli.Run([.. eval, "--out", _folder["theirs"], "--engine", "llama.cpp"]);
        Assert.Equal((0, ""), (theirs.Code, theirs.Error));
        JsonElement[] a = Items("ours"), b = Items("theirs");
        Assert.Equal(24, b.Length);
        for (int i = 0; i < a.Length; i++)
        {
            double[] expected = Scores(a[i]), found = Scores(b[i]);
            Assert.Equal(expected[0], found[0], 0.05);
            Assert.Equal(expected[1], found[1], 0.05);
        }

        JsonElement made = JsonDocument.Parse(File.ReadAllText(_folder["theirs/settings.json"])).RootElement;
        Assert.StartsWith("llama.cpp", made.GetProperty("engine").GetString(), StringComparison.Ordinal);
    }

    [LlamaFact]
    public void An_item_that_the_context_has_no_room_for_is_an_error_in_its_place_and_says_which_option_makes_room()
    {
        WritePairs(4, longest: 2);
        CliResult result = RealCli.Run(
            ["eval", "pairs", "--data", _folder["pairs.jsonl"], "--scorer", "endogenous", "--model", _tiny.Value, "--threads", "2",
                "--engine", "llama.cpp", "--engine-context", "48", "--out", _folder["run"], "--quiet"]);
        Assert.Equal(0, result.Code);
        JsonElement[] items = Items("run");
        Assert.Equal(4, items.Length);
        for (int i = 0; i < 4; i++) Assert.Equal(i == 2, items[i].TryGetProperty("unscored", out _));
        Assert.Contains(
            "more than llama.cpp's context of 48 (--engine-context 48)", items[2].GetProperty("unscored").GetString(),
            StringComparison.Ordinal);
    }

    [LlamaFact]
    public void An_evaluation_whose_engine_died_goes_on_to_the_same_bytes()
    {
        WritePairs(100);
        EvaluationSettings settings = new()
        {
            Benchmark = "pairs", Data = _folder["pairs.jsonl"], Scorers = ["endogenous"], Output = _folder["whole"],
            Model = new ModelSource { Model = _tiny.Value, Threads = 2, LlamaCpp = new() },
        };
        new EvaluationRun(settings).Execute();
        EvaluationSettings stopped = settings with { Output = _folder["run"] };
        Assert.Throws<EngineException>(() => new EvaluationRun(stopped with
        {
            Model = settings.Model with { InProcess = DyingEngine.After(queries: 70) },
        }).Execute());
        Assert.InRange(File.ReadAllLines(_folder["run/items.jsonl.partial"]).Length, 1, 99);
        new EvaluationRun(stopped with { Resume = true }).Execute();
        Assert.Equal(File.ReadAllBytes(_folder["whole/items.jsonl"]), File.ReadAllBytes(_folder["run/items.jsonl"]));
        Assert.Equal(File.ReadAllBytes(_folder["whole/results.json"]), File.ReadAllBytes(_folder["run/results.json"]));
    }

    [LlamaFact]
    public void The_best_of_its_own_samples_is_what_our_own_decoder_chooses()
    {
        string rows = string.Concat(Enumerable.Range(20, 4).Select(i => $$"""{"prompt":"What is {{i}} + {{i}}?"}""" + "\n"));
        File.WriteAllText(_folder["rows.jsonl"], rows);
        string[] rank = ["rank", "--sample", "--best-of", "4", "--in", _folder["rows.jsonl"], "--max-tokens", "60", "--seed", "3",
            "--model", _tiny.Value, "--threads", "2"];
        Assert.Equal(0, RealCli.Run([.. rank, "--out", _folder["ours.jsonl"]]).Code);
        CliResult theirs = RealCli.Run([.. rank, "--out", _folder["theirs.jsonl"], "--engine", "llama.cpp"]);
        Assert.Equal((0, ""), (theirs.Code, theirs.Error));
        Assert.Equal(Chosen("ours.jsonl"), Chosen("theirs.jsonl"));
        Assert.Equal(4, Chosen("theirs.jsonl").Length);
    }

    private void WritePairs(int count, int longest = -1) => File.WriteAllText(
        _folder["pairs.jsonl"], string.Concat(Enumerable.Range(0, count).Select(i =>
            $$"""{"prompt":"What is {{i}} + 3?","chosen":"{{i + 3}}{{(i == longest ? new string('1', 60) : "")}}","rejected":"{{i}}"}"""
            + "\n")));

    private JsonElement[] Items(string run) =>
        [.. File.ReadAllLines(_folder[$"{run}/items.jsonl"]).Select(l => JsonDocument.Parse(l).RootElement)];

    private static double[] Scores(JsonElement item) => [.. item.GetProperty("scores").EnumerateArray().Select(s => s.GetDouble())];

    private string?[] Chosen(string file) =>
        [.. File.ReadAllLines(_folder[file]).Select(l => JsonDocument.Parse(l).RootElement.GetProperty("response").GetString())];
}
