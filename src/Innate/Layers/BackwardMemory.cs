using Innate.Compute.Memory;

namespace Innate.Layers;

/// <summary>
/// The backward pass's scratch, shared by all layers: gradients by one layer's activations. The MLP's wide ones exist for a block
/// of rows at a time.
/// </summary>
/// <param name="forward">The forward pass's scratch, which serves what is computed again; its owner disposes of it.</param>
public sealed class BackwardMemory(ForwardMemory forward) : IDisposable
{
    /// <summary>For the operations that the forward pass does again.</summary>
    public ForwardMemory Forward { get; } = forward;

    /// <summary>One layer's activations, computed again where they were not kept.</summary>
    public LayerActivations Recomputed { get; } = new();

    /// <summary>[tokens or a block, hidden]: the gradient of a part's input or output.</summary>
    public Workspace Part { get; } = new();

    /// <summary>[tokens, heads * head dimension].</summary>
    public Workspace HeadsGradient { get; } = new();

    /// <summary>[tokens, heads * head dimension].</summary>
    public Workspace QueriesGradient { get; } = new();

    /// <summary>[tokens, key heads * head dimension].</summary>
    public Workspace KeysGradient { get; } = new();

    /// <summary>[tokens, key heads * head dimension].</summary>
    public Workspace ValuesGradient { get; } = new();

    /// <summary>[tokens or a block, hidden]: the MLP's input.</summary>
    public Workspace MlpInput { get; } = new();

    /// <summary>[tokens or a block, hidden]: the MLP's output before the norm after it, then the gradient by it.</summary>
    public Workspace MlpOutput { get; } = new();

    /// <summary>[block, intermediate]: activation(gate) up.</summary>
    public Workspace Inner { get; } = new();

    /// <summary>[block, intermediate].</summary>
    public Workspace InnerGradient { get; } = new();

    /// <summary>[block of one expert's tokens, hidden]: its input.</summary>
    public Workspace ExpertInput { get; } = new();

    /// <summary>[block of one expert's tokens, hidden]: its output, then the gradient by it.</summary>
    public Workspace ExpertOutput { get; } = new();

    /// <summary>[tokens, hidden]: the gradient by the experts' input, summed.</summary>
    public Workspace ExpertSum { get; } = new();

    /// <summary>[tokens, experts a token]: the gradient by the weights of the chosen.</summary>
    public Workspace ExpertWeights { get; } = new();

    /// <summary>[tokens, experts]: the gradient by the router's logits.</summary>
    public Workspace RouterLogits { get; } = new();

    /// <summary>[tokens or a block, rank]: the gradient between an adapter's two maps.</summary>
    public Workspace AdapterInner { get; } = new();

    /// <summary>[tokens or a block, inputs]: the gradient of an adapter's dropped-out input.</summary>
    public Workspace AdapterInput { get; } = new();

    /// <summary>Rows that the MLP's gradient takes at a time; another number changes memory and no bit.</summary>
    internal int MlpRows { get; set; } = 528;

    /// <inheritdoc/>
    public void Dispose()
    {
        Recomputed.Dispose();
        foreach (Workspace w in (Workspace[])
        [
            Part, HeadsGradient, QueriesGradient, KeysGradient, ValuesGradient, MlpInput, MlpOutput, Inner, InnerGradient,
            ExpertInput, ExpertOutput, ExpertSum, ExpertWeights, RouterLogits, AdapterInner, AdapterInput,
        ])
        {
            w.Dispose();
        }
    }
}
