using Innate.Compute;
using Innate.Learning;
using Innate.Learning.Optimization;
using Innate.Learning.Runs;
using Innate.Learning.Watching;
using Innate.Models;
using Innate.Runs.Training;
using Innate.Tests.Support;

namespace Innate.Tests.Learning.Runs;

/// <summary>Wherever in a step a run is stopped, the run that goes on from its checkpoint tells and learns the same.</summary>
public class TrainingLoopTests
{
    private const int Steps = 9;

    public static TheoryData<Moment, int, int> Interruptions()
    {
        TheoryData<Moment, int, int> all = [];
        foreach (Moment moment in Enum.GetValues<Moment>())
        {
            for (int step = 1; step <= Steps; step++)
            {
                all.Add(moment, step, 0);
                all.Add(moment, step, 2);
            }
        }

        return all;
    }

    public enum Moment
    {
        /// <summary>Half of the gradients are added.</summary>
        Gradients,

        /// <summary>All of them are, and nobody has noticed the signal yet.</summary>
        AfterGradients,
        HeldOut,
        Told,
        Sample,
        AfterSample,
    }

    [Theory]
    [MemberData(nameof(Interruptions))]
    public void Stopping_at_any_moment_changes_nothing(Moment moment, int step, int saveEvery)
    {
        using TemporaryFolder folder = new();
        float[] unbroken = new Run(folder["unbroken"], saveEvery).Go();
        Run broken = new(folder["broken"], saveEvery);
        try
        {
            broken.Go(moment, step);
        }
        catch (OperationCanceledException)
        {
        }

        Assert.Equal(unbroken, broken.Go());
        Assert.Equal(Told(folder["unbroken"]), Told(folder["broken"]));
        Assert.Equal(File.ReadAllText(folder["unbroken/samples.jsonl"]), File.ReadAllText(folder["broken/samples.jsonl"]));
    }

    [Fact]
    public void A_step_that_is_saved_already_is_not_saved_again()
    {
        using TemporaryFolder folder = new();
        Run run = new(folder["run"], saveEvery: 2);
        Assert.Throws<OperationCanceledException>(() => run.Go(Moment.Gradients, 5));
        Assert.Equal([2, 4], run.Saved);
    }

    [Fact]
    public void A_batch_that_was_given_up_leaves_no_gradient_behind()
    {
        float[] values = [1, -2, 3, -4, 5];
        using IKernels kernels = CpuKernels.Create(1);
        using TrainedWeights weights = new(
            [new ModelParameter("numbers", ElementType.BFloat16, 1, 5) { TensorRows = 1, Vector = values }]);
        using CancellationTokenSource stop = new();
        Recipe recipe = new(weights, values, (moment, _) => stop.Cancel(), badAt: 0);
        TrainingLoopOptions options = new() { Steps = Steps, Schedule = new LearningRateSchedule { Peak = 0.1 } };
        TrainingLoop loop = new(kernels, weights, recipe, options, new TrainingLoopHooks(_ => { }, null, (_, _) => { }));
        Assert.Throws<OperationCanceledException>(() => loop.Run(0, null, stop.Token));
        Assert.Equal(0, weights.GradientNorm(kernels));
    }

    [Fact]
    public void Weights_that_are_not_finite_are_never_saved()
    {
        using TemporaryFolder folder = new();
        Run run = new(folder["run"], saveEvery: 1) { PoisonAt = 4 };
        TrainingDivergedException e = Assert.Throws<TrainingDivergedException>(() => run.Go());
        Assert.StartsWith("step 4: expected finite weights", e.Message, StringComparison.Ordinal);
        Assert.EndsWith("on the rows of step 4", e.Message, StringComparison.Ordinal);
        Assert.Equal([1, 2, 3], run.Saved);
        Assert.Equal(3, TrainingCheckpoint.StepOf(TrainingCheckpoint.Newest(folder["run/checkpoints"])!));
    }

    [Fact]
    public void A_gradient_that_is_not_finite_changes_no_weight()
    {
        using TemporaryFolder folder = new();
        Run run = new(folder["run"], saveEvery: 1) { BadGradientAt = 3 };
        TrainingDivergedException e = Assert.Throws<TrainingDivergedException>(() => run.Go());
        Assert.StartsWith("step 3: expected a finite loss and gradient", e.Message, StringComparison.Ordinal);
        Assert.Contains("gradient norm NaN", e.Message, StringComparison.Ordinal);
        Assert.Equal([1, 2], run.Saved);
    }

    [Fact]
    public void Copies_that_people_make_beside_checkpoints_are_neither_used_nor_deleted()
    {
        using TemporaryFolder folder = new();
        new Run(folder["run"], saveEvery: 3).Go();
        string newest = TrainingCheckpoint.Newest(folder["run/checkpoints"])!;
        foreach (string name in (string[])["step-00000009-good", "step-later", "step-00000010"])
        {
            Directory.CreateDirectory(folder[$"run/checkpoints/{name}"]);
            if (name != "step-00000010") File.WriteAllText(folder[$"run/checkpoints/{name}/training_state.json"], "{}");
        }

        Assert.Equal(newest, TrainingCheckpoint.Newest(folder["run/checkpoints"]));
        new Run(folder["run"], saveEvery: 3).Go();
        Assert.True(Directory.Exists(folder["run/checkpoints/step-00000009-good"]));
    }

