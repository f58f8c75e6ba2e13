using Innate.Checkpoints;
using Innate.Checkpoints.Hub;
using Innate.Learning;
using Innate.Learning.Optimization;
using Innate.Learning.Ranks;
using Innate.Learning.Runs;
using Innate.Learning.Watching;
using Innate.Models;
using Innate.Reinforcement;
using Innate.Reports;
using Innate.Rows;
using Innate.Sessions;

namespace Innate.Runs.Training;

/// <summary>What a training run leaves.</summary>
/// <param name="Folder">The trained model, or its adapters: the run's folder <c>final</c>.</param>
/// <param name="Last">The last step's numbers; null: none was left to do.</param>
/// <param name="Stopped">Why the run was stopped before its last step, in one sentence; null: it was not.</param>
public sealed record TrainingResult(string Folder, StepMetrics? Last, string? Stopped)
{
    /// <summary>Of a run that ends with its best model: the step of that, and its anchor; null: it ends with the last.</summary>
    internal (int Step, double Accuracy)? Best { get; init; }
}

/// <summary>One training run from its settings to its final folder, read from top to bottom.</summary>
/// <param name="settings">What was asked for, in range.</param>
/// <param name="kind">What the kind of training has of its own.</param>
/// <param name="session">The model's folder: tokenizer, template.</param>
/// <param name="events">Is told how it goes.</param>
internal sealed class TrainingFlow(TrainingSettings settings, ITrainingKind kind, ModelSession session,
    IProgress<RunEvent>? events)
{
    private readonly string _checkpoints = RunFolder.Checkpoints(settings.Output);
    private readonly string _final = RunFolder.Final(settings.Output);
    private readonly FreshHead? _head = TrainedHead.Fresh(settings, kind.Head, session);
    private readonly TrainingFacts _facts = new(settings, kind, session);

    /// <summary>Trains: together with the other processes of its job, where a launcher began several.</summary>
    public TrainingResult Run(CancellationToken cancellation) => TrainingRanks.Together(ranks => Run(ranks, cancellation));

    private TrainingResult Run(RankTalk ranks, CancellationToken cancellation)
    {
        RequireDivided(ranks);
        // The first rank alone writes, and tells how it goes.
        if (!ranks.IsFirst) events = null;
        using RunFolder? folder = ranks.IsFirst ? new(settings.Output) : null;
        TrainedHead.Require(session, kind.Head);
        folder?.Require(settings.Resume);
        ITrainingRows rows = kind.Read(session, events, cancellation);
        int steps = settings.StepsOf(rows.Count, kind.UpdatesPerBatch);
        Dictionary<string, string> deciding = _facts.Deciding(steps, _head);
        string? from = settings.Resume ? TrainingCheckpoint.Newest(_checkpoints) : null;
        if (from is not null)
        {
            TrainingCheckpoint.RequireSameRun(from, deciding);
            TrainingCheckpoint.RequireWhole(from);
        }

        ranks.Agree(_facts.OfRank(deciding, from), cancellation);
        if (folder is not null)
        {
            folder.Lock();
            if (kind.RecipeFile is { } recipe) File.WriteAllBytes(Path.Combine(settings.Output, "recipe.json"), recipe);
            TrainingCheckpoint.DeletePartial(_checkpoints);
            TrainingCheckpoint.DeletePartial(settings.Output, Path.GetFileName(_final));
        }

        return Train(ranks, rows, steps, deciding, from, cancellation);
    }

    private void RequireDivided(RankTalk ranks)
    {
        if (ranks.Size == 1) return;
        string? undivided = settings.Choice is null ? kind.Undivided : "it ends with the model whose answers are best";
        if (undivided is { } why)
        {
            throw new InputException(
                $"{kind.Title}: expected one process, for {why}, found {ranks.Size} ranks ({JobVariables.OpenMpiSize}).");
        }

        if (settings.Shares >= ranks.Size) return;
        throw new InputException(
            nameof(settings.Shares), $"at least {ranks.Size}, for there are {ranks.Size} ranks and each computes a share",
            $"{settings.Shares}");
    }

    /// <summary>
    /// The checkpoint of the frozen model that is held beside the one that learns; null: there is none, or it is the model
    /// without its adapters.
    /// </summary>
    internal static string? FrozenFolder(TrainingSettings settings, ITrainingKind kind, ModelSession session) =>
        !kind.NeedsFrozen || (settings.HasLora && kind.FrozenModel is null && !kind.MovesFrozen) ? null
            : kind.FrozenModel is { } other ? ModelFolder.Resolve(other) : session.Folder;

    private TrainingResult Train(
        RankTalk ranks, ITrainingRows rows, int steps, Dictionary<string, string> deciding, string? from,
        CancellationToken cancellation)
    {
        bool begins = from is null || settings.HasLora;
        using LocalModel model = Load(begins ? session.Folder : from!, widens: !settings.HasLora, begins ? _head : null);
        CausalLanguageModel decoder = model.Decoder;
        LoraAdapters? adapters = TrainedPart.Adapters(settings, session, decoder, from);
        ValueHead? value = rows.NewValueHead(decoder);
        ModelParameter[] own = value is null ? [] : [value.Parameter];
        using TrainedWeights weights = new(
            [.. TrainedPart.Of(settings, decoder, adapters), .. own],
            narrowMoments: settings.OptimizerState == MomentType.Bfloat16);
        if (from is not null) TrainingCheckpoint.ReadMoments(from, weights, decoder.Kernels);
        using LocalModel? frozen = FrozenFolder(settings, kind, session) is { } folder
            ? Load(folder, widens: kind.MovesFrozen) : null;
        if (frozen is not null)
        {
            TrainingChecks.RequireComparable(frozen.Decoder, decoder, settings, kind.FrozenSetting, kind.FrozenModel);
        }

        using LocalModel? second = kind.SecondModel is { } other ? Load(ModelFolder.Resolve(other), widens: false) : null;
        if (second is not null)
        {
            TrainingChecks.RequireComparable(second.Decoder, decoder, settings, kind.SecondSetting, kind.SecondModel);
        }

        using GradientPass pass = new(decoder, weights.Gradients);
        using TrainingTask begun = rows.Begin(new TrainingParts(
            pass, weights, decoder, frozen?.Decoder ?? decoder, frozen is null ? adapters : null, value, session)
        {
            Second = second?.Decoder, Steps = steps, Ranks = ranks,
        });
        if (from is not null) begun.Restore?.Invoke(from);
        using DividedTraining? divided = settings.Shares == 1 ? null
            : new((IDividedRecipe)begun.Recipe, weights, decoder.Kernels, ranks, settings.Shares);
        TrainingTask whole = divided is null ? begun : begun with { Recipe = divided };
        TrainingTask task = settings.Choice?.Watch(whole, settings, decoder, session, cancellation) ?? whole;
        (int done, StepMetrics? unreported) = from is null ? (0, null)
            : (TrainingCheckpoint.StepOf(from), TrainingCheckpoint.Unreported(from));
        if (!ranks.IsFirst)
        {
            return new TrainingResult(_final, Follow(ranks, weights, decoder, task, steps, done, cancellation), null);
        }

        Fact[] shares = _facts.Divided(weights, ranks.Size) is { } cut ? [cut] : [];
        IReadOnlyList<Fact> page = [.. _facts.Of(weights, decoder, rows.Count, steps), .. shares];
        events?.Report(new TrainingStarted(
            _facts.Summary(weights, decoder, rows.Count, steps, done), [.. kind.Facts, .. shares], steps, done));
        StepMetrics? last;
        string? stopped;
        using (RunRecorder recorder = RunRecorder.Open(
            settings.Output, from is null ? null : unreported is null ? done : done - 1, settings.ReportFile))
        {
            RunBrakes? brakes = task.NewBrakes?.Invoke();
            TrainingLoop loop =
                Loop(ranks, task, brakes, recorder, decoder, adapters, weights, deciding, steps, page, cancellation);
            last = Run(loop, done, unreported, () => recorder.WriteReport(
                kind.Title, brakes?.Stop is { } why ? [.. page, new Fact("stopped", why)] : page), cancellation);
            stopped = brakes?.Stop;
            if (settings.Choice is not null && brakes!.Best is { } best && best.Step != last?.Step)
            {
                WholeFolder.Replace(RunFolder.Last(settings.Output), to => Write(decoder, adapters, to));
            }

            if (brakes is not null && brakes.Finish(_final, events))
            {
                return new TrainingResult(_final, last, stopped) { Best = brakes.Best };
            }
        }

        if (settings.Merge) adapters!.Merge();
        WholeFolder.Replace(_final, folder => Write(decoder, settings.Merge ? null : adapters, folder));
        return new TrainingResult(_final, last, stopped);
    }

    // Another rank's part: the same steps to the same weights, of which nothing is written here.
    private StepMetrics? Follow(
        RankTalk ranks, TrainedWeights weights, CausalLanguageModel decoder, TrainingTask task, int steps, int done,
        CancellationToken cancellation) => new TrainingLoop(
        decoder.Kernels, weights, task.Recipe, settings.Loop(steps) with { EvalEvery = 0 },
        new TrainingLoopHooks(_ => { }, null, (_, _) => { })
        {
            IsOver = MayEndEarly(task) ? () => ranks.FirstSays(false, cancellation) : null,
        }).Run(done, null, cancellation);

    private static bool MayEndEarly(TrainingTask task) => task.NewBrakes is not null || task.IsOver is not null;

    private TrainingLoop Loop(
        RankTalk ranks, TrainingTask task, RunBrakes? brakes, RunRecorder recorder, CausalLanguageModel decoder,
        LoraAdapters? adapters, TrainedWeights weights, Dictionary<string, string> deciding, int steps, IReadOnlyList<Fact> page,
        CancellationToken cancellation)
    {
        TrainingLoopOptions options = settings.Loop(steps);
        Action<int>? sample = !session.HasTokenizer ? null : step =>
        {
            if (task.Sample(step, cancellation) is not { } shown) return;
            recorder.Record(shown);
            events?.Report(new TrainingSampled(shown));
        };
        return new TrainingLoop(decoder.Kernels, weights, task.Recipe, options, new TrainingLoopHooks(
            metrics =>
            {
                recorder.Record(metrics);
                if (metrics["anchor_accuracy"] is not null) Show(task, metrics.Step, recorder);
                recorder.WriteLiveReport(kind.Title, page);
                events?.Report(new TrainingStepped(metrics));
                brakes?.Observe(metrics, folder => Write(decoder, adapters, folder));
            },
            sample,
            (step, left) => TrainingCheckpoint.Write(
                _checkpoints, step, left, deciding, weights, folder =>
                {
                    Write(decoder, adapters, folder);
                    task.Save?.Invoke(folder);
                },
                settings.Keep))
        {
            IsEvalDue = brakes is not null ? step => brakes.IsAnchorDue(step, options.EvalEvery) : null,
            IsOver = !MayEndEarly(task) ? null
                : () => ranks.FirstSays(brakes?.Stop is not null || task.IsOver?.Invoke() == true, cancellation),
        });
    }

    // Answers to held-out prompts, the same ones each time.
    private static void Show(TrainingTask task, int step, RunRecorder recorder)
    {
        foreach (PolicyAnswer answer in task.Shown?.Invoke() ?? [])
        {
            if (answer.Prompt.Text is not { } asked) continue;
            recorder.Record(new TrainingSample(step, asked, answer.Text) { IsHeldOut = true });
        }
    }

    // How far a run came, and how it went wrong, is what the curves are for: the report is written however it ends.
    private StepMetrics? Run(TrainingLoop loop, int done, StepMetrics? unreported, Action report, CancellationToken cancellation)
    {
        try
        {
            StepMetrics? last = loop.Run(done, unreported, cancellation);
            events?.Report(new TrainingEnded(last));
            report();
            return last;
        }
        catch (OperationCanceledException)
        {
            events?.Report(new TrainingEnded(null));
            events?.Report(new RunNote($"stopped; {Checkpoint()}"));
            report();
            throw;
        }
        catch (TrainingDivergedException e)
        {
            events?.Report(new TrainingEnded(null));
            report();
            throw new TrainingDivergedException($"{e.Message}; {Checkpoint()}.", e);
        }
        catch (TrainingInterruptedException e)
        {
            events?.Report(new TrainingEnded(null));
            report();
            throw new TrainingInterruptedException($"{e.Message}; {Checkpoint()}.", e);
        }
        catch (IOException e)
        {
            events?.Report(new TrainingEnded(null));
            throw new IOException($"{e.Message.TrimEnd('.')}; {Checkpoint()}.", e);
        }
    }

    private string Checkpoint() => TrainingCheckpoint.Newest(_checkpoints) is { } newest
        ? $"the last good checkpoint is {newest}, a resumed run goes on from it"
        : "no checkpoint was saved before";

    private LocalModel Load(string folder, bool widens, FreshHead? head = null)
    {
        settings.Model.RequireExact();
        var source = new ModelSource { Threads = settings.Model.Threads, Simd = settings.Model.Simd };
        return widens ? LocalModel.LoadWidened(folder, source, head)
            : head is not null ? LocalModel.Load(folder, source, head)
            : LocalModel.Load(folder, source);
    }

    private void Write(CausalLanguageModel decoder, LoraAdapters? adapters, string folder)
    {
        if (adapters is not null) adapters.Save(folder);
        else TrainedHead.Write(decoder, session.Folder, folder);
    }
}
