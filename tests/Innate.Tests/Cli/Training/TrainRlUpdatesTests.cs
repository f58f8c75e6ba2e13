using System.Text.RegularExpressions;
using Innate.Tests.Reinforcement;

namespace Innate.Tests.Cli.Training;

/// <summary>Batches of rollouts: how many steps learn from one, which prompts fill it, who rewards it.</summary>
public class TrainRlUpdatesTests
{
    private static readonly string[] Short =
        ["--batch-size", "4", "--group-size", "4", "--max-response-tokens", "12", "--learning-rate", "1e-2", "--schedule",
            "constant", "--warmup", "0"];

    [Fact]
    public void Several_updates_leave_the_policy_that_sampled_and_are_clipped()
    {
        using TrainFolder folder = new();
        Assert.Equal(0, folder.Rl("run",
            [.. Short, "--preset", "intuitor", "--steps", "12", "--rollout-epochs", "2", "--minibatches", "2", "--quiet"]).Code);
        double[] clipped = folder.Metric("run", "clip_fraction"), moved = folder.Metric("run", "update_kl");
        for (int i = 0; i < 12; i++)
        {
            // The first of four learns from the policy that sampled: nothing has moved.
            if (i % 4 == 0) Assert.Equal((0, 0), (clipped[i], moved[i]));
            else Assert.True(moved[i] > 0, $"step {i + 1}: the policy has not moved");
        }

        Assert.True(clipped.Max() > 0.01, $"clip fractions {string.Join(", ", clipped)}");
        Assert.Equal([1, 5, 9], folder.Lines("run").Where(m => m.ContainsKey("reward")).Select(m => m["step"]!.GetValue<int>()));

        // A wide clip takes nothing away, and other weights come out.
        Assert.Equal(
            0, folder.Rl("wide", [.. Short, "--preset", "intuitor", "--steps", "12", "--rollout-epochs", "2", "--minibatches",
                "2", "--clip-low", "1", "--clip-high", "1e6", "--quiet"]).Code);
        Assert.Equal(0, folder.Metric("wide", "clip_fraction").Max());
        Assert.NotEqual(folder.Weights("run"), folder.Weights("wide"));
    }

    [Fact]
    public void Stopped_between_two_batches_of_rollouts_it_goes_on_to_the_same_bits()
    {
        using TrainFolder folder = new();
        string[] all = [.. Short, "--preset", "endorm", "--value-warmup", "2", "--steps", "10", "--rollout-epochs", "2",
            "--minibatches", "2", "--sample-every", "1"];
        Assert.Equal(0, folder.Rl("unbroken", all).Code);

        // The signal comes in the middle of four updates: the run first takes what is left of them.
        CliResult stopped = TrainResumeTests.Interrupt(
            folder, ["rl", "--data", folder["rows.jsonl"]], "run", all, "sample after step 6");
        Assert.Contains("step-00000008, a resumed run goes on from it", stopped.Error, StringComparison.Ordinal);
        Assert.Equal(0, folder.Rl("run", [.. all, "--resume"]).Code);
        folder.AssertSameRuns("unbroken", "run");
    }

    [Fact]
    public void Dynamic_sampling_asks_on_until_the_groups_have_news_and_resumes_to_the_same_bits()
    {
        using TrainFolder folder = new();
        TrainFolder.Run(["arithmetic", "generate", "--questions", "--count", "100", "--out", folder["questions.jsonl"]]);
        CliResult Run(string run, params string[] more) => TrainFolder.Run(
        [
            "train", "rl", "--preset", "grpo", "--objective", "dapo", "--kl", "0", "--data", folder["questions.jsonl"], "--out",
                folder[run],
            "--steps", "2", "--batch-size", "4", "--group-size", "3", "--max-response-tokens", "64", "--learning-rate", "1e-4",
            "--quiet", .. more,
        ]);
        Assert.Equal((0, ""), Said(Run("three")));
        Assert.Equal((0, ""), Said(Run("once", "--dynamic-sampling-rounds", "1")));
        double[] asked = folder.Metric("three", "sampled_prompts"), rounds = folder.Metric("three", "sampling_rounds");
        Assert.Contains(asked, a => a > 4);
        Assert.All(asked, a => Assert.InRange(a, 4, 12));
        Assert.Equal(asked.Select(a => a > 4), rounds.Select(r => r > 1));
        Assert.Equal([4, 4], folder.Metric("once", "sampled_prompts"));
        Assert.NotEqual(folder.Weights("three"), folder.Weights("once"));

        Assert.Equal((0, ""), Said(Run("parts", "--save-every", "1", "--keep", "9", "--threads", "1")));
        Directory.Delete(folder["parts/checkpoints/step-00000002"], recursive: true);
        Directory.Delete(folder["parts/final"], recursive: true);
        Assert.Equal((0, ""), Said(Run("parts", "--save-every", "1", "--keep", "9", "--resume")));
        Assert.Equal(folder.Weights("three"), folder.Weights("parts"));
        Assert.Equal(folder.Losses("three"), folder.Losses("parts"));
    }

