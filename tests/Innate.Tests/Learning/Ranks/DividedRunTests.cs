using Innate.Learning.Ranks;
using Innate.Reinforcement;
using Innate.Runs;
using Innate.Runs.Aligning;
using Innate.Runs.Training;
using Innate.Sessions;
using Innate.Tests.Cli;
using Innate.Tests.Cli.Training;

namespace Innate.Tests.Learning.Ranks;

/// <summary>One model, trained by several ranks: the bits of one process.</summary>
public sealed class DividedRunTests : IDisposable
{
    private readonly TrainFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(4)]
    [InlineData(3)]
    public void Any_number_of_ranks_ends_with_the_same_bytes(int shares)
    {
        SupervisedSettings settings = Settings() with { Shares = shares, BatchSize = 7, MicroBatchSize = 2 };
        Execute(1, "one", run => new SupervisedRun(settings with { Output = run }));
        for (int ranks = 2; ranks <= shares; ranks++)
        {
            Execute(ranks, $"of{ranks}", run => new SupervisedRun(settings with { Output = run }));
            Assert.Equal(_folder.Weights("one"), _folder.Weights($"of{ranks}"));
            Assert.Equal(_folder.Losses("one"), _folder.Losses($"of{ranks}"));
            Assert.Equal(_folder.Bytes("one", "samples.jsonl"), _folder.Bytes($"of{ranks}", "samples.jsonl"));
        }
    }

    [Fact]
    public void Every_rank_ends_with_the_weights_that_are_written()
    {
        // The last checkpoint is written by the first rank; the loss that every rank computes next depends on its own weights.
        SupervisedSettings settings = Settings() with { Shares = 2, EvalData = _folder["rows.jsonl"], EvalEvery = 2 };
        Execute(1, "one", run => new SupervisedRun(settings with { Output = run }));
        Execute(2, "two", run => new SupervisedRun(settings with { Output = run }));
        Assert.Equal(_folder.Metric("one", "eval_loss"), _folder.Metric("two", "eval_loss"));
        Assert.Equal(_folder.Weights("one"), _folder.Weights("two"));
    }

    [Fact]
    public void Adapters_with_dropout_have_the_same_bytes_too()
    {
        SupervisedSettings settings = Settings() with { Shares = 4, LoraRank = 4, LoraDropout = 0.2 };
        Execute(1, "one", run => new SupervisedRun(settings with { Output = run }));
        Execute(3, "three", run => new SupervisedRun(settings with { Output = run }));
        Assert.Equal(_folder.Weights("one", lora: true), _folder.Weights("three", lora: true));
    }

    [Fact]
    public void Preferences_and_reward_models_are_divided_too()
    {
        PreferenceSettings pairs = new()
        {
            Model = new ModelSource { Model = _folder["model"], Threads = 1 }, Data = _folder["pairs.jsonl"], Output = "",
            Steps = 4, BatchSize = 5, Shares = 4, LearningRate = 1e-3,
        };
        RewardModelSettings reward = new()
        {
            Model = pairs.Model, Data = pairs.Data, Output = "", Steps = 4, BatchSize = 5, Shares = 4, LearningRate = 1e-3,
        };
        foreach (int ranks in (int[])[1, 4])
        {
            Execute(ranks, $"dpo{ranks}", run => new PreferenceRun(pairs with { Output = run }));
            Execute(ranks, $"reward{ranks}", run => new RewardModelRun(reward with { Output = run }));
        }

        foreach (string kind in (string[])["dpo", "reward"])
        {
            Assert.Equal(_folder.Weights($"{kind}1"), _folder.Weights($"{kind}4"));
            foreach (string name in (string[])["loss", "accuracy", "margin", "reward_chosen"])
            {
                double[] numbers = _folder.Metric($"{kind}1", name);
                Assert.Equal(4, numbers.Length);
                Assert.Equal(numbers, _folder.Metric($"{kind}4", name));
            }
        }
    }

    [Fact]
    public void More_shares_differ_by_rounding_alone()
    {
        Execute(1, "plain", run => new SupervisedRun(Settings() with { Output = run }));
        Execute(1, "four", run => new SupervisedRun(Settings() with { Output = run, Shares = 4 }));
        Assert.NotEqual(_folder.Weights("plain"), _folder.Weights("four"));
        double[] plain = _folder.Losses("plain"), four = _folder.Losses("four");
        Assert.All(plain.Zip(four), l => Assert.InRange(l.Second / l.First, 1 - 1e-4, 1 + 1e-4));
    }

    [Fact]
    public void A_rank_that_fails_midway_leaves_a_checkpoint_from_which_any_number_goes_on()
    {
        SupervisedSettings settings = Settings() with { Shares = 4, BatchSize = 8, Steps = 6, SaveEvery = 2 };
        Execute(1, "unbroken", run => new SupervisedRun(settings with { Output = run }));
        SupervisedSettings broken = settings with { Output = _folder["broken"] };
        int steps = 0;
        (TrainingResult?, Exception? Fault)[] ends = ThreadGroup.Run(3, talk => new SupervisedRun(broken).Execute(
            // The first rank alone is told of steps: it fails after three.
            new SynchronousProgress<RunEvent>(e =>
            {
                if (e is TrainingStepped && ++steps == 3) throw new IOException("no room on the screen");
            })));
        Assert.StartsWith("no room on the screen; ", Assert.IsType<IOException>(ends[0].Fault).Message, StringComparison.Ordinal);
        Assert.All(ends[1..], e => Assert.IsType<RankEndedException>(e.Fault));
        Assert.False(Directory.Exists(_folder["broken/final"]));
        Execute(2, "broken", run => new SupervisedRun(settings with { Output = run, Resume = true }));
        Assert.Equal(_folder.Weights("unbroken"), _folder.Weights("broken"));
    }

    [Theory]
    [InlineData(1, 3)]
    [InlineData(3, 1)]
    [InlineData(4, 2)]
    public void A_run_that_was_stopped_goes_on_with_another_number_of_ranks(int before, int after)
    {
        SupervisedSettings settings = Settings() with { Shares = 4, BatchSize = 8, Steps = 6 };
        Execute(2, "unbroken", run => new SupervisedRun(settings with { Output = run }));
        using CancellationTokenSource stop = new();
        (TrainingResult?, Exception? Fault)[] ends = ThreadGroup.Run(before, talk => new SupervisedRun(
            settings with { Output = _folder["run"] }).Execute(
            new SynchronousProgress<RunEvent>(e =>
            {
                if (e is TrainingStepped { Metrics.Step: 3 }) stop.Cancel();
            }), talk.IsFirst ? stop.Token : default));
        Assert.All(ends, e => Assert.IsAssignableFrom<OperationCanceledException>(e.Fault));
        Execute(after, "run", run => new SupervisedRun(settings with { Output = run, Resume = true }));
        Assert.Equal(_folder.Weights("unbroken"), _folder.Weights("run"));
    }

    [Fact]
    public void Ranks_that_would_not_compute_the_same_are_refused_before_any_work()
    {
        File.WriteAllLines(_folder["other.jsonl"], File.ReadLines(_folder["rows.jsonl"]).Skip(1));
        string Refused(Func<int, SupervisedSettings> settings)
        {
            (TrainingResult?, Exception? Fault)[] ends = ThreadGroup.Run(
                3, talk => new SupervisedRun(settings(talk.Rank) with { Output = _folder["run"] }).Execute());
            Assert.False(Directory.Exists(_folder["run"]));
            Assert.All(ends[1..], e => Assert.IsType<RankEndedException>(e.Fault));
            return Assert.IsType<InputException>(ends[0].Fault).Message;
        }

        SupervisedSettings same = Settings() with { Shares = 3 };
        Assert.Matches(
            "^Data: expected the same on all ranks, rows of digest [0-9a-f]+ as on rank 0, found rows of digest [0-9a-f]+ on "
            + "rank 2",
            Refused(r => r == 2 ? same with { Data = _folder["other.jsonl"] } : same));
        Assert.Equal(
            "LearningRate: expected the same on all ranks, 0.001 as on rank 0, found 0.01 on rank 1.",
            Refused(r => r == 1 ? same with { LearningRate = 0.01 } : same));
        Assert.Matches(
            "^Model: expected the same on all ranks, .* on ranks 1, 2.$",
            Refused(r => r > 0 ? same with { Model = new ModelSource { Threads = 1 } } : same));
        Assert.Equal(
            $"rank 1: {_folder["none.jsonl"]}: there is no such file.",
            Refused(r => r == 1 ? same with { Data = _folder["none.jsonl"] } : same));
        Assert.Equal(
            "Shares: expected at least 3, for there are 3 ranks and each computes a share, found 2.",
            Refused(_ => same with { Shares = 2 }));
        Assert.Equal(
            "Shares: expected a whole number from 1 to BatchSize, found 9.", Refused(_ => same with { Shares = 9 }));
    }

    [Fact]
    public void A_rank_that_sees_no_checkpoint_is_refused()
    {
        SupervisedSettings settings = Settings() with { Shares = 2, SaveEvery = 2 };
        Execute(2, "run", run => new SupervisedRun(settings with { Output = run }));
        (TrainingResult?, Exception? Fault)[] ends = ThreadGroup.Run(2, talk => new SupervisedRun(settings with
        {
            Output = _folder[talk.IsFirst ? "run" : "elsewhere"], Resume = true,
        }).Execute());
        Assert.Matches(
            "^Resume: expected the same on all ranks, a checkpoint of digest .* as on rank 0, found no checkpoint on rank 1.$",
            Assert.IsType<InputException>(ends[0].Fault).Message);
    }

    [Theory]
    [InlineData("endorm-grpo", 5)]
    [InlineData("endorm", 5)]
    [InlineData("endorm-dpo", 10)]
    public void Rollouts_are_divided_and_steps_that_learn_from_them(string preset, int batch)
    {
        ReinforcementSettings settings = Rl(preset) with { BatchSize = batch };
        if (settings.Recipe.HasValueHead) settings = settings with { Recipe = settings.Recipe with { ValueWarmup = 0 } };
        Execute(1, "one", run => new ReinforcementRun(settings with { Output = run }));
        Execute(3, "three", run => new ReinforcementRun(settings with { Output = run }));
        Assert.Equal(_folder.Weights("one"), _folder.Weights("three"));
        Assert.Equal(_folder.Losses("one"), _folder.Losses("three"));
        Assert.Contains(_folder.Metric("one", "grad_norm"), norm => norm > 0);
        Assert.Equal(_folder.Metric("one", "grad_norm"), _folder.Metric("three", "grad_norm"));
        Assert.NotEmpty(_folder.Metric("one", "reward"));
        Assert.Equal(_folder.Metric("one", "reward"), _folder.Metric("three", "reward"));
        Assert.Equal(_folder.Bytes("one", "samples.jsonl"), _folder.Bytes("three", "samples.jsonl"));
    }

    [Fact]
    public void A_brake_ends_all_ranks()
    {
        ReinforcementSettings settings = Rl("grpo") with
        {
            EvalData = _folder["rows.jsonl"], EvalEvery = 1, Steps = 9,
            Brakes = new BrakeOptions { EntropyFloor = 100, Window = 1 },
        };
        (TrainingResult? Result, Exception? Fault)[] ends =
            ThreadGroup.Run(2, _ => new ReinforcementRun(settings with { Output = _folder["run"] }).Execute());
        Assert.All(ends, e => Assert.Null(e.Fault));
        Assert.NotNull(ends[0].Result!.Stopped);
        Assert.InRange(_folder.Losses("run").Length, 1, 8);
    }

    [Fact]
    public void What_cannot_be_divided_is_refused_by_name()
    {
        (CliResult? Result, Exception?)[] ends = ThreadGroup.Run(
            2, _ => _folder.Rl("run", "--preset", "grpo", "--reward", "command,run=\"cat\"", "--steps", "1"));
        Assert.Equal(
            (2, "innate: Reinforcement learning: expected one process, for rewards from outside may answer each process "
                + "otherwise, found 2 ranks (OMPI_COMM_WORLD_SIZE).\n"),
            (ends[0].Result!.Code, ends[0].Result!.Error));
    }

    [Fact]
    public void Aligning_is_not_done_several_times()
    {
        (AlignResult?, Exception? Fault)[] ends = ThreadGroup.Run(2, _ => new AlignRun(
            new AlignSettings { Prompts = _folder["rows.jsonl"], Output = _folder["aligned"] }).Execute());
        Assert.Equal(
            "Aligning: expected one process, for only single trainings are divided, found 2 ranks (OMPI_COMM_WORLD_SIZE).",
            Assert.IsType<InputException>(ends[0].Fault).Message);
        Assert.False(Directory.Exists(_folder["aligned"]));
    }

    private ReinforcementSettings Rl(string preset) => new()
    {
        Model = new ModelSource { Model = _folder["model"], Threads = 1 }, Data = _folder["rows.jsonl"],
        Output = _folder["rl"], Steps = 2, BatchSize = 4, Shares = 3, LearningRate = 1e-3, MaxResponseTokens = 12,
        Recipe = RlRecipe.Preset(preset) with { GroupSize = 4 },
    };

    private SupervisedSettings Settings() => new()
    {
        Model = new ModelSource { Model = _folder["model"], Threads = 1 },
        Data = _folder["rows.jsonl"], Output = "", Steps = 5, BatchSize = 6, LearningRate = 1e-3, SampleEvery = 5,
    };

    // Runs on so many ranks; each of them says the same of its end.
    private void Execute(int ranks, string name, Func<string, Run<TrainingResult>> run)
    {
        foreach ((TrainingResult? result, Exception? fault) in ThreadGroup.Run(ranks, _ => run(_folder[name]).Execute()))
        {
            Assert.Null(fault);
            Assert.Equal(_folder[$"{name}/final"], result!.Folder);
        }
    }
}
