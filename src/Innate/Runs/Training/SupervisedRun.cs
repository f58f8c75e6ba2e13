using Innate.Learning;
using Innate.Learning.Data;
using Innate.Models;
using Innate.Reports;
using Innate.Sessions;

namespace Innate.Runs.Training;

/// <summary>
/// Supervised fine-tuning: the negative log-likelihood of responses. Files in the run's folder: metrics.jsonl, samples.jsonl,
/// tensorboard/, run.html, checkpoints/, and the result in final/.
/// </summary>
/// <param name="settings">What is learned from what.</param>
public sealed class SupervisedRun(SupervisedSettings settings) : Run<TrainingResult>, ITrainingKind
{
    string ITrainingKind.Title => "Supervised fine-tuning";

    IEnumerable<KeyValuePair<string, string>> ITrainingKind.Deciding => SupervisedTables.Supervised.Deciding(settings);

    IReadOnlyList<Fact> ITrainingKind.Facts => SupervisedTables.Supervised.Facts(settings);

    bool ITrainingKind.NeedsFrozen => false;

    string? ITrainingKind.FrozenModel => null;

    string ITrainingKind.FrozenSetting => "Reference";

    /// <inheritdoc/>
    public override TrainingResult Execute(IProgress<RunEvent>? events = null, CancellationToken cancellation = default)
    {
        TrainingChecks.Require(SupervisedTables.Supervised, settings, settings with { });
        using ModelSession session = OpenModel(settings.Model, cancellation);
        return new TrainingFlow(settings, this, session, events).Run(cancellation);
    }

    ITrainingRows ITrainingKind.Read(ModelSession session, IProgress<RunEvent>? events, CancellationToken cancellation)
    {
        TrainingRowOptions options = TrainingChecks.RowOptions(
            settings, session) with { Loss = settings.Loss, OverLength = settings.OverLength };
        TrainingRows<SequenceExample> Read(string file)
        {
            TrainingRows<SequenceExample> rows =
                SupervisedRows.Read(file, session.Tokenizer, () => session.Format(settings.Format), options, cancellation);
            TrainingChecks.Note(events, file, rows.Skipped, rows.Truncated, options);
            return rows;
        }

        return new Rows(settings, Read(settings.Data), settings.EvalData is { } file ? Read(file) : null);
    }

    private sealed class Rows(SupervisedSettings settings, TrainingRows<SequenceExample> data,
        TrainingRows<SequenceExample>? heldOut)
        : ITrainingRows
    {
        public int Count => data.Examples.Count;

        public TrainingTask Begin(TrainingParts parts) => new(
            new SupervisedTraining(parts.Pass, data, TrainingChecks.Batching(settings), heldOut),
            (step, cancellation) => GreedySample.Of(settings, parts, Count, Prompt, step, cancellation));

        private int[] Prompt(int example)
        {
            SequenceExample sequence = data.Examples[example];
            return sequence.Tokens[..Math.Max(1, Array.IndexOf(sequence.Counted, true))];
        }
    }
}