    [Fact]
    public void Responses_that_were_cut_off_teach_dapo_nothing()
    {
        // A fresh model hardly ever ends a response within two tokens.
        using TrainFolder folder = new();
        string[] options =
        [
            "--batch-size", "4", "--group-size", "4", "--max-response-tokens", "2", "--warmup", "0", "--weight-decay", "0",
            "--steps", "1", "--preset", "grpo", "--kl", "0", "--reward", "format,pattern=[a-z]", "--quiet",
        ];
        foreach (string objective in (string[])["dapo", "grpo"])
        {
            foreach (string rate in (string[])["1e-2", "1e-3"])
            {
                Assert.Equal(
                    (0, ""), Said(folder.Rl(objective + rate, [.. options, "--objective", objective, "--learning-rate", rate])));
            }
        }

        Assert.Equal([1], folder.Metric("dapo1e-2", "cut_off"));
        Assert.Equal(folder.Weights("dapo1e-2"), folder.Weights("dapo1e-3"));
        Assert.NotEqual(folder.Weights("grpo1e-2"), folder.Weights("grpo1e-3"));
    }

    [Fact]
    public void A_server_that_says_what_a_reward_of_our_own_says_teaches_the_same_bits()
    {
        using TrainFolder folder = new();
        using RewardServer server = new(r =>
        {
            // Slower for some than for others, and at odds now and then.
            int digits = r.Texts("query")[0].Count(char.IsAsciiDigit);
            Thread.Sleep(digits * 7 % 30);
            if (Random.Shared.Next(4) == 0) return (503, "busy");
            string[] prompts = r.Texts("prompts");
            IEnumerable<int> rewards = r.Texts("query").Select((q, i) => q[prompts[i].Length..].Any(char.IsAsciiDigit) ? 1 : 0);
            return (200, $$"""{"rewards":[{{string.Join(",", rewards)}}]}""");
        });
        string[] options = [.. Short, "--steps", "3", "--preset", "grpo", "--quiet"];
        Assert.Equal((0, ""), Said(folder.Rl("own", [.. options, "--reward", "format,pattern=[0-9]"])));
        Assert.Equal((0, ""), Said(folder.Rl("server", [.. options, "--reward", $"http,url={server.Url},attempts=9"])));
        Assert.Equal(folder.Weights("own"), folder.Weights("server"));
        Assert.Equal([0, 0, 0], folder.Metric("server", "skipped_prompts"));
        Assert.Contains("What is", server.Requests.First().Texts("prompts")[0], StringComparison.Ordinal);
        Assert.Contains($"\"url\": \"{server.Url}\"", File.ReadAllText(folder["server/recipe.json"]), StringComparison.Ordinal);
    }

    [Fact]
    public void A_prompt_without_a_reward_is_skipped_and_counted()
    {
        if (OperatingSystem.IsWindows()) return;
        using TrainFolder folder = new();
        const string Picky = "while read -r l; do case $l in *'What is 1'*) echo null;; *) echo 0.5;; esac; done";
        Assert.Equal(
            (0, ""), Said(
                folder.Rl("run", [.. Short, "--steps", "8", "--preset", "grpo", "--reward", $"command,run={Picky}", "--reward",
                    "entropy", "--quiet"])));

        // Rows 1 and 10 to 19 of 32 begin so, and each is met once.
        Assert.Equal(11, folder.Metric("run", "skipped_prompts").Sum());
        Assert.All(folder.Metric("run", "reward_command"), r => Assert.Equal(0.5, r));
    }

    [Fact]
    public void Without_any_reward_the_run_stops_and_can_go_on_when_there_is_one_again()
    {
        if (OperatingSystem.IsWindows()) return;
        using TrainFolder folder = new();
        string[] options = [.. Short, "--steps", "4", "--preset", "grpo", "--reward",
            $"command,run=test -e {folder["down"]} && exit 9; while read -r l; do echo 1; done,attempts=2", "--reward",
            "entropy"];
        Assert.Equal(0, folder.Rl("unbroken", [.. options, "--quiet"]).Code);

        // The command is begun once: the run that is stopped after two steps meets another one.
        CliResult stopped = TrainResumeTests.Interrupt(
            folder, ["rl", "--data", folder["rows.jsonl"]], "run", [.. options, "--sample-every", "2"], "sample after step 2");
        Assert.Contains("step-00000002", stopped.Error, StringComparison.Ordinal);
        File.WriteAllText(folder["down"], "");
        CliResult down = folder.Rl("run", [.. options, "--sample-every", "2", "--resume"]);
        Assert.Equal(1, down.Code);
        Assert.Contains("step 3: expected a reward for at least one of 4 prompts, found none: the command 'test -e", down.Error,
            StringComparison.Ordinal);
        Assert.Contains(" before it had answered (to the prompt of line ", down.Error, StringComparison.Ordinal);
        Assert.Contains("; the last good checkpoint is ", down.Error, StringComparison.Ordinal);
        File.Delete(folder["down"]);
        Assert.Equal(0, folder.Rl("run", [.. options, "--sample-every", "2", "--resume", "--quiet"]).Code);
        Assert.Equal(folder.Weights("unbroken"), folder.Weights("run"));
    }

