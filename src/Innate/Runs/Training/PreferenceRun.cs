using Innate.Learning;
using Innate.Learning.Data;
using Innate.Learning.Objectives;
using Innate.Models;
using Innate.Reports;
using Innate.Runs.Foretelling;
using Innate.Sessions;

namespace Innate.Runs.Training;

/// <summary>
/// Learning from pairs of a chosen and a rejected response: DPO or SimPO. Files as for <see cref="SupervisedRun"/>. With LoRA the
/// reference is the model without its adapters and costs no memory; without, a second copy of the model is held.
/// </summary>
/// <param name="settings">What is learned from what.</param>
public sealed class PreferenceRun(PreferenceSettings settings) : Run<TrainingResult>, ITrainingKind
{
    private bool IsDpo => settings.Objective == PreferenceObjective.Dpo;

    string ITrainingKind.Title => IsDpo ? "Direct preference optimization" : "Simple preference optimization";

    IEnumerable<KeyValuePair<string, string>> ITrainingKind.Deciding => SupervisedTables.Preferences.Deciding(settings);

    IReadOnlyList<Fact> ITrainingKind.Facts => SupervisedTables.Preferences.Facts(settings);

    bool ITrainingKind.NeedsFrozen => IsDpo;

    string? ITrainingKind.FrozenModel => settings.Reference;

    string ITrainingKind.FrozenSetting => nameof(settings.Reference);

    /// <inheritdoc/>
    public override TrainingResult Execute(IProgress<RunEvent>? events = null, CancellationToken cancellation = default)
    {
        RequireSettings();
        using ModelSession session = OpenModel(settings.Model, cancellation);
        PreferenceSettings sized = TrainingChecks.WithRate(settings, session);
        return new TrainingFlow(sized, new PreferenceRun(sized) { OpenModel = OpenModel }, session, events).Run(cancellation);
    }

    /// <summary>
    /// Foretells what <see cref="Execute"/> would take: reads the pairs, computes the gradients of a small piece of them where
    /// there is memory for it, writes nothing.
    /// </summary>
    /// <param name="cancellation">Stops it.</param>
    /// <exception cref="InputException">As for the run.</exception>
    public Forecast Foretell(CancellationToken cancellation = default)
    {
        RequireSettings();
        if (settings.Resume) throw new InputException(nameof(settings.Resume), "off where a run is foretold", "on");
        using ModelSession session = OpenModel(settings.Model, cancellation);
        TrainedHead.RequireDecoder(session);
        TrainingRows<PreferenceExample> rows = Examples(session, settings.Data, null, cancellation);
        TrainingRows<PreferenceExample>? heldOut =
            settings.EvalData is { } file ? Examples(session, file, null, cancellation) : null;
        Batching batching = TrainingChecks.Batching(settings);
        var order = new ExampleOrder(rows.Examples.Count, settings.Seed);
        IEnumerable<PassSize> Passes(int step)
        {
            int[] batch = order.Batch(step, settings.BatchSize);
            return batching.MicroBatches().Select(m =>
                PassSize.Of(PreferenceTraining.Batch(batch.Skip(m.First).Take(m.Count).Select(i => rows.Examples[i]), 0, null)));
        }

        return new TrainingForecast(TrainingChecks.WithRate(settings, session), session)
        {
            Steps = settings.StepsOf(rows.Examples.Count),
            Passes = Passes,
            Piece = tokens => SmallBatch(rows, tokens),
            HeldOut = heldOut is null ? [] : [PassSize.Of(PreferenceTraining.Batch(heldOut.Examples, 0, null))],
            HasReference = IsDpo,
            FrozenFolder = TrainingFlow.FrozenFolder(settings, this, session),
            SampleTokens = (int)rows.Examples.Average(e => e.Chosen.Length),
        }.Of(cancellation);
    }

    ITrainingRows ITrainingKind.Read(ModelSession session, IProgress<RunEvent>? events, CancellationToken cancellation)
    {
        TrainingRows<PreferenceExample> Read(string file) => Examples(session, file, events, cancellation);
        return new Rows(settings, Read(settings.Data), settings.EvalData is { } file ? Read(file) : null);
    }

    private void RequireSettings() => TrainingChecks.Require(SupervisedTables.Preferences, settings,
        settings with { Beta = null, Gamma = null, LabelSmoothing = null, Reference = null });

    private TrainingRows<PreferenceExample> Examples(
        ModelSession session, string file, IProgress<RunEvent>? events, CancellationToken cancellation)
    {
        TrainingRowOptions options = TrainingChecks.RowOptions(settings, session) with { OverLength = settings.OverLength };
        TrainingRows<PreferenceExample> rows =
            PreferenceRows.Read(file, session.Tokenizer, () => session.Format(settings.Format), options, cancellation);
        TrainingChecks.Note(events, file, rows.Skipped, rows.Truncated, options);
        return rows;
    }

    // Pairs from the first on, of the last perhaps the beginnings, up to so many tokens.
    private static TokenBatch SmallBatch(TrainingRows<PreferenceExample> rows, int tokens)
    {
        var batch = new TokenBatch(dropoutKey: null);
        foreach (PreferenceExample pair in rows.Examples)
        {
            int left = tokens - batch.Tree.TokenCount;
            if (left < 6) break;
            int[] prompt = pair.Prompt[^Math.Min(pair.Prompt.Length, left / 3)..];
            int each = (left - prompt.Length) / 2;
            batch.AddGroup(
                0, prompt,
                [pair.Chosen[..Math.Min(pair.Chosen.Length, each)], pair.Rejected[..Math.Min(pair.Rejected.Length, each)]]);
        }

        return batch;
    }

    private sealed class Rows(PreferenceSettings settings, TrainingRows<PreferenceExample> data,
        TrainingRows<PreferenceExample>? heldOut)
        : ITrainingRows
    {
        public int Count => data.Examples.Count;

        public TrainingTask Begin(TrainingParts parts) => new(
            new PreferenceTraining(parts.Pass, data, TrainingChecks.Batching(settings), Loss(parts), heldOut),
            (step, cancellation) => GreedySample.Of(settings, parts, Count, i => data.Examples[i].Prompt, step, cancellation));

        private PreferenceLoss Loss(TrainingParts parts) => settings.Objective == PreferenceObjective.Dpo
            ? PreferenceLoss.DpoAgainst(
                new DpoOptions { Beta = settings.Beta ?? 0.1, LabelSmoothing = settings.LabelSmoothing ?? 0 }, parts.Frozen,
                parts.SwitchedOff)
            : PreferenceLoss.SimPoOf(new SimPoOptions { Beta = settings.Beta ?? 2, Gamma = settings.Gamma ?? 1 });
    }
}
