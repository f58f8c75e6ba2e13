using Innate.Compute;
using Innate.Learning.Data;
using Innate.Learning.Objectives;
using Innate.Learning.Ranks;
using Innate.Models;

namespace Innate.Learning;

/// <summary>
/// Supervised fine-tuning: the negative log-likelihood of the counted tokens. Rows of a micro-batch lie one after another as
/// trees of their own: nothing is padded, and no row sees another.
/// </summary>
/// <param name="pass">The model's forward and gradient.</param>
/// <param name="rows">What is learned.</param>
/// <param name="batching">How rows become batches.</param>
/// <param name="heldOut">Rows for <see cref="HeldOutLoss"/>; null for none.</param>
/// <param name="solutionWeight">
/// GenRM's lambda: the loss is that of <see cref="GenRmObjective"/>; null: the mean over all counted tokens.
/// </param>
internal sealed class SupervisedTraining(
    GradientPass pass, TrainingRows<SequenceExample> rows, Batching batching, TrainingRows<SequenceExample>? heldOut = null,
    double? solutionWeight = null)
    : IDividedRecipe
{
    private readonly ExampleOrder _order = new(rows.Examples.Count, batching.Seed);

    /// <inheritdoc/>
    public StepLoss AddGradients(int stepNumber, CancellationToken cancellation) =>
        Join([AddShare(stepNumber, 0, cancellation)]);

    /// <inheritdoc/>
    public SharePart AddShare(int stepNumber, int share, CancellationToken cancellation)
    {
        int[] batch = _order.Batch(stepNumber, batching.BatchSize);
        long counted = batch.Sum(i => (long)rows.Examples[i].Counted.Count(c => c));
        long tokens = 0;
        List<IReadOnlyList<(string, double)>> losses = [];
        foreach ((int first, int count) in batching.MicroBatches(share))
        {
            TokenBatch micro = MicroBatch(rows, batching.DropoutKey(stepNumber), batch, first, count);
            HeadTrace trace = pass.Forward(micro.Tree, micro.Rows, micro.Targets, micro.RowKeys, cancellation);
            double[] logProbs = TokenBatch.LogProbs(trace);
            ObjectiveResult result = solutionWeight is { } lambda
                ? GenRm(batch, first, count, logProbs, lambda) : SupervisedObjective.Compute(logProbs, counted);
            batching.RequireFinite(result.Loss, stepNumber, batch.AsSpan(first, count), rows.Lines);
            pass.Backward(new HeadGradient(result.LogProbGradient), cancellation);
            losses.Add([("loss", result.Loss)]);
            tokens += micro.Tree.TokenCount;
        }

        return new SharePart(tokens, losses);
    }

    /// <inheritdoc/>
    public StepLoss Join(IReadOnlyList<SharePart> parts) =>
        new(parts.SelectMany(p => p.Rows).Sum(row => row[0].Value), parts.Sum(p => p.Tokens));

    // An example's share of the loss is one over the examples of its kind in the whole batch, whatever its length.
    private ObjectiveResult GenRm(int[] batch, int first, int count, double[] logProbs, double lambda)
    {
        int verifications = batch.Count(Verifies);
        double[] gradient = new double[logProbs.Length];
        double loss = 0;
        int at = 0;
        for (int slot = first; slot < first + count; slot++)
        {
            SequenceExample example = rows.Examples[batch[slot]];
            double weight = Verifies(batch[slot])
                ? 1.0 / verifications : lambda / (batch.Length - verifications);
            for (int tokens = example.Counted.Count(c => c); tokens > 0; tokens--, at++)
            {
                loss -= weight * logProbs[at];
                gradient[at] = -weight;
            }
        }

        return new ObjectiveResult(loss, gradient);

        bool Verifies(int example) => rows.Examples[example].Verifies == true;
    }

    /// <summary>Some of a batch's examples as one input.</summary>
    /// <param name="rows">All examples.</param>
    /// <param name="dropoutKey">Decides dropout; null: there is none.</param>
    /// <param name="batch">The batch's examples.</param>
    /// <param name="first">The first slot.</param>
    /// <param name="count">How many.</param>
    public static TokenBatch MicroBatch(
        TrainingRows<SequenceExample> rows, ulong? dropoutKey, int[] batch, int first, int count)
    {
        var micro = new TokenBatch(dropoutKey);
        for (int slot = first; slot < first + count; slot++)
        {
            SequenceExample example = rows.Examples[batch[slot]];
            micro.AddSequence(slot, example.Tokens, example.Counted);
        }

        return micro;
    }

    /// <inheritdoc/>
    public IReadOnlyList<(string Name, double Value)> HeldOut(int stepNumber, CancellationToken cancellation) =>
        HeldOutLoss(cancellation) is { } loss ? [("eval_loss", loss)] : [];

    /// <summary>The loss on held-out rows; null where there are none.</summary>
    public double? HeldOutLoss(CancellationToken cancellation)
    {
        if (heldOut is null) return null;
        double sum = 0;
        long counted = 0;
        for (int first = 0; first < heldOut.Examples.Count; first += batching.MicroBatchSize)
        {
            var micro = new TokenBatch(dropoutKey: null);
            foreach (SequenceExample example in heldOut.Examples.Skip(first).Take(batching.MicroBatchSize))
            {
                micro.AddSequence(0, example.Tokens, example.Counted);
            }

            HeadTrace trace = pass.Forward(micro.Tree, micro.Rows, micro.Targets, rowKeys: null, cancellation);
            foreach (double logProb in TokenBatch.LogProbs(trace)) sum -= logProb;
            counted += micro.TargetCount;
        }

        return sum / counted;
    }

    /// <inheritdoc/>
    public string RowsOf(int stepNumber) => batching.Name(_order.Batch(stepNumber, batching.BatchSize), rows.Lines);

    /// <inheritdoc/>
    public bool IsBoundary(int stepNumber) => true;
}
