using System.Text.Json;

namespace Innate.Tests.Cli;

public class EvalCommandTests
{
    private static string[] Arith(string folder, params string[] more) =>
        ["eval", "arith-bench", "--limit", "12", "--out", folder, "--quiet", "--resamples", "50", .. more];

    [Fact]
    public void The_endogenous_reward_knows_right_from_wrong_and_results_are_as_documented()
    {
        using TemporaryFolder folder = new();
        CliResult result = RealCli.Run(Arith(folder["run"], "--sweep", "gamma=0.9,1,beta=0"));
        Assert.Equal("", result.Error);
        Assert.Equal(0, result.Code);
        using JsonDocument json = JsonDocument.Parse(File.ReadAllBytes(folder["run/results.json"]));
        JsonElement root = json.RootElement, endogenous = root.GetProperty("scorers")[0];
        Assert.Equal("arith-bench", root.GetProperty("benchmark").GetString());
        Assert.Equal("innate-tiny", root.GetProperty("model").GetString());
        foreach (string name in (string[])["weights", "tokenizer", "template", "precision", "formula", "version"])
        {
            Assert.NotEqual("", root.GetProperty("fingerprint").GetProperty(name).GetString());
        }

        Assert.Equal("endogenous", endogenous.GetProperty("name").GetString());
        Assert.Equal(12, endogenous.GetProperty("n").GetInt32());
        Assert.Equal(0, endogenous.GetProperty("unscored").GetInt32());
        double overall = endogenous.GetProperty("metrics").GetProperty("overall").GetDouble();
        Assert.InRange(overall, 0.75, 1);
        Assert.All(root.GetProperty("scorers").EnumerateArray()
            .Where(s => s.GetProperty("name").GetString() is "random" or "shorter-wins" or "longer-wins"),
            s => Assert.True(s.GetProperty("metrics").GetProperty("overall").GetDouble() < overall));
        JsonElement interval = endogenous.GetProperty("intervals").GetProperty("overall");
        Assert.InRange(overall, interval[0].GetDouble(), interval[1].GetDouble());

        // gamma 1, beta 0 of the surface is the scorer itself, from one pass.
        JsonElement surface = root.GetProperty("sweep").GetProperty("surfaces").GetProperty("overall");
        Assert.Equal(overall, surface[1][0].GetDouble());
        Assert.NotEqual(overall, surface[0][0].GetDouble());
        Assert.Equal(12 * 8, File.ReadAllLines(folder["run/items.jsonl"]).Length);
        string page = File.ReadAllText(folder["run/report.html"]);
        Assert.Contains("data-part=\"heat\"", page, StringComparison.Ordinal);
        Assert.Contains("data-part=\"pair\"", page, StringComparison.Ordinal);
        Assert.DoesNotContain("http://", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Whatever_the_table_and_the_page_show_the_model_reads_each_item_once()
    {
        using TemporaryFolder folder = new();
        File.WriteAllLines(folder["p.jsonl"], Enumerable.Range(0, 30).Select(
            i => $$"""{"prompt": "{{(char)('a' + (i % 26))}} {{(char)('a' + (i / 26))}}", "chosen": "b c", "rejected": "c"}"""));
        FakeModel model = new() { VocabularySize = 4096, MaxPositions = 512 };
        CliResult result = Cli.Run(
            ["eval", "pairs", "--data", folder["p.jsonl"], "--out", folder["run"], "--sweep", "gamma=0.9,1", "--quiet"],
            model: model, folder: Path.Combine(Support.Places.Fixtures, "chat-model"));
        Assert.Equal((0, ""), (result.Code, result.Error));
        Assert.Contains("data-part=\"pair\"", File.ReadAllText(folder["run/report.html"]), StringComparison.Ordinal);
        Assert.Equal(30, model.BatchSizes.Sum());
    }

    [Fact]
    public void The_table_is_the_same_on_any_number_of_threads()
    {
        using TemporaryFolder folder = new();
        Assert.Equal(0, RealCli.Run(Arith(folder["one"], "--threads", "1")).Code);
        Assert.Equal(0, RealCli.Run(Arith(folder["three"], "--threads", "3")).Code);
        foreach (string file in (string[])["items.jsonl", "results.json", "report.html"])
        {
            Assert.Equal(File.ReadAllBytes(folder["one/" + file]), File.ReadAllBytes(folder["three/" + file]));
        }
    }

    [Fact]
    public void A_run_stopped_at_any_byte_goes_on_to_the_same_table()
    {
        using TemporaryFolder folder = new();
        string[] more = ["--scorer", "endogenous", "--scorer", "random", "--sweep", "gamma=0.9,1", "--scorer", "judge-pairwise"];
        Assert.Equal(0, RealCli.Run(Arith(folder["whole"], more)).Code);
        byte[] items = File.ReadAllBytes(folder["whole/items.jsonl"]), results = File.ReadAllBytes(folder["whole/results.json"]);
        foreach (int cut in (int[])[0, 1, items.Length / 3, items.Length / 2, items.Length - 1, items.Length])
        {
            string run = folder["cut" + cut];
            Directory.CreateDirectory(run);
            File.WriteAllBytes(Path.Combine(run, "items.jsonl.partial"), items[..cut]);
            File.Copy(folder["whole/settings.json"], Path.Combine(run, "items.jsonl.partial.json"));
            CliResult resumed = RealCli.Run(Arith(run, [.. more, "--resume"]));
            Assert.Equal("", resumed.Error);
            Assert.Equal(items, File.ReadAllBytes(Path.Combine(run, "items.jsonl")));
            Assert.Equal(results, File.ReadAllBytes(Path.Combine(run, "results.json")));
            Assert.False(File.Exists(Path.Combine(run, "items.jsonl.partial")));
        }

        // A whole run needs no item again; other settings are refused by name.
        Assert.Equal(0, RealCli.Run(Arith(folder["whole"], [.. more, "--resume"])).Code);
        Assert.Equal(results, File.ReadAllBytes(folder["whole/results.json"]));
        CliResult other = RealCli.Run(Arith(folder["whole"], [.. more, "--resume", "--seed", "5"]));
        Assert.Equal(2, other.Code);
        Assert.Contains(
            "--resume: expected an output of the same settings (without --resume the run starts anew), found one "
            + "that was made with ", other.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--scorer classifier", "--scorer: classifier: expected a trained reward model, found ")]
    [InlineData("--scorer implicit", "--scorer: implicit: expected a model in --reference, found none")]
    [InlineData("--scorer random --reference m", "--reference: expected none without implicit among --scorer")]
    [InlineData("--scorer random --scorer random", "--scorer: expected different scorers or options, found random twice")]
    [InlineData("--scorer random --sweep gamma=0.9", "--sweep: expected a scorer with weights")]
    [InlineData("--scorer endogenous --steps sum", "--steps: expected none but with process-bench")]
    [InlineData("--scorer endogenous --votes 2", "--judge: expected a judge among --scorer")]
    [InlineData("--scorer random --system x", "--system: expected a reward among --scorer, which reads it")]
    [InlineData("--scorer judge-verifier --system x", "judges read --principle and --judge-prompt")]
    [InlineData("--scorer endogenous --prompts x", "they belong to dsp, found x")]
    [InlineData("--scorer endogenous --data nowhere", "--data: expected a file or folder, found no nowhere")]
    public void What_cannot_be_served_is_refused_before_any_work(string options, string sentence)
    {
        using TemporaryFolder folder = new();
        CliResult result = RealCli.Run(Arith(folder["run"], options.Split(' ')));
        Assert.Equal(2, result.Code);
        Assert.Contains(sentence, result.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder["run"]));
    }

    [Fact]
    public void A_judge_prompt_that_was_edited_is_another_run()
    {
        using TemporaryFolder folder = new();
        string prompt = folder["mine.txt"];
        File.WriteAllText(prompt, RealCli.Run(["judge", "--kind", "verifier", "--show-prompt"]).Output);
        string[] run = Arith(folder["run"], "--scorer", "judge-verifier", "--judge-prompt", prompt);
        Assert.Equal(0, RealCli.Run(run).Code);
        Assert.Equal(0, RealCli.Run([.. run, "--resume"]).Code);
        File.AppendAllText(prompt, "Be strict.\n");
        CliResult edited = RealCli.Run([.. run, "--resume"]);
        Assert.Equal(2, edited.Code);
        Assert.Contains("was made with judge_prompt = mine.txt", edited.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Constant_rewards_have_no_correlation_with_length()
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder["p.jsonl"], """{"prompt": "47 + 85 = ?", "chosen": "132", "rejected": "132"}""");
        Assert.Equal(0, RealCli.Run(
            ["eval", "pairs", "--data", folder["p.jsonl"], "--out", folder["run"], "--scorer", "endogenous", "--quiet"]).Code);
        string page = File.ReadAllText(folder["run/report.html"]);
        Assert.Contains("correlation –", page, StringComparison.Ordinal);
        Assert.DoesNotContain("NaN", page[..page.IndexOf("<script", StringComparison.Ordinal)], StringComparison.Ordinal);
    }

    [Fact]
    public void An_item_longer_than_the_context_is_counted_and_listed_as_unscored()
    {
        using TemporaryFolder folder = new();
        string longText = string.Join(' ', Enumerable.Repeat("word", 600));
        File.WriteAllLines(folder["p.jsonl"],
        [
            """{"prompt": "47 + 85 = ?", "chosen": "132", "rejected": "122", "subset": "short"}""",
            $$"""{"prompt": "47 + 85 = ?", "chosen": "{{longText}}", "rejected": "122", "subset": "long"}""",
        ]);
        CliResult result = RealCli.Run(
            ["eval", "pairs", "--data", folder["p.jsonl"], "--out", folder["run"], "--scorer", "endogenous", "--quiet"]);
        Assert.Equal(0, result.Code);
        using JsonDocument json = JsonDocument.Parse(File.ReadAllBytes(folder["run/results.json"]));
        JsonElement row = json.RootElement.GetProperty("scorers")[0];
        Assert.Equal((1, 1), (row.GetProperty("n").GetInt32(), row.GetProperty("unscored").GetInt32()));
        Assert.Contains("more than the model's context", File.ReadAllText(folder["run/items.jsonl"]), StringComparison.Ordinal);

        // The subset that nothing is left of is not averaged over silently.
        Assert.Contains("* over short alone", result.Output, StringComparison.Ordinal);
        Assert.False(row.GetProperty("metrics").TryGetProperty("long", out _));
    }

    [Fact]
    public void Steps_are_scored_by_the_tokens_of_each()
    {
        using TemporaryFolder folder = new();
        File.WriteAllLines(folder["p.jsonl"],
        [
            """{"id": "gsm8k-0", "problem": "47 + 85 = ?", "steps": ["Ones: 7 + 5 = 12.", "Tens: 4 + 8 + 1 = 13.", "The answer is 132."], "label": -1}""",
            """{"id": "gsm8k-1", "problem": "47 + 85 = ?", "steps": ["Ones: 7 + 5 = 12.", "Tens: 4 + 8 + 1 = 19.", "The answer is 192."], "label": 1}""",
        ]);
        string[] eval = ["eval", "process-bench", "--data", folder["p.jsonl"], "--quiet", "--scorer", "log-likelihood",
            "--scorer", "judge-verifier"];
        Assert.Equal(0, RealCli.Run([.. eval, "--out", folder["sum"], "--steps", "sum"]).Code);
        Assert.Equal(0, RealCli.Run([.. eval, "--out", folder["mean"]]).Code);
        double[] sum = Scores(folder["sum/items.jsonl"]), mean = Scores(folder["mean/items.jsonl"]);
        Assert.Equal(3, sum.Length);
        Assert.All(sum.Zip(mean), p => Assert.InRange(p.First / p.Second, 5, 40)); // tokens of the step

        static double[] Scores(string path)
        {
            using JsonDocument line = JsonDocument.Parse(File.ReadLines(path).First());
            return [.. line.RootElement.GetProperty("scores").EnumerateArray().Select(s => s.GetDouble())];
        }
    }
}
