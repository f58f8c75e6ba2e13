using System.Diagnostics;
using System.Globalization;
using Innate.Compute;
using Innate.Learning.Optimization;
using Innate.Learning.Watching;

namespace Innate.Learning.Runs;

/// <summary>How long a run is, how it steps, and when it stops to save, to measure, to show a sample.</summary>
internal sealed record TrainingLoopOptions
{
    /// <summary>Optimizer steps in all.</summary>
    public required int Steps { get; init; }

    /// <summary>The learning rate of each.</summary>
    public required LearningRateSchedule Schedule { get; init; }

    /// <summary>The optimizer.</summary>
    public AdamWOptions Optimizer { get; init; } = new();

    /// <summary>A checkpoint every so many steps; 0: only when the run is interrupted.</summary>
    public int SaveEvery { get; init; }

    /// <summary>Held-out rows every so many steps, before the first and after the last; 0: never.</summary>
    public int EvalEvery { get; init; }

    /// <summary>A decoded sample every so many steps, and after the last; 0: never.</summary>
    public int SampleEvery { get; init; }
}

/// <summary>What happens in a run, for those who watch.</summary>
/// <param name="OnStep">After each step.</param>
/// <param name="OnSample">Makes and shows a sample; null where nothing can be decoded.</param>
/// <param name="Save">
/// Writes a checkpoint of the given step; with the step's numbers where it was taken but not yet reported: they belong in
/// the checkpoint, for the run that goes on to report.
/// </param>
internal sealed record TrainingLoopHooks(Action<StepMetrics> OnStep, Action<int>? OnSample, Action<int, StepMetrics?> Save)
{
    /// <summary>Whether held-out rows are to be measured after a step, though their interval is not over; null: never.</summary>
    public Func<int, bool>? IsEvalDue { get; init; }

    /// <summary>Whether the run is to end after the step that was reported last; null: never before its time.</summary>
    public Func<bool>? IsOver { get; init; }
}

