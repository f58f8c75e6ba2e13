using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using Innate.Tests.Support;

namespace Innate.Tests.Cli;

/// <summary>What an evaluation says of length and discount, from the command to an independent recomputation.</summary>
public class LengthCommandTests
{
    [PythonFact]
    public void A_script_that_knows_nothing_of_the_program_finds_every_length_figure_in_the_items()
    {
        using TemporaryFolder folder = new();
        string[][] runs =
        [
            ["arith-bench", "--limit", "20", "--sweep", "gamma=0.5:0.9:0.2,beta=0,0.1", "--scorer", "endogenous,first=4",
                "--scorer", "mean-log-likelihood", "--scorer", "judge-pairwise", "--scorer", "shorter-wins"],
            ["arith-styles", "--limit", "12"],
            ["reward-bench-2", "--data", Ties(folder), "--scorer", "endogenous", "--scorer", "longer-wins"],
        ];
        for (int r = 0; r < runs.Length; r++)
        {
            string run = folder["run" + r];
            CliResult eval = RealCli.Run(["eval", .. runs[r], "--out", run, "--quiet", "--resamples", "60", "--seed", "5"]);
            Assert.Equal("", eval.Error);
            (int code, string output) = Recompute(run);
            Assert.EndsWith("equal\n", output, StringComparison.Ordinal);
            Assert.Equal(0, code);
        }

        // It does compare: a figure that is not the items' is named.
        string results = Path.Combine(folder["run0"], "results.json");
        JsonNode json = JsonNode.Parse(File.ReadAllText(results))!;
        json["scorers"]![1]!["length"]!["gain_interval"]![0] = 0.25;
        File.WriteAllText(results, json.ToJsonString());
        (int other, string said) = Recompute(folder["run0"]);
        Assert.Equal(1, other);
        Assert.Contains("mean-log-likelihood: length.gain_interval[0]: ", said, StringComparison.Ordinal);
    }

    // Clusters of two items, so that the draws take both.
    private static string Ties(TemporaryFolder folder)
    {
        string path = folder["rb2.jsonl"];
        File.WriteAllLines(path,
        [
            """{"id": "tied:1", "subset": "Ties", "prompt": "A color?", "chosen": ["Red", "Light blue"], "rejected": ["Dog", "Cat"]}""",
            """{"id": "ref:1", "subset": "Ties", "prompt": "The color of grass?", "chosen": ["Green"], "rejected": ["Dog", "Blue"]}""",
            """{"id": "tied:2", "subset": "Ties", "prompt": "A number?", "chosen": ["12", "one"], "rejected": ["Dog", "a b c"]}""",
            """{"id": "7", "subset": "Math", "prompt": "47 + 85 = ?", "chosen": ["132"], "rejected": ["133", "1", "the sum"]}""",
        ]);
        return path;
    }

    private static (int Code, string Output) Recompute(string run)
    {
        using Process python = Process.Start(new ProcessStartInfo(
            PythonFactAttribute.Find()!, [Path.Combine(Places.Repository, "experiments", "lengths", "lengths.py"), run])
        {
            RedirectStandardOutput = true,
        })!;
        string output = python.StandardOutput.ReadToEnd();
        python.WaitForExit();
        return (python.ExitCode, output.ReplaceLineEndings("\n"));
    }

