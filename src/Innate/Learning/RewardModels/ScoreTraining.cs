using Innate.Compute.Memory;
using Innate.Learning.Data;
using Innate.Learning.Ranks;
using Innate.Learning.Watching;
using Innate.Models;

namespace Innate.Learning.RewardModels;

/// <summary>
/// A score head and the stack below it, learning from examples: pairs of which one text is better, or solutions whose steps are
/// judged. What the texts of an example begin with in common is read once and receives the gradients of all.
/// </summary>
/// <param name="pass">The model's forward and gradient; a classifier's.</param>
/// <param name="rows">What is learned.</param>
/// <param name="batching">How rows become batches.</param>
/// <param name="heldOut">What is measured; null for nothing.</param>
internal sealed class ScoreTraining(GradientPass pass, ScoreExamples rows, Batching batching, ScoreExamples? heldOut = null)
    : IDividedRecipe
{
    private readonly ExampleOrder _order = new(rows.Count, batching.Seed);

    /// <inheritdoc/>
    public StepLoss AddGradients(int stepNumber, CancellationToken cancellation) =>
        Join([AddShare(stepNumber, 0, cancellation)]);

    /// <inheritdoc/>
    public SharePart AddShare(int stepNumber, int share, CancellationToken cancellation)
    {
        int[] batch = _order.Batch(stepNumber, batching.BatchSize);
        int units = batch.Sum(rows.Units);
        long tokens = 0;
        List<ScoreResult> results = [];
        foreach ((int first, int count) in batching.MicroBatches(share))
        {
            int[] some = batch[first..(first + count)];
            TokenBatch micro = Batch(rows, some, first, batching.DropoutKey(stepNumber));
            Matrix scores = pass.Scores(micro.Tree, micro.Rows, micro.RowKeys, cancellation);
            ScoreResult[] found = Results(rows, some, scores, units);
            batching.RequireFinite(found.Sum(r => r.Loss), stepNumber, some, rows.Lines);
            Write([.. found.SelectMany(r => r.Gradient)], scores);
            pass.BackwardScores(scores, cancellation);
            results.AddRange(found);
            tokens += micro.Tree.TokenCount;
        }

        return new SharePart(tokens,
        [
            .. results.Select(r => ((string, double)[])
                [("loss", r.Loss), ("right", r.Right), ("units", r.Units), .. r.Watched]),
        ]);
    }

    /// <inheritdoc/>
    public StepLoss Join(IReadOnlyList<SharePart> parts)
    {
        List<ScoreResult> results =
        [
            .. parts.SelectMany(p => p.Rows)
                .Select(row => new ScoreResult(row[0].Value, [], row[1].Value, (int)row[2].Value, [.. row.Skip(3)])),
        ];
        return new StepLoss(
            results.Sum(r => r.Loss), parts.Sum(p => p.Tokens), [("accuracy", Accuracy(results)), .. Watched(results)]);
    }

    /// <summary>
    /// The held-out loss; the share of judgements that are right, with its standard error over the examples: judgements of one
    /// example are not independent.
    /// </summary>
    /// <inheritdoc/>
    public IReadOnlyList<(string Name, double Value)> HeldOut(int stepNumber, CancellationToken cancellation)
    {
        if (heldOut is null) return [];
        int units = Enumerable.Range(0, heldOut.Count).Sum(heldOut.Units);
        List<ScoreResult> results = [];
        foreach (int[] some in Enumerable.Range(0, heldOut.Count).Chunk(batching.MicroBatchSize))
        {
            TokenBatch micro = Batch(heldOut, some, 0, dropoutKey: null);
            results.AddRange(
                Results(heldOut, some, pass.Scores(micro.Tree, micro.Rows, null, cancellation), units));
        }

        double accuracy = Accuracy(results), error = Error(results, accuracy);
        return
        [
            ("eval_loss", results.Sum(r => r.Loss)), ("eval_accuracy", accuracy),
            .. double.IsNaN(error) ? Array.Empty<(string, double)>() : [("eval_error", error)],
            .. Watched(results).Select(w => ($"eval_{w.Name}", w.Value)),
        ];
    }

    /// <summary>One of the examples with the scores that the model gives it by now.</summary>
    /// <param name="stepNumber">Decides which.</param>
    /// <param name="seed">Decides which.</param>
    /// <param name="decode">Turns ids into text.</param>
    /// <param name="cancellation">Stops between layers.</param>
    public TrainingSample Sample(int stepNumber, ulong seed, Func<int[], string> decode, CancellationToken cancellation)
    {
        int example = new ExampleOrder(rows.Count, seed ^ 0x5a).Batch(stepNumber, 1)[0];
        TokenBatch one = Batch(rows, [example], 0, dropoutKey: null);
        double[][] scores = Numbers(pass.Scores(one.Tree, one.Rows, null, cancellation));
        (string prompt, IReadOnlyList<TextPiece> pieces) = rows.Show(example, scores, decode);
        return new TrainingSample(stepNumber, prompt, pieces);
    }

    /// <inheritdoc/>
    public string RowsOf(int stepNumber) => batching.Name(_order.Batch(stepNumber, batching.BatchSize), rows.Lines);

    /// <inheritdoc/>
    public bool IsBoundary(int stepNumber) => true;

    /// <summary>Some examples as one input.</summary>
    /// <param name="from">Holds them.</param>
    /// <param name="examples">Which.</param>
    /// <param name="firstSlot">The first one's place in its batch.</param>
    /// <param name="dropoutKey">Decides dropout; null: there is none.</param>
    public static TokenBatch Batch(ScoreExamples from, IReadOnlyList<int> examples, int firstSlot, ulong? dropoutKey)
    {
        var batch = new TokenBatch(dropoutKey);
        foreach ((int i, int example) in examples.Index())
        {
            int branch = 0;
            foreach (ScoredText read in from.Reads(example))
            {
                batch.AddScored(firstSlot + i, read.Query.Prompt, read.Query.Responses, read.Places, branch);
                branch += read.Query.Responses.Count + 1;
            }
        }

        return batch;
    }

    private static ScoreResult[] Results(ScoreExamples from, int[] examples, Matrix scores, int units)
    {
        double[][] numbers = Numbers(scores);
        var results = new ScoreResult[examples.Length];
        int at = 0;
        for (int i = 0; i < results.Length; i++)
        {
            int count = from.Reads(examples[i]).Sum(r => r.Count);
            results[i] = from.Loss(examples[i], numbers[at..(at + count)], units);
            at += count;
        }

        return results;
    }

    private static double[][] Numbers(Matrix scores)
    {
        var numbers = new double[scores.Rows][];
        for (int i = 0; i < numbers.Length; i++) numbers[i] = [.. scores.Row(i).ToArray().Select(s => (double)s)];
        return numbers;
    }

    private static void Write(double[] values, Matrix to)
    {
        for (int i = 0; i < values.Length; i++) to.Row(i / to.Columns)[i % to.Columns] = (float)values[i];
    }

    private static double Accuracy(List<ScoreResult> results) => results.Sum(r => r.Right) / results.Sum(r => r.Units);

    // Of a ratio of sums, each example a cluster: sqrt(k / (k - 1) sum (right - p units)^2) / all units.
    private static double Error(List<ScoreResult> results, double accuracy)
    {
        int k = results.Count;
        if (k < 2) return double.NaN;
        double squares = results.Sum(r => Math.Pow(r.Right - (accuracy * r.Units), 2));
        return Math.Sqrt(squares * k / (k - 1)) / results.Sum(r => r.Units);
    }

    private static IEnumerable<(string Name, double Value)> Watched(List<ScoreResult> results) => results
        .SelectMany(r => r.Watched).GroupBy(w => w.Name, StringComparer.Ordinal)
        .Select(g => (g.Key, g.Average(w => w.Value)));
}
