using Innate.Compute;
using Innate.Learning.Data;
using Innate.Learning.Objectives;
using Innate.Learning.Ranks;
using Innate.Models;

namespace Innate.Learning;

/// <summary>
/// Learning from pairs: direct preference optimization against a frozen reference, or SimPO, which has none. A pair is one tree:
/// its prompt is read once, and receives the gradient of both responses.
/// </summary>
/// <param name="pass">The model's forward and gradient.</param>
/// <param name="rows">Pairs.</param>
/// <param name="batching">How rows become batches.</param>
/// <param name="loss">DPO's numbers with its reference, or SimPO's.</param>
/// <param name="heldOut">Pairs for <see cref="HeldOutLoss"/>; null for none.</param>
internal sealed class PreferenceTraining(
    GradientPass pass, TrainingRows<PreferenceExample> rows, Batching batching, PreferenceLoss loss,
    TrainingRows<PreferenceExample>? heldOut = null) : IDividedRecipe
{
    private readonly ExampleOrder _order = new(rows.Examples.Count, batching.Seed);

    /// <inheritdoc/>
    public StepLoss AddGradients(int stepNumber, CancellationToken cancellation) =>
        Join([AddShare(stepNumber, 0, cancellation)]);

    /// <inheritdoc/>
    public SharePart AddShare(int stepNumber, int share, CancellationToken cancellation)
    {
        int[] batch = _order.Batch(stepNumber, batching.BatchSize);
        long tokens = 0;
        List<PairResult> results = [];
        foreach ((int first, int count) in batching.MicroBatches(share))
        {
            PreferenceExample[] pairs = [.. batch.Skip(first).Take(count).Select(i => rows.Examples[i])];
            (TokenBatch micro, HeadTrace trace, List<PairResult> found) =
                Compute(pairs, first, batching.DropoutKey(stepNumber), batch.Length, cancellation);
            batching.RequireFinite(found.Sum(r => r.Loss), stepNumber, batch.AsSpan(first, count), rows.Lines);
            var gradient = new double[trace.Q.Length];
            int at = 0;
            foreach (PairResult r in found)
            {
                r.ChosenGradient.CopyTo(gradient, at);
                r.RejectedGradient.CopyTo(gradient, at + r.ChosenGradient.Length);
                at += r.ChosenGradient.Length + r.RejectedGradient.Length;
            }

            pass.Backward(new HeadGradient(gradient), cancellation);
            results.AddRange(found);
            tokens += micro.Tree.TokenCount;
        }

        return new SharePart(tokens,
        [
            .. results.Select(r => ((string, double)[])
            [
                ("loss", r.Loss), ("accuracy", r.IsCorrect ? 1 : 0), ("margin", r.Margin),
                ("reward_chosen", r.ChosenReward), ("reward_rejected", r.RejectedReward),
            ]),
        ]);
    }

    /// <inheritdoc/>
    public StepLoss Join(IReadOnlyList<SharePart> parts)
    {
        IReadOnlyList<(string Name, double Value)>[] pairs = [.. parts.SelectMany(p => p.Rows)];
        return new StepLoss(
            pairs.Sum(p => p[0].Value), parts.Sum(p => p.Tokens),
            [.. Enumerable.Range(1, pairs[0].Count - 1).Select(i => (pairs[0][i].Name, pairs.Average(p => p[i].Value)))]);
    }

    /// <inheritdoc/>
    public IReadOnlyList<(string Name, double Value)> HeldOut(int stepNumber, CancellationToken cancellation) =>
        HeldOutLoss(cancellation) is { } loss ? [("eval_loss", loss)] : [];

    /// <summary>The loss on held-out rows; null where there are none.</summary>
    public double? HeldOutLoss(CancellationToken cancellation)
    {
        if (heldOut is null) return null;
        double sum = 0;
        foreach (PreferenceExample[] pairs in heldOut.Examples.Chunk(batching.MicroBatchSize))
        {
            sum += Compute(pairs, 0, dropoutKey: null, heldOut.Examples.Count, cancellation).Results.Sum(r => r.Loss);
        }

        return sum;
    }

    /// <inheritdoc/>
    public string RowsOf(int stepNumber) => batching.Name(_order.Batch(stepNumber, batching.BatchSize), rows.Lines);

    /// <inheritdoc/>
    public bool IsBoundary(int stepNumber) => true;

    /// <summary>Some pairs as one input.</summary>
    /// <param name="pairs">The pairs.</param>
    /// <param name="firstSlot">The first one's place in its batch.</param>
    /// <param name="dropoutKey">Decides dropout; null: there is none.</param>
    public static TokenBatch Batch(IEnumerable<PreferenceExample> pairs, int firstSlot, ulong? dropoutKey)
    {
        var batch = new TokenBatch(dropoutKey);
        foreach ((int i, PreferenceExample pair) in pairs.Index())
        {
            batch.AddGroup(firstSlot + i, pair.Prompt, [pair.Chosen, pair.Rejected]);
        }

        return batch;
    }

    private (TokenBatch Batch, HeadTrace Trace, List<PairResult> Results) Compute(
        PreferenceExample[] pairs, int firstSlot, ulong? dropoutKey, int batchPairs, CancellationToken cancellation)
    {
        TokenBatch batch = Batch(pairs, firstSlot, dropoutKey);
        int[] rowsRead = batch.Rows, targets = batch.Targets;
        // The reference first: it may be the same model without its adapters, whose scratch the forward pass then takes over.
        double[]? reference = loss.Reference?.Invoke(batch.Tree, rowsRead, targets);
        HeadTrace trace = pass.Forward(batch.Tree, rowsRead, targets, batch.RowKeys, cancellation);
        ReadOnlySpan<double> logProbs = TokenBatch.LogProbs(trace);
        List<PairResult> results = [];
        int at = 0;
        foreach (PreferenceExample pair in pairs)
        {
            (int chosen, int rejected) = (pair.Chosen.Length, pair.Rejected.Length);
            ReadOnlySpan<double> better = logProbs.Slice(at, chosen), worse = logProbs.Slice(at + chosen, rejected);
            results.Add(loss.Dpo is { } dpo
                ? DpoObjective.Compute(
                    better, worse, reference!.AsSpan(at, chosen).ToArray().Sum(),
                    reference.AsSpan(at + chosen, rejected).ToArray().Sum(), batchPairs, dpo)
                : SimPoObjective.Compute(better, worse, batchPairs, loss.SimPo));
            at += chosen + rejected;
        }

        return (batch, trace, results);
    }
}

