using Innate.Layers;

namespace Innate.Models;

/// <summary>A linear map, or some rows of a fused one, under its module's name.</summary>
/// <param name="Module">As in the checkpoint: <c>model.layers.0.self_attn.q_proj</c>.</param>
/// <param name="ModuleOutputs">Outputs of the whole module.</param>
/// <param name="FirstOutput">The module's output that is the map's first.</param>
/// <param name="Map">The map.</param>
public sealed record LinearMap(string Module, int ModuleOutputs, int FirstOutput, Linear Map);
