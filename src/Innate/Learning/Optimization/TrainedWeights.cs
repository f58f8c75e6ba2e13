using Innate.Compute;
using Innate.Layers;
using Innate.Models;

namespace Innate.Learning.Optimization;

/// <summary>The weights that learn, in a fixed order, and where their gradients are summed.</summary>
public sealed class TrainedWeights : IDisposable
{
    private readonly LayerGradients _layers;

    /// <summary>Makes room for gradients and moments.</summary>
    /// <param name="parameters">The weights that learn; the others of the model are frozen.</param>
    public TrainedWeights(IEnumerable<ModelParameter> parameters)
        : this(parameters, narrowMoments: false)
    {
    }

    /// <summary>As above; matrices' moments may be bfloat16.</summary>
    internal TrainedWeights(IEnumerable<ModelParameter> parameters, bool narrowMoments)
    {
        ModelParameter[] all = [.. parameters];
        _layers = new LayerGradients(
            all.Where(p => p is { Matrix: not null, Layer: not null }).Select(p => (p.Layer!.Value, p.Matrix!)));
        Gradients = new Gradients { OfLayers = _layers };
        Parameters =
        [
            .. all.Select(p => new TrainedParameter(p, narrowMoments, p.Matrix is { } matrix ? _layers.Of(matrix) : null)),
        ];
        foreach (TrainedParameter p in Parameters) p.AddTo(Gradients);
    }

    /// <summary>The weights.</summary>
    public IReadOnlyList<TrainedParameter> Parameters { get; }

    /// <summary>Where gradients are summed.</summary>
    public Gradients Gradients { get; }

    /// <summary>Values that learn.</summary>
    public long Count => Parameters.Sum(p => p.Count);

    /// <summary>The Euclidean norm of all gradients together, but for weights that stand apart.</summary>
    public double GradientNorm(IKernels kernels)
    {
        _layers.TakeBack();
        return Math.Sqrt(Parameters.Where(p => !p.IsApart).Sum(p => kernels.SumOfSquares(p.Gradient)));
    }

    /// <summary>Forgets what was summed so far: of a batch that was given up midway.</summary>
    public void ClearGradients()
    {
        foreach (TrainedParameter p in Parameters)
        {
            for (int row = 0; row < p.Gradient.Rows; row++) p.Gradient.Row(row).Clear();
        }

        _layers.TakeBack();
        _layers.AreZero = true;
    }

    /// <summary>Takes back gradients' memory that was lent: gradients that nothing was added to are zero then.</summary>
    internal void TakeBack() => _layers.TakeBack();

    /// <summary>Empties the optimizer's means: the next step is its first.</summary>
    public void ClearMoments()
    {
        foreach (TrainedParameter p in Parameters) p.ClearMoments();
    }

    /// <summary>Whether no value has become infinite or NaN, nor so large that its square would.</summary>
    public bool AreFinite(IKernels kernels) => Parameters.All(p => p.IsFinite(kernels));

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (TrainedParameter p in Parameters) p.Dispose();
        _layers.Dispose();
    }

    /// <summary>One optimizer step of each; gradients are zero then.</summary>
    /// <param name="kernels">The kernels.</param>
    /// <param name="update">What the step does to a parameter.</param>
    /// <param name="step">Counted from 1.</param>
    internal void Step(IKernels kernels, Func<TrainedParameter, AdamWStep> update, long step)
    {
        _layers.TakeBack();
        foreach (TrainedParameter p in Parameters) p.Step(kernels, update(p), step);
        _layers.AreZero = true;
    }
}
