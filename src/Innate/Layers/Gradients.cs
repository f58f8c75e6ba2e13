using Innate.Compute.Memory;

namespace Innate.Layers;

/// <summary>
/// Where each weight's gradient is summed. A weight that has no place here is frozen: its gradient is not computed.
/// Gradients lie as their weights do, in float32.
/// </summary>
public sealed class Gradients
{
    private readonly Dictionary<PackedWeight, PackedWeight> _matrices = [];
    private readonly Dictionary<float[], Matrix> _vectors = [];

    /// <summary>The layers' matrices' gradients, where they lie in one piece; null: each lies by itself.</summary>
    internal LayerGradients? OfLayers { get; init; }

    /// <summary>Gives a weight a place.</summary>
    /// <param name="weight">[outputs, inputs].</param>
    /// <param name="gradient">The same shape, float32.</param>
    public void Add(PackedWeight weight, PackedWeight gradient) => _matrices.Add(weight, gradient);

    /// <summary>Gives a bias or a norm's weight a place.</summary>
    /// <param name="weight">n values.</param>
    /// <param name="gradient">[1, n].</param>
    public void Add(float[] weight, Matrix gradient) => _vectors.Add(weight, gradient);

    /// <summary>The place; null for a frozen weight.</summary>
    public PackedWeight? Of(PackedWeight weight) => _matrices.GetValueOrDefault(weight);

    /// <summary>The place; null for a frozen weight, or none.</summary>
    public Matrix? Of(float[]? weight) => weight is not null && _vectors.TryGetValue(weight, out Matrix place) ? place : null;
}