/// <summary>Which preference loss, and what it compares with.</summary>
internal sealed record PreferenceLoss
{
    private PreferenceLoss()
    {
    }

    /// <summary>DPO's numbers; null for SimPO.</summary>
    public DpoOptions? Dpo { get; private init; }

    /// <summary>SimPO's numbers; null for DPO.</summary>
    public SimPoOptions? SimPo { get; private init; }

    /// <summary>The reference's log-probabilities of a tree's targets; null for SimPO.</summary>
    public Func<TokenTree, int[], int[], double[]>? Reference { get; private init; }

    /// <summary>DPO.</summary>
    /// <param name="options">Its numbers.</param>
    /// <param name="reference">The frozen model.</param>
    /// <param name="adapters">Adapters to switch off while it computes: where it is the trained model without them.</param>
    public static PreferenceLoss DpoAgainst(DpoOptions options, CausalLanguageModel reference, LoraAdapters? adapters) => new()
    {
        Dpo = options,
        Reference = (tree, rows, targets) => LoraAdapters.Without(adapters, () =>
        {
            using var cache = new KeyValueCache(reference.Config, keepLayers: false);
            return TokenBatch.LogProbs(reference.Trace(reference.Forward(tree, cache), rows, targets, alpha: 1));
        }),
    };

    /// <summary>SimPO.</summary>
    public static PreferenceLoss SimPoOf(SimPoOptions options) => new() { SimPo = options };
}
