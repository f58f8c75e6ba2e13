using Innate.Compute.Memory;

namespace Innate.Compute;

/// <summary>The gradient of one linear map of a group that shares its input.</summary>
/// <param name="OutputGradient">dLoss/dy, [tokens, outputs].</param>
/// <param name="Weight">W, [outputs, inputs]; null where dLoss/dx is not wanted.</param>
/// <param name="WeightGradient">dLoss/dW, float32, is added here; null for a frozen weight.</param>
/// <param name="BiasGradient">dLoss/db, [1, outputs], is added here; null for none.</param>
public readonly record struct ProjectionGradient(
    Matrix OutputGradient, PackedWeight? Weight, PackedWeight? WeightGradient, Matrix? BiasGradient);

/// <summary>What the loss's derivatives are by what the head says of each token.</summary>
/// <param name="LogProb">dLoss/dLogProb, one a token.</param>
/// <param name="Entropy">dLoss/dEntropy, one a token; null for none.</param>
public sealed record HeadGradient(double[] LogProb, double[]? Entropy = null)
{
    /// <summary>dLoss/dV of V = logsumexp of the logits (alpha 1), one a token; null for none.</summary>
    public double[]? SoftValue { get; init; }
}

/// <summary>The gradients of the operations, each beside its forward in <c>Kernels/</c>, and the optimizer's step.</summary>
public partial interface IKernels
{
    /// <summary>
    /// Gradients of y = x W^T + b for each map of one input: dW += dy^T x, db += sum dy, dx (+)= sum over maps of dy W.
    /// </summary>
    /// <param name="x">[tokens, inputs], as the forward read it.</param>
    /// <param name="maps">The maps.</param>
    /// <param name="dx">[tokens, inputs]; null where it is not wanted.</param>
    /// <param name="add">Whether dx goes on from what it holds.</param>
    void LinearBackward(Matrix x, ReadOnlySpan<ProjectionGradient> maps, Matrix? dx, bool add);

    /// <summary>Adds a scaled embedding's gradient: dTable[ids[t]] += scale dy[t], row after row.</summary>
    void EmbedBackward(Matrix dy, int[] ids, float scale, PackedWeight tableGradient);

    /// <summary>The gradient of <see cref="RmsNorm"/>.</summary>
    /// <param name="x">What the forward read.</param>
    /// <param name="weight">w.</param>
    /// <param name="epsilon">As in the forward.</param>
    /// <param name="dy">dLoss/dy.</param>
    /// <param name="dx">dLoss/dx; may be dy.</param>
    /// <param name="add">Whether dx goes on from what it holds.</param>
    /// <param name="weightGradient">[1, columns], added to; null for a frozen weight.</param>
    void RmsNormBackward(Matrix x, float[] weight, float epsilon, Matrix dy, Matrix dx, bool add, Matrix? weightGradient);

    /// <summary>The transpose of <see cref="Rotate"/>, in place: rotates back.</summary>
    void RotateBackward(Matrix x, int headDimension, Matrix cos, Matrix sin, int[] positions);

    /// <summary>The gradient of attention over trees all of whose tokens are rows.</summary>
    /// <param name="shape">The layer's shape.</param>
    /// <param name="nodes">The trees' nodes, parents first, trees one after another.</param>
    /// <param name="gradients">What is read and written.</param>
    void TreeAttentionBackward(AttentionShape shape, IReadOnlyList<TreeRows> nodes, AttentionGradients gradients);

    /// <summary>
    /// The gradient of h = activation(gate) up, in place: gate and up become their gradients, and dh becomes h.
    /// </summary>
    void GateBackward(Activation activation, Matrix gate, Matrix up, Matrix dh);

    /// <summary>
    /// y = x / (1 - rate), or 0 with probability rate, decided by the row's key, the salt and the column alone.
    /// </summary>
    void Dropout(Matrix x, ReadOnlyMemory<ulong> rowKeys, ulong salt, float rate, Matrix y);

    /// <summary>
    /// The gradient of the head, without storing the logits: they are formed again for some entries of the vocabulary at a
    /// time, turned into gradients, and multiplied on at once (as in StreamBP, arXiv 2506.03077, section on the head).
    /// </summary>
    /// <param name="hidden">[tokens, hidden], after the final norm.</param>
    /// <param name="head">[vocabulary, hidden].</param>
    /// <param name="softCap">A cap on the logits, where set.</param>
    /// <param name="targets">As in the forward.</param>
    /// <param name="trace">What the forward gave.</param>
    /// <param name="gradient">dLoss by log-prob and entropy.</param>
    /// <param name="dHidden">dLoss/dHidden; written.</param>
    /// <param name="headGradient">dLoss/dHead is added here; null for a frozen head.</param>
    void TraceHeadBackward(
        Matrix hidden, PackedWeight head, float? softCap, int[] targets, HeadTrace trace, HeadGradient gradient, Matrix dHidden,
        PackedWeight? headGradient);

    /// <summary>The sum of squares, in an order that depends on the size alone.</summary>
    double SumOfSquares(Matrix x);

    /// <summary>One optimizer step on matrices of one shape; the gradient is zeroed.</summary>
    void AdamW(AdamWStep update, Matrix weight, Matrix gradient, Matrix firstMoment, Matrix secondMoment);

    /// <summary>One optimizer step on a matrix whose state may be held in fewer bits; the gradient is zeroed.</summary>
    /// <param name="update">The step.</param>
    /// <param name="gradient">Float32, lying as the matrix lies.</param>
    /// <param name="state">The matrix's state.</param>
    /// <param name="key">Decides, with a value's place, how a bfloat16 mean is rounded.</param>
    internal void AdamW(AdamWStep update, Matrix gradient, OptimizerState state, uint key);

    /// <summary>The sum of squares of a master's values, in an order that depends on the size alone.</summary>
    internal double SumOfSquares(OptimizerState state);

    /// <summary>Rounds float32 values to a weight of the same layout: to its own type, nearest, ties to even.</summary>
    void Narrow(PackedWeight master, PackedWeight weight);
}
