using Innate.Compute.Memory;

namespace Innate.Compute;

/// <summary>
/// What a layer of many experts needs beside its products. Of n tokens that choose k experts each, slot s is choice s % k of
/// token s / k; the slots of one expert are the rows that it computes.
/// </summary>
public partial interface IKernels
{
    /// <summary>The k experts of largest logit of each token, and their weights; of two alike, the one of lower index.</summary>
    /// <param name="logits">[tokens, experts].</param>
    /// <param name="weighting">How logits become weights.</param>
    /// <param name="chosen">Takes each slot's expert, a token's in ascending order.</param>
    /// <param name="weights">[tokens, k]; written.</param>
    void Route(Matrix logits, ExpertWeighting weighting, int[] chosen, Matrix weights);

    /// <summary>The gradient of the weights that <see cref="Route"/> gave; the choice itself has none.</summary>
    /// <param name="logits">As the forward read them.</param>
    /// <param name="weighting">As in the forward.</param>
    /// <param name="chosen">As the forward gave it.</param>
    /// <param name="weightGradients">dLoss by the weights, [tokens, k].</param>
    /// <param name="logitGradients">[tokens, experts]; written.</param>
    void RouteBackward(
        Matrix logits, ExpertWeighting weighting, int[] chosen, Matrix weightGradients, Matrix logitGradients);

    /// <summary>gate = h, as <see cref="ClampedSwiGlu"/> has it.</summary>
    void GateClamped(ClampedSwiGlu form, Matrix gate, Matrix up);

    /// <summary>
    /// The gradient of <see cref="GateClamped"/>, in place: gate and up become their gradients, and dh becomes h.
    /// </summary>
    void GateClampedBackward(ClampedSwiGlu form, Matrix gate, Matrix up, Matrix dh);

    /// <summary>y[i] = x[slots[i] / k].</summary>
    void Dispatch(Matrix x, ReadOnlyMemory<int> slots, int k, Matrix y);

    /// <summary>y[slots[i] / k] += weight of slots[i] * x[i]; no two slots are one token's.</summary>
    /// <param name="x">[slots, columns].</param>
    /// <param name="slots">Some slots.</param>
    /// <param name="k">Choices a token.</param>
    /// <param name="weights">[tokens, k]; null: all are 1.</param>
    /// <param name="y">[tokens, columns].</param>
    void Combine(Matrix x, ReadOnlyMemory<int> slots, int k, Matrix? weights, Matrix y);

    /// <summary>The gradient of <see cref="Combine"/>.</summary>
    /// <param name="x">As the forward read it.</param>
    /// <param name="slots">As in the forward.</param>
    /// <param name="weights">[tokens, k].</param>
    /// <param name="dy">dLoss/dy, [tokens, columns].</param>
    /// <param name="weightGradients">[tokens, k]; the slots' are written.</param>
    /// <param name="dx">[slots, columns]; written; may be <paramref name="x"/>.</param>
    void CombineBackward(
        Matrix x, ReadOnlyMemory<int> slots, Matrix weights, Matrix dy, Matrix weightGradients, Matrix dx);
}
