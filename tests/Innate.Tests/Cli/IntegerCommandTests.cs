using System.Text.Json;
using Innate.Tests.Cli.Training;

namespace Innate.Tests.Cli;

/// <summary>Scores in integers: near the exact ones, named as what they are, and refused where they cannot be.</summary>
public sealed class IntegerCommandTests : IDisposable
{
    private const string NotHere =
        "--compute: expected exact where weights are trained or written: codes have no gradient, found int8.";

    private readonly TrainFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Integers_score_nearly_as_float32_does_from_a_folder_and_from_a_quantised_file()
    {
        string[] rows = ["score", "--in", _folder["pairs.jsonl"], "--reward", "mean-log-likelihood"];
        string[] score = [.. rows, "--model", _folder["model"]];
        double[] exact = Rewards(score), eight = Rewards([.. score, "--compute", "int8"]);
        double[] four = Rewards([.. score, "--compute", "int8", "--quantize", "q4_1"]);
        Assert.NotEqual(exact, eight);
        Assert.InRange(Distance(exact, eight), 1e-7, 0.01);
        Assert.InRange(Distance(exact, four), Distance(exact, eight), 0.2);

        // A file's own blocks are what is computed with: so a folder that is rounded to them has the same bits.
        Run("export", "--model", _folder["model"], "--type", "q8_0", "--out", _folder["model.gguf"]);
        double[] file = Rewards([.. rows, "--model", _folder["model.gguf"], "--compute", "int8"]);
        Assert.Equal(eight, file);
    }

    [Fact]
    public void Text_is_sampled_in_integers_and_its_log_probabilities_are_those_of_its_score()
    {
        string model = _folder["model"];
        using JsonDocument written = JsonDocument.Parse(Run(
            "generate", "--model", model, "--compute", "int8", "--prompt", "What is 3+4?", "--max-tokens", "8", "--seed", "5",
            "--json"));
        JsonElement response = written.RootElement.GetProperty("responses")[0];
        int[] ids = [.. response.GetProperty("ids").EnumerateArray().Select(i => i.GetInt32())];
        double[] told = [.. response.GetProperty("logprobs").EnumerateArray().Select(v => v.GetDouble())];
        using LanguageModel loaded = LanguageModel.Load(model, new() { Compute = Innate.Compute.ComputeMode.Int8 });
        using var session = Sessions.ModelSession.Open(model);
        int[] prompt = session.Format(new()).EncodePrompt("What is 3+4?").Ids;
        double[] traced = [.. loaded.Trace([new Innate.Models.TraceQuery(prompt, [ids])])[0][0].LogProbability];
        Assert.Equal(traced, told);
    }

    [Fact]
    public void A_report_names_the_integers_and_is_not_gone_on_with_in_float32()
    {
        string[] eval = ["eval", "arith-bench", "--model", _folder["model"], "--limit", "4", "--scorer", "endogenous", "--quiet"];
        Run([.. eval, "--out", _folder["eval"], "--compute", "int8"]);
        using JsonDocument results = JsonDocument.Parse(File.ReadAllText(Path.Combine(_folder["eval"], "results.json")));
        Assert.Equal("int8", results.RootElement.GetProperty("fingerprint").GetProperty("compute").GetString());

        CliResult exact = TrainFolder.Run([.. eval, "--out", _folder["eval"], "--resume"]);
        Assert.Equal(2, exact.Code);
        Assert.Contains("--resume: expected an output of the same settings", exact.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("score", "--compute", "int7", "--compute: expected exact or int8, found 'int7'.")]
    [InlineData("score", "--quantize", "q8_0", "--quantize: expected int8 as --compute beside it, found exact.")]
    [InlineData("train", "--compute", "int8", NotHere)]
    [InlineData("merge", "--compute", "int8", NotHere)]
    [InlineData("export", "--compute", "int8", NotHere)]
    public void What_cannot_be_is_one_sentence(string command, string option, string value, string sentence)
    {
        string[] rest = command switch
        {
            "train" => ["sft", "--data", _folder["rows.jsonl"], "--out", _folder["out"]],
            "merge" => ["--adapter", Adapter(), "--out", _folder["out"]],
            "export" => ["--out", _folder["out"]],
            _ => ["--in", _folder["pairs.jsonl"]],
        };
        CliResult result = TrainFolder.Run([command, .. rest, "--model", _folder["model"], option, value]);
        Assert.Equal((2, $"innate: {sentence}\n"), (result.Code, result.Error));
    }

    [Fact]
    public void Blocks_of_another_kind_are_not_rounded_again()
    {
        Run("export", "--model", _folder["model"], "--type", "q8_0", "--out", _folder["model.gguf"]);
        string[] score = ["score", "--in", _folder["pairs.jsonl"], "--model", _folder["model.gguf"]];
        CliResult result = TrainFolder.Run([.. score, "--compute", "int8", "--quantize", "q4_1"]);
        Assert.Equal(2, result.Code);
        Assert.Contains("--quantize: expected no other blocks than those of", result.Error, StringComparison.Ordinal);
        Assert.Single(result.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    private string Adapter()
    {
        Assert.Equal(0, _folder.Sft("lora", "--steps", "1", "--lora-rank", "2", "--quiet").Code);
        return Path.Combine(_folder["lora"], "final");
    }

    private static double[] Rewards(string[] args) => [.. Run(args).Split('\n', StringSplitOptions.RemoveEmptyEntries)
        .Select(line => JsonDocument.Parse(line).RootElement.GetProperty("reward_chosen").GetDouble())];

    private static double Distance(double[] a, double[] b) => a.Zip(b, (x, y) => Math.Abs(x - y)).Average();

    private static string Run(params string[] args)
    {
        CliResult result = TrainFolder.Run(args);
        Assert.True(result.Code == 0, result.Error);
        return result.Output;
    }
}