    [Theory]
    [InlineData("entropy + command(run=\"RUN\", attempts=2)")]
    [InlineData("entropy + else(command(run=\"RUN\", attempts=2), 0)")]
    public void An_expression_whose_program_was_killed_stops_the_run_and_loses_nothing(string reward)
    {
        if (OperatingSystem.IsWindows()) return;
        using TrainFolder folder = new();

        // It kills itself where a file says so: nobody answers, and nothing stands in.
        string run = $"test -e {folder["down"]} && kill -9 $$; while read -r l; do echo 1; done";
        string[] options = [.. Short, "--steps", "4", "--preset", "grpo", "--reward", reward.Replace("RUN", run)];
        Assert.Equal(0, folder.Rl("unbroken", [.. options, "--quiet"]).Code);
        CliResult stopped = TrainResumeTests.Interrupt(
            folder, ["rl", "--data", folder["rows.jsonl"]], "run", [.. options, "--sample-every", "2"], "sample after step 2");
        Assert.Contains("step-00000002", stopped.Error, StringComparison.Ordinal);
        File.WriteAllText(folder["down"], "");
        CliResult down = folder.Rl("run", [.. options, "--sample-every", "2", "--resume"]);
        Assert.Equal(1, down.Code);
        Assert.Contains("step 3: expected a reward for at least one of 4 prompts, found none: the command 'test -e", down.Error,
            StringComparison.Ordinal);
        File.Delete(folder["down"]);
        Assert.Equal(0, folder.Rl("run", [.. options, "--sample-every", "2", "--resume", "--quiet"]).Code);
        Assert.Equal(folder.Weights("unbroken"), folder.Weights("run"));
    }

    [Fact]
    public void A_server_that_says_NaN_leaves_prompts_out_of_an_expression_unless_something_stands_in()
    {
        using TrainFolder folder = new();
        using RewardServer server = new(r =>
        {
            string reward = r.Texts("prompts")[0].Contains("What is 1", StringComparison.Ordinal) ? "NaN" : "0.5";
            return (200, $$"""{"rewards":[{{string.Join(",", r.Texts("query").Select(_ => reward))}}]}""");
        });
        string[] options = [.. Short, "--steps", "8", "--preset", "grpo", "--quiet"];
        Assert.Equal((0, ""), Said(folder.Rl("out", [.. options, "--reward", $"entropy + http(url={server.Url})"])));
        Assert.Equal((0, ""), Said(folder.Rl("in", [.. options, "--reward", $"entropy + else(http(url={server.Url}), -1)"])));

        // Rows 1 and 10 to 19 of 32 begin so, and each is met once.
        Assert.Equal(11, folder.Metric("out", "skipped_prompts").Sum());
        Assert.Equal(0, folder.Metric("in", "skipped_prompts").Sum());
        Assert.All(folder.Metric("out", "reward_http"), r => Assert.Equal(0.5, r));
    }

    [Fact]
    public void The_likeliest_token_alone_leaves_a_group_without_news()
    {
        using TrainFolder folder = new();
        string[] options = [.. Short, "--steps", "1", "--preset", "grpo", "--reward", "entropy", "--quiet"];
        Assert.Equal((0, ""), Said(folder.Rl("all", options)));
        Assert.Equal([0], folder.Metric("all", "dead_groups"));
        foreach (string[] narrow in (string[][])[["--top-k", "1"], ["--top-p", "1e-9"], ["--min-p", "1"]])
        {
            Assert.Equal((0, ""), Said(folder.Rl(narrow[0], [.. options, .. narrow])));
            Assert.Equal([1], folder.Metric(narrow[0], "dead_groups"));
        }
    }

    [Fact]
    public void The_recipe_is_told_at_the_start_and_saved()
    {
        using TrainFolder folder = new();
        CliResult result = folder.Rl(
            "run", [.. Short, "--steps", "1", "--preset", "endorm", "--lambda", "0.95", "--reward", "endogenous:2,gamma=0.9",
                "--clip-high", "0.3"]);
        Assert.Equal(0, result.Code);
        foreach (string line in (string[])
            ["rewards endogenous:2,gamma=0.9", "advantage gae", "lambda 0.95", "objective ppo", "clip low 0.2", "clip high 0.3",
                "kl 0.01", "kl in reward"])
        {
            Assert.Contains(line, Regex.Replace(result.Error, " +", " "), StringComparison.Ordinal);
        }

        string saved = File.ReadAllText(folder["run/recipe.json"]);
        foreach (string field in (string[])["\"gamma\": \"0.9\"", "\"advantage\": \"gae\"", "\"objective\": \"ppo\"",
            "\"kl_in\": \"reward\"", "\"clip_high\": 0.3"])
        {
            Assert.Contains(field, saved, StringComparison.Ordinal);
        }
    }

    private static (int Code, string Error) Said(CliResult result) => (result.Code, result.Error);
}
