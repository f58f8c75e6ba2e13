using System.Diagnostics;
using Innate.Compute;
using Innate.Learning.Optimization;

namespace Innate.Learning.Ranks;

/// <summary>
/// Training whose batches are cut into shares. Each share's gradients are computed by themselves and added in an order that the
/// number of shares decides (<see cref="ShareNode"/>), so the sum has the same bits whatever number of ranks divides the shares.
/// </summary>
/// <param name="recipe">Computes a share.</param>
/// <param name="weights">What learns.</param>
/// <param name="kernels">The kernels.</param>
/// <param name="ranks">Who computes; at most as many as shares.</param>
/// <param name="shares">Of a batch.</param>
internal sealed class DividedTraining(
    IDividedRecipe recipe, TrainedWeights weights, IKernels kernels, RankTalk ranks, int shares) : ITrainingRecipe, IDisposable
{
    private readonly ShareNode _own = ShareNode.Of(ranks.Rank, ranks.Size, shares);
    private readonly ShareGradients _gradients = new(weights, kernels);
    private GradientExchange? _exchange;

    /// <inheritdoc/>
    public StepLoss AddGradients(int stepNumber, CancellationToken cancellation)
    {
        List<SharePart> parts = [];
        _gradients.Begin();
        for (int share = _own.First; share < _own.First + _own.Count; share++)
        {
            _gradients.PutAside();
            parts.Add(recipe.AddShare(stepNumber, share, cancellation));
            _gradients.Take(share);
        }

        if (ranks.Size == 1)
        {
            _gradients.JoinAll();
            return recipe.Join(parts);
        }

        byte[][] all = ranks.Gather(SharePart.Write(parts), cancellation);
        long start = Stopwatch.GetTimestamp();
        Exchange(cancellation);
        StepLoss loss = recipe.Join([.. all.SelectMany(SharePart.Read)]);
        return loss with
        {
            More = [.. loss.More, ("exchange_seconds", Stopwatch.GetElapsedTime(start).TotalSeconds)],
        };
    }

    /// <inheritdoc/>
    public IReadOnlyList<(string Name, double Value)> HeldOut(int stepNumber, CancellationToken cancellation) =>
        recipe.HeldOut(stepNumber, cancellation);

    /// <inheritdoc/>
    public string RowsOf(int stepNumber) => recipe.RowsOf(stepNumber);

    /// <inheritdoc/>
    public int OptimizerStep(int stepNumber) => recipe.OptimizerStep(stepNumber);

    /// <inheritdoc/>
    public bool IsBoundary(int stepNumber) => recipe.IsBoundary(stepNumber);

    // Once some have begun, no rank can say any more why it does not go on: the others would take it for numbers.
    private void Exchange(CancellationToken cancellation)
    {
        try
        {
            _exchange ??= new GradientExchange(_gradients, kernels, ranks, shares);
            _exchange.Sum(cancellation);
        }
        catch
        {
            ranks.Abandon();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _exchange?.Dispose();
        _gradients.Dispose();
    }
}
