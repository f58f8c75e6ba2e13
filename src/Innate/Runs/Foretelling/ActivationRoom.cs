namespace Innate.Runs.Foretelling;

/// <summary>Where a layer's activations may lie between a pass and its gradient.</summary>
/// <param name="LayerGradients">Bytes of a layer's gradients, whose memory is free until the layer's turn.</param>
/// <param name="Apart">Bytes of memory beside them.</param>
internal readonly record struct ActivationRoom(long LayerGradients, long Apart);
