using Innate.Compute;
using Innate.Compute.Memory;

namespace Innate.Models;

/// <summary>
/// The same through a classifier's head: y = W h + b at some tokens, h the last hidden state after the final norm.
/// <code>
/// dLoss/dW += dy^T h,  dLoss/db += sum of dy,  dLoss/dh = dy W
/// </code>
/// </summary>
public sealed partial class GradientPass
{
    private static readonly HeadTrace NoTrace = HeadTrace.Of(0);

    /// <summary>Reads trees and gives the head's numbers at some tokens, to the bits of the inference path.</summary>
    /// <param name="tree">Prompts and responses, their last tokens among them.</param>
    /// <param name="rows">The rows of the stacked tokens to read; each once.</param>
    /// <param name="rowKeys">What decides dropout, one a stacked token; null for none.</param>
    /// <param name="cancellation">Looked at between layers.</param>
    /// <returns>y, [rows, labels]; valid until the next call.</returns>
    internal Matrix Scores(
        TokenTree tree, int[] rows, ulong[]? rowKeys = null, CancellationToken cancellation = default)
    {
        RequireClassifier();
        Matrix scores = _scores.Matrix(rows.Length, model.Head.Rows);
        Through(
            tree, rows, [], rowKeys,
            normed =>
            {
                model.Kernels.Linear(normed, [new Projection(model.Head, model.HeadBias, scores)]);
                return NoTrace;
            },
            cancellation);
        return scores;
    }

    /// <summary>Adds the gradients of a loss of what the last <see cref="Scores"/> gave; once for each.</summary>
    /// <param name="dScores">dLoss/dy, [rows, labels].</param>
    /// <param name="cancellation">As for the other backward pass.</param>
    internal void BackwardScores(Matrix dScores, CancellationToken cancellation = default)
    {
        RequireClassifier();
        ProjectionGradient head = new(
            dScores, model.Head, gradients.Of(model.Head), gradients.Of(model.HeadBias));
        Back(
            (_, normed, dRead) => model.Kernels.LinearBackward(normed, [head], dRead, add: false), cancellation);
    }

    private void RequireClassifier()
    {
        if (!model.Config.IsClassifier) throw new InvalidOperationException("Scores are a classifier's.");
    }
}