    // Two answers that begin alike: their first token decides nothing, the whole does.
    [Fact]
    public void A_tie_of_the_first_tokens_is_half_a_pair_and_no_win_of_the_benchmark()
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder["p.jsonl"], """{"prompt": "47 + 85 = ?", "chosen": "132", "rejected": "132 132 132"}""");
        Assert.Equal(0, RealCli.Run(
        [
            "eval", "pairs", "--data", folder["p.jsonl"], "--out", folder["run"], "--quiet", "--scorer",
            "endogenous:gamma=0.9,first=1", "--scorer", "endogenous,gamma=0.9",
        ]).Code);
        using JsonDocument json = JsonDocument.Parse(File.ReadAllBytes(folder["run/results.json"]));
        JsonElement[] rows = [.. json.RootElement.GetProperty("scorers").EnumerateArray()];
        Assert.Equal("endogenous,gamma=0.9,first=1", rows[0].GetProperty("name").GetString());
        Assert.Equal(1, rows[0].GetProperty("ties").GetInt32());
        Assert.Equal(0, rows[0].GetProperty("metrics").GetProperty("accuracy").GetDouble());
        Assert.Equal(0.5, rows[0].GetProperty("length").GetProperty("accuracy").GetDouble());
        Assert.NotEqual(0.5, rows[1].GetProperty("length").GetProperty("accuracy").GetDouble());
        Assert.Equal(JsonValueKind.Null, rows[0].GetProperty("length").GetProperty("like_accuracy").ValueKind);

        // The discount is looked at for the same one token, so that nothing changes.
        Assert.All(json.RootElement.GetProperty("discount").GetProperty("points").EnumerateArray(),
            p => Assert.Equal(0, p.GetProperty("changed").GetDouble()));
    }

    [Fact]
    public void The_table_and_the_page_tell_of_length_and_discount()
    {
        using TemporaryFolder folder = new();
        CliResult result = RealCli.Run(
            ["eval", "arith-bench", "--limit", "12", "--out", folder["run"], "--quiet", "--resamples", "50"]);
        Assert.Contains("pairs won", result.Output, StringComparison.Ordinal);
        Assert.Contains("changed: pairs whose choice is not that of gamma 1", result.Output, StringComparison.Ordinal);
        string page = File.ReadAllText(folder["run/report.html"]);
        Assert.Contains("id=\"length\"", page, StringComparison.Ordinal);
        Assert.Contains("id=\"discount\"", page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("process-bench --data {0} --scorer log-likelihood,first=3", "--scorer: log-likelihood,first=3: expected no first with process-bench")]
    [InlineData("rmgap", "--data: expected the file or folder of rmgap's items, found none")]
    [InlineData("rm-gapp", "expected one of rm-bench, reward-bench")]
    public void What_cannot_be_served_is_refused(string args, string sentence)
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(
            folder["steps.jsonl"], """{"id": "gsm8k-0", "problem": "47 + 85 = ?", "steps": ["132."], "label": -1}""");
        string[] all = [.. args.Split(' ').Select(a => a == "{0}" ? folder["steps.jsonl"] : a)];
        CliResult result = RealCli.Run(["eval", .. all, "--out", folder["run"], "--quiet"]);
        Assert.Equal(2, result.Code);
        Assert.Contains(sentence, result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void The_first_tokens_of_a_response_score_as_the_response_that_is_those_alone()
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder["in.jsonl"], """{"prompt_ids": [5, 6, 7], "responses_ids": [[8, 9, 10, 11], [8, 9]]}""");
        double[] cut = Rewards("--first", "2"), whole = Rewards();
        Assert.Equal(cut[1], cut[0]);
        Assert.Equal(whole[1], cut[1]);
        Assert.NotEqual(whole[0], cut[0]);
        CliResult none = RealCli.Run(["score", "--in", folder["in.jsonl"], "--first", "0"]);
        Assert.Contains("--first: expected a whole number of at least 1, found 0", none.Error, StringComparison.Ordinal);

        double[] Rewards(params string[] more)
        {
            CliResult result = RealCli.Run(["score", "--in", folder["in.jsonl"], .. more]);
            Assert.Equal("", result.Error);
            return [.. JsonNode.Parse(result.Output)!["rewards"]!.AsArray().Select(r => r!.GetValue<double>())];
        }
    }

    [Fact]
    public void Rmgap_is_measured_with_its_own_scorer_first()
    {
        using TemporaryFolder folder = new();
        string group = """{"winner": "W", "prompts": [{"text": "Briefly: 2 + 2?"}, {"text": "Short: 2 + 2?"}, {"text": "2 + 2?"}]}""";
        string groups = string.Join(", ", "ABCD".Select(k => group.Replace('W', k)));
        File.WriteAllText(folder["test.jsonl"], $$"""
            {"id": 1, "domain": "Chat", "source": "s", "prompt_groups": [{{groups}}], "responses": [{"key": "A", "text": "4"},
             {"key": "B", "text": "It is 4."}, {"key": "C", "text": "The answer is 4."}, {"key": "D", "text": "5"}]}
            """.ReplaceLineEndings(" "));
        CliResult result = RealCli.Run(
            ["eval", "rmgap", "--data", folder["test.jsonl"], "--out", folder["run"], "--quiet", "--resamples", "20"]);
        Assert.Equal("", result.Error);
        JsonNode json = JsonNode.Parse(File.ReadAllText(folder["run/results.json"]))!;
        Assert.Equal("endogenous-logprob,gamma=0.93", json["scorers"]![0]!["name"]!.GetValue<string>());
        Assert.Equal("endogenous-logprob,gamma=0.93", json["discount"]!["scorer"]!.GetValue<string>());

        // Each response is the right one of a quarter of the prompts, so that a scorer of length alone knows nothing.
        JsonNode shorter = json["scorers"]!.AsArray().Single(s => s!["name"]!.GetValue<string>() == "shorter-wins")!;
        Assert.Equal(36, shorter["length"]!["pairs"]!.GetValue<int>());
        Assert.Equal(0.5, shorter["length"]!["accuracy"]!.GetValue<double>());
        Assert.Equal(0, shorter["metrics"]!["best-of-4"]!.GetValue<double>()); // A and D are both of one character
    }
}