/// <summary>
/// The loop that all recipes share: gradients of a batch, their norm, one optimizer step, and what is worth writing down. It
/// knows nothing of text or of objectives.
/// </summary>
/// <param name="kernels">The model's kernels.</param>
/// <param name="weights">What learns.</param>
/// <param name="recipe">Where gradients come from.</param>
/// <param name="options">How long and how fast.</param>
/// <param name="hooks">Who watches.</param>
internal sealed class TrainingLoop(
    IKernels kernels, TrainedWeights weights, ITrainingRecipe recipe, TrainingLoopOptions options, TrainingLoopHooks hooks)
{
    /// <summary>Runs the steps after <paramref name="done"/>.</summary>
    /// <param name="done">Steps that a checkpoint already holds.</param>
    /// <param name="unreported">
    /// The last of these, where the checkpoint was written before all of it was reported; null: nothing is left.
    /// </param>
    /// <param name="cancellation">
    /// Stops within a step, or at the recipe's next boundary; a checkpoint of the last one taken is then written.
    /// </param>
    /// <returns>The last step's numbers; null where none was left to do.</returns>
    /// <exception cref="TrainingDivergedException">
    /// A loss or gradient is not finite: no checkpoint of that step is written.
    /// </exception>
    /// <exception cref="TrainingInterruptedException">
    /// A step could not be taken; a checkpoint of the last one is written.
    /// </exception>
    /// <exception cref="OperationCanceledException">The run was stopped.</exception>
    public StepMetrics? Run(int done, StepMetrics? unreported, CancellationToken cancellation)
    {
        long start = Stopwatch.GetTimestamp();
        int saved = done;
        StepMetrics? last = unreported is null ? null : Report(unreported, saved, cancellation);
        if (done == 0 && unreported is null) Begin(cancellation);
        for (int step = done + 1; step <= options.Steps; step++)
        {
            StepMetrics taken;
            try
            {
                Stoppable(step - 1, cancellation).ThrowIfCancellationRequested();
                taken = Take(step, done, start, Stoppable(step - 1, cancellation));
            }
            catch (Exception e) when (e is OperationCanceledException or TrainingInterruptedException)
            {
                SaveAfter(step - 1, saved);
                throw;
            }

            last = Report(taken, saved, cancellation);
            if (IsDue(step, options.SaveEvery))
            {
                Save(step, null);
                saved = step;
            }

            if (IsOver(step, saved)) return last;
        }

        RequireFinite(options.Steps);
        return last;
    }

    // What every curve is held against: the state before the first step.
    private void Begin(CancellationToken cancellation)
    {
        if (options.EvalEvery == 0 || options.Steps == 0) return;
        IReadOnlyList<(string, double)> heldOut = recipe.HeldOut(0, cancellation);
        if (heldOut.Count > 0) hooks.OnStep(new StepMetrics(0, heldOut));
    }

    private bool IsOver(int step, int saved)
    {
        try
        {
            return hooks.IsOver?.Invoke() ?? false;
        }
        catch (Exception e) when (e is OperationCanceledException or TrainingInterruptedException)
        {
            SaveAfter(step, saved);
            throw;
        }
    }

    // Another process may stop the run within the steps of a batch.
    private void SaveAfter(int step, int saved)
    {
        if (step > saved && recipe.IsBoundary(step)) Save(step, null);
    }

    // Between boundaries a checkpoint would not hold all that the next step needs: the run goes on to the next one first.
    private CancellationToken Stoppable(int step, CancellationToken cancellation) =>
        recipe.IsBoundary(step) ? cancellation : default;

    private void Save(int step, StepMetrics? unreported)
    {
        RequireFinite(step);
        hooks.Save(step, unreported);
    }

    // A step's loss and gradient say nothing of the weights that it leaves: a checkpoint holds good ones alone.
    private void RequireFinite(int step)
    {
        if (weights.AreFinite(kernels)) return;
        throw new TrainingDivergedException(string.Create(
            CultureInfo.InvariantCulture,
            $"step {step}: expected finite weights, found some that are not after a step on {recipe.RowsOf(step)}"));
    }

    private bool IsDue(int step, int every) => every > 0 && (step % every == 0 || step == options.Steps);

    // The weights are the step's already: where its report stops, the checkpoint carries what is left to report.
    private StepMetrics Report(StepMetrics taken, int saved, CancellationToken cancellation)
    {
        try
        {
            bool isDue = IsDue(taken.Step, options.EvalEvery)
                || (options.EvalEvery > 0 && (hooks.IsEvalDue?.Invoke(taken.Step) ?? false));
            StepMetrics reported = isDue ? taken.With(recipe.HeldOut(taken.Step, Stoppable(taken.Step, cancellation))) : taken;
            hooks.OnStep(reported);
            if (hooks.OnSample is { } sample && IsDue(taken.Step, options.SampleEvery)) sample(taken.Step);
            return reported;
        }
        catch (OperationCanceledException)
        {
            if (taken.Step > saved) Save(taken.Step, taken);
            throw;
        }
    }

    // Half a batch's gradients must not be added to those of the next step that is taken with these weights.
    private StepLoss AddGradients(int step, CancellationToken cancellation)
    {
        try
        {
            return recipe.AddGradients(step, cancellation);
        }
        catch
        {
            weights.ClearGradients();
            throw;
        }
    }

    // Once the gradients are whole nothing stops it: the weights are never between two steps.
    private StepMetrics Take(int step, int done, long runStart, CancellationToken cancellation)
    {
        long start = Stopwatch.GetTimestamp();
        StepLoss batch = AddGradients(step, cancellation);
        double norm = weights.GradientNorm(kernels);
        if (!double.IsFinite(batch.Loss) || !double.IsFinite(norm))
        {
            throw new TrainingDivergedException(string.Create(
                CultureInfo.InvariantCulture,
                $"step {step}: expected a finite loss and gradient, found loss {batch.Loss} and gradient norm {norm} "
                + $"on {recipe.RowsOf(step)}"));
        }

        double rate = options.Schedule.At(step, options.Steps);
        AdamW.Step(kernels, weights, options.Optimizer, recipe.OptimizerStep(step), rate, norm);
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        double soFar = Stopwatch.GetElapsedTime(runStart).TotalSeconds;
        return new StepMetrics(
            step,
            [
                ("loss", batch.Loss),
                ("learning_rate", rate),
                ("grad_norm", norm),
                .. batch.More,
                ("tokens_per_second", batch.Tokens / Math.Max(seconds, 1e-9)),
                ("memory_gb", Environment.WorkingSet / 1e9),
                ("seconds_left", soFar / (step - done) * (options.Steps - step)),
            ]);
    }
}
