using System.Text.Json;
using System.Text.Json.Nodes;
using Innate.Runs.Reproduction;

namespace Innate.Tests.Cli;

public sealed class ReproduceCommandTests(ReproduceCommandTests.Reproduced reproduced)
    : IClassFixture<ReproduceCommandTests.Reproduced>
{
    /// <summary>A small reproduction, made once: what one test interrupts has the same figures again when it is over.</summary>
    public sealed class Reproduced : IDisposable
    {
        private readonly TemporaryFolder _folder = new();

        public Reproduced() => Result = RealCli.Run(Small(Folder));

        internal string Folder => _folder["r"];

        internal CliResult Result { get; }

        public void Dispose() => _folder.Dispose();
    }

    private static string[] Small(string folder, params string[] more) =>
    [
        "reproduce", "--out", folder, "--items", "12", "--questions", "10", "--samples", "1", "--steps", "2", "--seeds", "1",
        "--batch-size", "2", "--presets", "endorm,grpo", .. more,
    ];

    [Fact]
    public void The_three_questions_are_answered_by_commands_that_anybody_can_type()
    {
        string place = reproduced.Folder;
        CliResult result = reproduced.Result;
        Assert.Contains("1 · Is there a reward model inside? (arith-bench)", result.Output, StringComparison.Ordinal);
        Assert.Contains("2 · Does a prompt steer it? (arith-styles", result.Output, StringComparison.Ordinal);
        Assert.Contains("3 · Does learning from it make the model better?", result.Output, StringComparison.Ordinal);

        JsonNode results = JsonNode.Parse(File.ReadAllText(Path.Combine(place, "results.json")))!;
        bool all = results["claims"]!.AsArray().All(c => c!["holds"]!.GetValue<bool>());
        Assert.Equal(all ? 0 : 1, result.Code);
        Assert.Equal(5, results["claims"]!.AsArray().Count);

        // The model inside knows: these two hold on any dozen of items.
        Assert.All(results["claims"]!.AsArray().Take(3), c => Assert.True(c!["holds"]!.GetValue<bool>(), c.ToJsonString()));

        // A figure of the table is the figure of the command it names.
        using TemporaryFolder again = new();
        string command = results["commands"]![0]!["command"]!.GetValue<string>();
        Assert.StartsWith("innate eval arith-bench ", command, StringComparison.Ordinal);
        Assert.Equal(0, RealCli.Run([.. command.Split(' ')[1..^1], again["q1"]]).Code);
        JsonNode byHand = JsonNode.Parse(File.ReadAllText(Path.Combine(again["q1"], "results.json")))!;
        Assert.Equal(
            byHand["scorers"]![0]!["metrics"]!["overall"]!.GetValue<double>(),
            results["rewards"]!["scorers"]![0]!["metrics"]!["overall"]!.GetValue<double>());

        string page = File.ReadAllText(Path.Combine(place, "report.html"));
        foreach (string words in new[] { "What the paper claims", "The paper, question 3", "endogenous", "70.2 %", "commands" })
        {
            Assert.Contains(words, page, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void An_interrupted_reproduction_goes_on_after_what_is_done()
    {
        string place = reproduced.Folder;
        Assert.True(reproduced.Result.Code is 0 or 1, reproduced.Result.Error);
        byte[] whole = File.ReadAllBytes(Path.Combine(place, "results.json"));
        string notes = Path.Combine(place, "steps.jsonl");
        string[] lines = File.ReadAllLines(notes);

        // Killed while it wrote the note of the last step but two: half a line, and a folder that nobody noted.
        File.WriteAllText(notes, string.Join('\n', lines[..^3]) + "\n" + lines[^3][..20]);
        CliResult result = RealCli.Run(Small(place, "--resume"));
        Assert.True(result.Code is 0 or 1, result.Error);
        Assert.DoesNotContain($"[1/{lines.Length}]", result.Error, StringComparison.Ordinal);
        Assert.Contains($"[{lines.Length}/{lines.Length}]", result.Error, StringComparison.Ordinal);
        Assert.Equal(lines.Length, File.ReadAllLines(notes)
            .Count(l => l.EndsWith('}') && l.LastIndexOf("{\"name\"", StringComparison.Ordinal) == 0));
        Assert.Equal(Figures(whole), Figures(File.ReadAllBytes(Path.Combine(place, "results.json"))));

        static string Figures(byte[] json)
        {
            JsonObject root = JsonNode.Parse(json)!.AsObject();
            root.Remove("commands"); // they carry the seconds
            return root.ToJsonString();
        }
    }

    [Fact]
    public void What_goes_against_the_paper_is_said_and_is_no_success()
    {
        ReproductionResults results = new(
            [Row("endogenous", 0.5), Row("judge-verifier", 0.6), Row("random", 0.5)], "arith-bench",
            [Row("endogenous", 0.5) with { Matrix = new ScorerMatrix(["a", "b"], ["a", "b"], [[0.9, 0.5], [0.1, 0.5]]) }],
            "arith-styles",
            [
                new PolicyRow(null, 0, 0.50, [("x", 0.4), ("y", 0.6)], 10),
                    new PolicyRow("endorm", 1, 0.52, [("x", 0.3), ("y", 0.74)], 10),
                new PolicyRow("endorm", 2, 0.54, [("x", 0.3), ("y", 0.78)], 10),
            ]);
        Assert.Equal([false, false, false, true, false], results.Claims.Select(c => c.Holds));
        Assert.Contains("+3.0 points on average over 2 seeds, +2.0 at least", results.Claims[3].Measured,
            StringComparison.Ordinal);
        Assert.Contains("-10.0 points, on x", results.Claims[4].Measured, StringComparison.Ordinal);
        Assert.Contains("1 of 2 columns", results.Claims[2].Measured, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--presets: expected the paper's own recipe, endorm, first, found 'grpo,endorm'.", "--presets", "grpo,endorm")]
    [InlineData("--presets: expected different recipes, found one twice.", "--presets", "endorm,endorm")]
    [InlineData("--seeds: expected a whole number of at least 1, found 0.", "--seeds", "0")]
    [InlineData("--train-questions: expected a file beside --held-out-questions, or neither, found one of them.",
        "--train-questions", "q.jsonl")]
    [InlineData("--policy: expected one of gsm8k, math, arith, found 'maths' (did you mean math?).", "--policy", "maths")]
    [InlineData(
        "--policy: expected arith without --train-questions and --held-out-questions, for those that are made are arith, found "
        + "'math'.", "--policy", "math")]
    public void Bad_usage_is_one_sentence(string expected, params string[] args)
    {
        using TemporaryFolder folder = new();
        CliResult result = RealCli.Run(["reproduce", "--out", folder["r"], .. args]);
        Assert.Equal(2, result.Code);
        Assert.Equal($"innate: {expected}\n", result.Error);
        Assert.False(Directory.Exists(folder["r"]));
    }

    [Fact]
    public void A_folder_of_another_reproduction_is_left_alone()
    {
        using TemporaryFolder folder = new();
        Directory.CreateDirectory(folder["r"]);
        File.WriteAllText(Path.Combine(folder["r"], "plan.txt"), "innate eval arith-bench\n");
        Assert.Contains("is not empty", RealCli.Run(Small(folder["r"])).Error, StringComparison.Ordinal);
        CliResult result = RealCli.Run(Small(folder["r"], "--resume"));
        Assert.Equal(2, result.Code);
        Assert.Contains("found another reproduction's", result.Error, StringComparison.Ordinal);
    }

    private static ScorerRow Row(string name, double overall) =>
        new(name, 10, [("overall", overall)], new Dictionary<string, (double, double)>(StringComparer.Ordinal), null);
}
