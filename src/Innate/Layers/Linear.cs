using Innate.Compute;
using Innate.Compute.Memory;

namespace Innate.Layers;

/// <summary>y = x W^T + b, and the low-rank map beside it where an adapter is fitted.</summary>
/// <param name="weight">W, [outputs, inputs].</param>
/// <param name="bias">b, one value an output; null for none.</param>
public sealed class Linear(PackedWeight weight, float[]? bias) : IDisposable
{
    /// <summary>W.</summary>
    public PackedWeight Weight { get; } = weight;

    /// <summary>b.</summary>
    public float[]? Bias { get; } = bias;

    /// <summary>The low-rank map that is added; null for none. The layer owns it.</summary>
    public LoraAdapter? Adapter { get; set; }

    /// <summary>Outputs.</summary>
    public int Outputs => Weight.Rows;

    // A gain is the weight's and the adapter's together, and not the bias's.
    private bool HoldsBiasBack => Adapter is { Enabled: true, Gain: not null };

    /// <summary>One map.</summary>
    public void Forward(IKernels kernels, ForwardMemory memory, Matrix x, Matrix y) => Forward(kernels, memory, x, [(this, y)]);

    /// <summary>Several maps of one input.</summary>
    /// <param name="kernels">The kernels.</param>
    /// <param name="memory">Scratch.</param>
    /// <param name="x">[tokens, inputs].</param>
    /// <param name="maps">Each map with its y, [tokens, outputs].</param>
    public static void Forward(IKernels kernels, ForwardMemory memory, Matrix x, ReadOnlySpan<(Linear Map, Matrix Y)> maps)
    {
        var projections = new Projection[maps.Length];
        for (int i = 0; i < maps.Length; i++)
        {
            (Linear map, Matrix y) = maps[i];
            projections[i] = new Projection(map.Weight, map.HoldsBiasBack ? null : map.Bias, y);
        }

        kernels.Linear(x, projections);
        foreach ((Linear map, Matrix y) in maps)
        {
            map.Adapter?.Forward(kernels, memory, x, y);
            if (map.HoldsBiasBack) map.Adapter!.Finish(map.Bias, y);
        }
    }

    /// <summary>
    /// dx = sum over maps of dy W, dW += dy^T x, db += sum of dy; a frozen weight's own gradient is left out.
    /// </summary>
    /// <param name="kernels">The kernels.</param>
    /// <param name="memory">Scratch.</param>
    /// <param name="x">What the forward read.</param>
    /// <param name="maps">Each map with dLoss/dy.</param>
    /// <param name="dx">[tokens, inputs]; written.</param>
    /// <param name="gradients">Where weights' gradients go.</param>
    public static void Backward(
        IKernels kernels, BackwardMemory memory, Matrix x, ReadOnlySpan<(Linear Map, Matrix Dy)> maps, Matrix dx,
        Gradients gradients)
    {
        var parts = new ProjectionGradient[maps.Length];
        for (int i = 0; i < maps.Length; i++)
        {
            (Linear map, Matrix dy) = maps[i];
            parts[i] = new ProjectionGradient(dy, map.Weight, gradients.Of(map.Weight), gradients.Of(map.Bias));
        }

        kernels.LinearBackward(x, parts, dx, add: false);
        foreach ((Linear map, Matrix dy) in maps) map.Adapter?.Backward(kernels, memory, x, dy, dx, gradients);
    }

    /// <summary>dx = dy W, of a map without an adapter.</summary>
    internal void InputGradient(IKernels kernels, Matrix dy, Matrix dx) =>
        kernels.LinearBackward(dx, [new ProjectionGradient(dy, Weight, null, null)], dx, add: false);

    /// <summary>dW += dy^T x, db += sum of dy, of a map without an adapter.</summary>
    internal void WeightGradient(IKernels kernels, Matrix x, Matrix dy, Gradients gradients) =>
        kernels.LinearBackward(
            x, [new ProjectionGradient(dy, null, gradients.Of(Weight), gradients.Of(Bias))], dx: null, add: false);

    /// <inheritdoc/>
    public void Dispose()
    {
        Weight.Dispose();
        Adapter?.Dispose();
    }
}
