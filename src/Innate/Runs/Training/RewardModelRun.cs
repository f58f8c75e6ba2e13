using System.Globalization;
using Innate.Audits;
using Innate.Learning;
using Innate.Learning.Data;
using Innate.Learning.Objectives;
using Innate.Learning.RewardModels;
using Innate.Learning.Watching;
using Innate.Models;
using Innate.Reports;
using Innate.Rewards;
using Innate.Rows;
using Innate.Runs.Profiles;
using Innate.Scoring;
using Innate.Sessions;
using Innate.Text;

namespace Innate.Runs.Training;

/// <summary>
/// Training of a reward model from a language model, or of one further. Files as for <see cref="SupervisedRun"/>; DIR/final is
/// transformers' <c>...ForSequenceClassification</c>, or with LoRA PEFT's adapter of one.
/// </summary>
/// <param name="settings">What is learned from what.</param>
public sealed class RewardModelRun(RewardModelSettings settings) : Run<TrainingResult>, ITrainingKind
{
    private int _heldOut;

    string ITrainingKind.Title => settings.Head switch
    {
        RewardHead.Process => "Process reward model",
        RewardHead.Polar => "Reward model beside a reference",
        _ => "Reward model",
    };

    IEnumerable<KeyValuePair<string, string>> ITrainingKind.Deciding => RewardModelTable.Rows.Deciding(settings);

    IReadOnlyList<Fact> ITrainingKind.Facts => RewardModelTable.Rows.Facts(settings);

    HeadKind ITrainingKind.Head => Kind;

    private HeadKind Kind => settings.Head == RewardHead.Process ? HeadKind.Steps : HeadKind.Score;

    bool ITrainingKind.NeedsFrozen => false;

    string? ITrainingKind.FrozenModel => null;

    string ITrainingKind.FrozenSetting => "";

    /// <inheritdoc/>
    public override TrainingResult Execute(IProgress<RunEvent>? events = null, CancellationToken cancellation = default)
    {
        TrainingChecks.Require(
            RewardModelTable.Rows, settings, settings with { Margin = null, LabelSmoothing = null, EmptyKeys = null });
        using ModelSession session = OpenModel(settings.Model, cancellation);
        RewardModelRun sized = new(TrainingChecks.WithRate(settings, session)) { OpenModel = OpenModel };
        return sized.Train(session, events, cancellation);
    }

    ITrainingRows ITrainingKind.Read(ModelSession session, IProgress<RunEvent>? events, CancellationToken cancellation)
    {
        Func<Row, Row>? change = settings.EmptyKeys is > 0 and var share
            ? row => EmptyKeys.Rejecting(row, share, settings.Seed) : null;
        ScoreExamples rows = Examples(session, settings.Data, change, events, cancellation);
        ScoreExamples? heldOut = settings.EvalData is { } file ? Examples(session, file, null, events, cancellation) : null;
        _heldOut = heldOut?.Count ?? 0;
        return new Rows(settings, rows, heldOut);
    }

    private TrainingResult Train(ModelSession session, IProgress<RunEvent>? events, CancellationToken cancellation)
    {
        TrainingResult result = new TrainingFlow(settings, this, session, events).Run(cancellation);
        if (result.Last?["eval_accuracy"] is { } accuracy && HeldOutNote(accuracy) is { } note) events?.Report(new RunNote(note));
        return result;
    }

    private string HeldOutNote(double accuracy)
    {
        Share share = Share.At(accuracy, _heldOut);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"held out: {100 * share.Value:0.0} % right [{100 * share.Low:0.0}, {100 * share.High:0.0}] of {_heldOut} rows");
    }

    private ScoreExamples Examples(
        ModelSession session, string file, Func<Row, Row>? change, IProgress<RunEvent>? events, CancellationToken cancellation)
    {
        TrainingRowOptions options = TrainingChecks.RowOptions(settings, session) with { OverLength = settings.OverLength };
        RowTokens tokens = new(
            session.Tokenizer, () => session.Format(settings.Format).Judging(
                Kind == HeadKind.Steps ? settings.Split ?? StepSplit.Paragraphs : null), options.VocabularySize,
            new RowEncoderOptions
            {
                WholeConversations = true,
                Reader = settings.Head == RewardHead.Polar
                    ? PolarRows.ReaderOf(RewardKind.Polar, options.MaxTokens!.Value, options.Columns) : null,
            });
        if (Kind == HeadKind.Steps)
        {
            TrainingRows<JudgedSolution> solutions = StepTrainingRows.Read(file, tokens, options, cancellation);
            TrainingChecks.Note(events, file, solutions.Skipped, solutions.Truncated, options);
            return new StepExamples(solutions.Examples, solutions.Lines);
        }

        int? padding = TrainedHead.PaddingOf(settings, HeadKind.Score, session);
        TrainingRows<RewardPair> rows = PairRows.Read(file, tokens, options, padding, change, cancellation);
        TrainingChecks.Note(events, file, rows.Skipped, rows.Truncated, options);
        return new PairExamples(rows.Examples, rows.Lines, new BradleyTerryOptions
        {
            Margin = settings.Margin ?? 0, LabelSmoothing = settings.LabelSmoothing ?? 0,
        });
    }

    private sealed class Rows(RewardModelSettings settings, ScoreExamples data, ScoreExamples? heldOut) : ITrainingRows
    {
        public int Count => data.Count;

        public TrainingTask Begin(TrainingParts parts)
        {
            ScoreTraining training = new(parts.Pass, data, TrainingChecks.Batching(settings), heldOut);
            return new TrainingTask(training, (step, cancellation) => training.Sample(
                step, settings.Seed, ids => parts.Session.Tokenizer.Decode(ids), cancellation));
        }
    }
}
