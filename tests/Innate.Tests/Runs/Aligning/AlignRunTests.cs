using System.Text.Json;
using Innate.Runs;
using Innate.Runs.Aligning;
using Innate.Reinforcement.Rewards;
using Innate.Scoring.Expressions;
using Innate.Scoring.External;
using Innate.Sessions;
using Innate.Tests.Cli;
using Innate.Tests.Cli.Training;

namespace Innate.Tests.Runs.Aligning;

/// <summary>From a model and prompts to a verdict, on the model inside.</summary>
public sealed class AlignRunTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public AlignRunTests() => TrainFolder.Run(
        ["arithmetic", "generate", "--questions", "--count", "200", "--seed", "5", "--out", _folder["questions.jsonl"]]);

    [Theory]
    [InlineData("rl")]
    [InlineData("dpo")]
    [InlineData("best-of-n")]
    public void The_model_inside_gets_better_at_sums_by_its_own_reward_and_says_so(string method)
    {
        CliResult result = Align("out", "--method", method, "--steps", "12", "--batch-size", "12");
        Assert.Equal(0, result.Code);
        string[] lines = result.Output.TrimEnd().Split('\n');
        Assert.Equal(["before", "best", "verdict"], lines.Select(l => l[..l.IndexOf(' ', StringComparison.Ordinal)]));
        Assert.StartsWith("verdict  better: right answers went from ", lines[2], StringComparison.Ordinal);
        JsonElement verdict = Verdict("out");
        Assert.True(verdict.GetProperty("primary").GetProperty("interval")[0].GetDouble() > 0);
        Assert.Equal(60, verdict.GetProperty("primary").GetProperty("prompts").GetInt32());
        Assert.True(verdict.GetProperty("log_likelihood").GetProperty("difference").GetDouble() > 0);
        string card = File.ReadAllText(_folder["out/model/README.md"]);
        Assert.StartsWith("---\nlibrary_name: transformers\n", card, StringComparison.Ordinal);
        Assert.Contains("| right answers | ", card, StringComparison.Ordinal);

        // What is handed over is the model that was judged, and it runs.
        CliResult answer = TrainFolder.Run(["generate", "--model", _folder["out/model"], "--prompt", "What is 3 + 4?"]);
        Assert.Equal(0, answer.Code);
        Assert.Contains("Verdict: better", File.ReadAllText(_folder["out/run.html"]), StringComparison.Ordinal);
    }

    [Fact]
    public void A_reward_that_knows_nothing_makes_no_model_better_and_the_start_is_kept()
    {
        CliResult result = Align("out", "--reward", "random", "--steps", "8", "--batch-size", "8");
        Assert.Equal(0, result.Code);
        Assert.DoesNotContain("verdict  better", result.Output, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder["out/model"]));
        Assert.NotEqual("better", Verdict("out").GetProperty("verdict").GetString());
    }

    [Fact]
    public void Without_a_checker_or_another_judge_better_cannot_be_said()
    {
        CliResult result = Align("out", "--measure", "none", "--steps", "3", "--batch-size", "4");
        Assert.Contains("verdict  not shown: there is no measure but the reward itself", result.Output, StringComparison.Ordinal);
        Assert.Equal(JsonValueKind.Null, Verdict("out").GetProperty("primary").ValueKind);
    }

    [Fact]
    public void A_reward_of_the_program_s_own_aligns_and_stands_apart_from_the_model_s()
    {
        int asked = 0;
        RewardFunction brief = new("brief", query =>
        {
            Interlocked.Increment(ref asked);
            return -query.Response.Length / 100.0;
        });
        RewardExpression expression = RewardExpression.Parse("z(endogenous) + 2*brief", [brief]);
        AlignSettings settings = Settings("own");
        settings = settings with
        {
            Recipe = settings.Recipe with { Rewards = [new RewardTerm(RewardSource.Expression) { Expression = expression }] },
        };
        new AlignRun(settings).Execute();
        Assert.True(asked >= settings.Steps * settings.BatchSize * 4, $"asked {asked} times");
        string[] steps = File.ReadAllLines(_folder["own/learn/metrics.jsonl"]);
        foreach (string name in new[] { "\"reward_brief\":-", "\"reward_endogenous\":" })
        {
            Assert.Equal(4, steps.Count(s => s.Contains(name, StringComparison.Ordinal)));
        }
    }

    [Fact]
    public void A_run_that_is_interrupted_anywhere_goes_on_to_the_same_bits()
    {
        AlignSettings settings = Settings("whole");
        new AlignRun(settings).Execute();
        string[] files = ["verdict.json", "run.html", "measured/start.jsonl", "measured/after.jsonl"];

        // Every few events the run is interrupted again: while it measures, learns, and measures once more.
        AlignSettings parts = Settings("parts") with { Resume = true };
        int interrupted = 0;
        for (int events = 1; ; events += 2)
        {
            using CancellationTokenSource stop = new();
            int left = events;
            SynchronousProgress<RunEvent> counter = new(e =>
            {
                if (e is not RunNote && --left == 0) stop.Cancel();
            });
            try
            {
                new AlignRun(parts).Execute(counter, stop.Token);
                break;
            }
            catch (OperationCanceledException)
            {
                interrupted++;
            }
        }

        Assert.True(interrupted > 3, $"interrupted {interrupted} times");
        foreach (string file in files.Where(f => f != "run.html"))
        {
            Assert.Equal(File.ReadAllText(_folder["whole/" + file]), File.ReadAllText(_folder["parts/" + file]));
        }

        string model = Directory.Exists(_folder["whole/model"]) ? "model" : "learn/final";
        Assert.Equal(
            File.ReadAllBytes(_folder[$"whole/{model}/model.safetensors"]),
            File.ReadAllBytes(_folder[$"parts/{model}/model.safetensors"]));

        InputException other = Assert.Throws<InputException>(() => new AlignRun(parts with { Seed = 9 }).Execute());
        Assert.EndsWith("one that was made with Seed = 3, not 9", other.Message.TrimEnd((char)46), StringComparison.Ordinal);
        InputException again = Assert.Throws<InputException>(() => new AlignRun(parts with { Resume = false }).Execute());
        Assert.Contains("already holds a run", again.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_cannot_be_used_is_refused_before_any_model_is_loaded()
    {
        File.WriteAllText(_folder["none.jsonl"], "\n");
        File.WriteAllLines(_folder["open.jsonl"], Enumerable.Range(0, 30).Select(i => $"{{\"prompt\":\"Tell me of {i}.\"}}"));
        AlignSettings open = Settings("out") with { Prompts = _folder["open.jsonl"] };
        (AlignSettings Settings, string Says)[] cases =
        [
            (open with { Prompts = _folder["none.jsonl"] }, "expected prompts, found none"),
            (open with { Measure = AlignMeasure.Gold }, "an \"answer\" in every row"),
            (open with { Measure = AlignMeasure.Judge }, "a model that judges"),
            (open with { Recipe = Innate.Reinforcement.RlRecipe.Preset("grpo") }, "which the reward compares with"),
            (open with { Samples = 0 }, "Samples"),
        ];
        foreach ((AlignSettings bad, string says) in cases)
        {
            AlignRun run = new(bad) { OpenModel = (_, _) => throw new InvalidOperationException("a model was opened") };
            Assert.Contains(says, Assert.Throws<InputException>(() => run.Execute()).Message, StringComparison.Ordinal);
            Assert.False(Directory.Exists(_folder["out"]));
        }

        AlignRun itself = new(open with { JudgeModel = new ModelSource() });
        Assert.Contains("none is its own judge", Assert.Throws<InputException>(() => itself.Execute()).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void The_plan_tells_measure_limits_and_cost_and_writes_nothing()
    {
        CliResult plan = Align("out", "--dry-run", "--method", "dpo");
        Assert.Equal(0, plan.Code);
        foreach (string name in (string[])
            ["prompts ", "method ", "reward ", "judged by ", "guard: tokens an answer", "guard: pass@8", "tokens ", "time ", "memory "])
        {
            Assert.Contains("\n" + name, plan.Output, StringComparison.Ordinal);
        }

        Assert.Contains("110 learn, 30 choose the model, 60 judge it", plan.Output, StringComparison.Ordinal);
        Assert.Contains("semi-online DPO, beta 0.1: the best of 8 answers against the worst, fresh pairs every 4 steps",
            plan.Output, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder["out"]));
    }

    [Fact]
    public void Adapters_that_got_better_are_handed_over_as_adapters()
    {
        CliResult result = Align("out", "--lora-rank", "8", "--steps", "12", "--batch-size", "12", "--learning-rate", "3e-3");
        Assert.Equal(0, result.Code);
        Assert.Contains("verdict  better", result.Output, StringComparison.Ordinal);
        Assert.True(File.Exists(_folder["out/model/adapter_config.json"]));
        Assert.Contains("library_name: peft", File.ReadAllText(_folder["out/model/README.md"]), StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private CliResult Align(string output, params string[] options) => TrainFolder.Run(
    [
        "align", "--prompts", _folder["questions.jsonl"], "--out", _folder[output], "--max-response-tokens", "80", "--quiet",
        "--samples", "2", .. options,
    ]);

    private AlignSettings Settings(string output) => new()
    {
        Prompts = _folder["questions.jsonl"], Output = _folder[output], Steps = 4, BatchSize = 4, Samples = 2, JudgePrompts = 20,
        ChoosePrompts = 8, MaxResponseTokens = 64, Seed = 3, Checkpoints = 2,
        Recipe = Innate.Reinforcement.RlRecipe.Preset("endorm-grpo") with { GroupSize = 4 },
    };

    private JsonElement Verdict(string output) =>
        JsonDocument.Parse(File.ReadAllBytes(_folder[$"{output}/verdict.json"])).RootElement;
}
