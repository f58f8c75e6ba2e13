using Innate.Compute.Memory;

namespace Innate.Compute;

/// <summary>One linear map of a group that shares its input: y = x W^T + b.</summary>
/// <param name="Weight">W, [outputs, inputs].</param>
/// <param name="Bias">b, one value an output; null for none.</param>
/// <param name="Output">y, [tokens, outputs].</param>
public readonly record struct Projection(PackedWeight Weight, float[]? Bias, Matrix Output);
