using Innate.Learning;
using Innate.Learning.Data;
using Innate.Learning.Objectives;
using Innate.Models;
using Innate.Reports;
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
        TrainingChecks.Require(SupervisedTables.Preferences, settings,
            settings with { Beta = null, Gamma = null, LabelSmoothing = null, Reference = null });
        using ModelSession session = OpenModel(settings.Model, cancellation);
        return new TrainingFlow(settings, this, session, events).Run(cancellation);
    }

    ITrainingRows ITrainingKind.Read(ModelSession session, IProgress<RunEvent>? events, CancellationToken cancellation)
    {
        TrainingRowOptions options = TrainingChecks.RowOptions(settings, session) with { OverLength = settings.OverLength };
        TrainingRows<PreferenceExample> Read(string file)
        {
            TrainingRows<PreferenceExample> rows =
                PreferenceRows.Read(file, session.Tokenizer, () => session.Format(settings.Format), options, cancellation);
            TrainingChecks.Note(events, file, rows.Skipped, rows.Truncated, options);
            return rows;
        }

        return new Rows(settings, Read(settings.Data), settings.EvalData is { } file ? Read(file) : null);
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