    private static string[] Told(string folder) => [.. MetricsLog.Read(Path.Combine(folder, "metrics.jsonl")).Select(m =>
        $"{m.Step} " + string.Join(' ', m.Values
            .Where(v => v.Name is not ("tokens_per_second" or "memory_gb" or "seconds_left"))
                .Select(v => $"{v.Name} {v.Value:R}")))];

    /// <summary>A run that learns five numbers.</summary>
    private sealed class Run(string folder, int saveEvery)
    {
        private static readonly Dictionary<string, string> Settings = new() { ["a"] = "b" };

        private readonly string _checkpoints = Path.Combine(folder, "checkpoints");

        public int PoisonAt { get; init; }

        public int BadGradientAt { get; init; }

        public List<int> Saved { get; } = [];

        /// <summary>From the newest checkpoint to the end, or to a moment of some step.</summary>
        public float[] Go(Moment? stopAt = null, int stopStep = 0)
        {
            using CancellationTokenSource stop = new();
            void At(Moment moment, int step)
            {
                if (moment == stopAt && step == stopStep) stop.Cancel();
            }

            float[] values = [1, -2, 3, -4, 5];
            IKernels kernels = CpuKernels.Create(1);
            using TrainedWeights weights =
                new([new ModelParameter("numbers", ElementType.BFloat16, 1, 5) { TensorRows = 1, Vector = values }]);
            string? from = TrainingCheckpoint.Newest(_checkpoints);
            StepMetrics? untold = null;
            int done = 0;
            if (from is not null)
            {
                TrainingCheckpoint.RequireSameRun(from, Settings);
                TrainingCheckpoint.ReadMoments(from, weights, kernels);
                (done, untold) = (TrainingCheckpoint.StepOf(from), TrainingCheckpoint.Unreported(from));
            }

            using RunRecorder recorder = RunRecorder.Open(folder, from is null ? null : untold is null ? done : done - 1);
            TrainingLoopOptions options = new()
            {
                Steps = Steps, Schedule = new LearningRateSchedule { Peak = 0.1 }, SaveEvery = saveEvery, EvalEvery = 2,
                    SampleEvery = 3,
            };
            Recipe recipe = new(weights, values, At, BadGradientAt);
            TrainingLoopHooks hooks = new(
                metrics =>
                {
                    recorder.Record(metrics);
                    if (PoisonAt > 0 && metrics.Step == PoisonAt) weights.Parameters[0].Values.Row(0)[2] = float.PositiveInfinity;
                    At(Moment.Told, metrics.Step);
                },
                step =>
                {
                    At(Moment.Sample, step);
                    stop.Token.ThrowIfCancellationRequested();
                    recorder.Record(new TrainingSample(step, "?", $"{values[0]:R}"));
                    At(Moment.AfterSample, step);
                },
                (step, left) =>
                {
                    Saved.Add(step);
                    TrainingCheckpoint.Write(_checkpoints, step, left, Settings, weights, _ => { }, keep: 2);
                });
            new TrainingLoop(kernels, weights, recipe, options, hooks).Run(done, untold, stop.Token);
            return weights.Parameters[0].Values.Row(0).ToArray();
        }
    }

    /// <summary>Pulls each number to another, by another way each step.</summary>
    private sealed class Recipe(TrainedWeights weights, float[] values, Action<Moment, int> at, int badAt) : ITrainingRecipe
    {
        private int _step;

        public StepLoss AddGradients(int stepNumber, CancellationToken cancellation)
        {
            _step = stepNumber;
            Span<float> gradient = weights.Parameters[0].Gradient.Row(0);
            double loss = 0;
            for (int i = 0; i < values.Length; i++)
            {
                if (i == 2) at(Moment.Gradients, stepNumber);
                cancellation.ThrowIfCancellationRequested();
                float away = values[i] - (stepNumber * i % 7);
                loss += away * away;
                gradient[i] += stepNumber == badAt ? float.NaN : 2 * away;
            }

            at(Moment.AfterGradients, stepNumber);
            return new StepLoss(loss, 5, ("extra", loss / 3));
        }

        public IReadOnlyList<(string Name, double Value)> HeldOut(int stepNumber, CancellationToken cancellation)
        {
            at(Moment.HeldOut, _step);
            cancellation.ThrowIfCancellationRequested();
            return [("eval_loss", values.Sum(v => (double)v))];
        }

        public string RowsOf(int stepNumber) => $"the rows of step {stepNumber}";

        public bool IsBoundary(int stepNumber) => true;
    }
}
