using Innate.Learning;
using Innate.Learning.Data;
using Innate.Learning.Objectives;
using Innate.Models;
using Innate.Reports;
using Innate.Runs.Foretelling;
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

    /// <summary>
    /// Foretells what <see cref="Execute"/> would take: reads the rows, computes the gradients of a small piece of them where
    /// there is memory for it, writes nothing.
    /// </summary>
    /// <param name="cancellation">Stops it.</param>
    /// <exception cref="InputException">As for the run.</exception>
    public Forecast Foretell(CancellationToken cancellation = default)
    {
        TrainingChecks.Require(SupervisedTables.Supervised, settings, settings with { });
        if (settings.Resume) throw new InputException(nameof(settings.Resume), "off where a run is foretold", "on");
        using ModelSession session = OpenModel(settings.Model, cancellation);
        TrainedHead.RequireDecoder(session);
        TrainingRows<SequenceExample> rows = Examples(session, settings.Data, null, cancellation);
        TrainingRows<SequenceExample>? heldOut =
            settings.EvalData is { } file ? Examples(session, file, null, cancellation) : null;
        Batching batching = TrainingChecks.Batching(settings);
        var order = new ExampleOrder(rows.Examples.Count, settings.Seed);
        IEnumerable<PassSize> Passes(int step)
        {
            int[] batch = order.Batch(step, settings.BatchSize);
            return batching.MicroBatches()
                .Select(m => PassSize.Of(SupervisedTraining.MicroBatch(rows, null, batch, m.First, m.Count)));
        }

        return new TrainingForecast(settings, session)
        {
            Steps = settings.StepsOf(rows.Examples.Count),
            Passes = Passes,
            Piece = tokens => SmallBatch(rows, tokens),
            HeldOut = heldOut is null ? [] : [PassSize.Of(SmallBatch(heldOut, int.MaxValue))],
            SampleTokens = (int)rows.Examples.Average(e => e.Counted.Count(c => c)),
        }.Of(cancellation);
    }

    ITrainingRows ITrainingKind.Read(ModelSession session, IProgress<RunEvent>? events, CancellationToken cancellation)
    {
        TrainingRows<SequenceExample> Read(string file) => Examples(session, file, events, cancellation);
        return new Rows(settings, Read(settings.Data), settings.EvalData is { } file ? Read(file) : null);
    }

    private TrainingRows<SequenceExample> Examples(
        ModelSession session, string file, IProgress<RunEvent>? events, CancellationToken cancellation)
    {
        TrainingRowOptions options = TrainingChecks.RowOptions(
            settings, session) with
        {
            Loss = settings.Loss, OverLength = settings.OverLength, TellsKinds = settings.Objective == SupervisedLoss.GenRm,
        };
        TrainingRows<SequenceExample> rows =
            SupervisedRows.Read(file, session.Tokenizer, () => session.Format(settings.Format), options, cancellation);
        TrainingChecks.Note(events, file, rows.Skipped, rows.Truncated, options);
        return rows;
    }

    // Examples from the first on, the last one cut, up to so many tokens.
    private static TokenBatch SmallBatch(TrainingRows<SequenceExample> rows, int tokens)
    {
        var batch = new TokenBatch(dropoutKey: null);
        foreach (SequenceExample example in rows.Examples)
        {
            int length = Math.Min(example.Tokens.Length, tokens - batch.Tree.TokenCount);
            if (length < 2) break;
            batch.AddSequence(0, example.Tokens[..length], example.Counted[..length]);
        }

        return batch;
    }

    private sealed class Rows(SupervisedSettings settings, TrainingRows<SequenceExample> data,
        TrainingRows<SequenceExample>? heldOut)
        : ITrainingRows
    {
        public int Count => data.Examples.Count;

        private double? SolutionWeight => settings.Objective == SupervisedLoss.GenRm
            ? settings.SolutionWeight ?? GenRmObjective.OwnSolutionWeight : null;

        public TrainingTask Begin(TrainingParts parts) => new(
            new SupervisedTraining(parts.Pass, data, TrainingChecks.Batching(settings), heldOut, SolutionWeight),
            (step, cancellation) => GreedySample.Of(settings, parts, Count, Prompt, step, cancellation));

        private int[] Prompt(int example)
        {
            SequenceExample sequence = data.Examples[example];
            return sequence.Tokens[..Math.Max(1, Array.IndexOf(sequence.Counted, true))];
        }
    }
}
