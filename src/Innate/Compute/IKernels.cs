using Innate.Compute.Memory;

namespace Innate.Compute;

/// <summary>What the trace head says of each token; one entry a token, natural logarithms.</summary>
/// <param name="Q">The target's logit.</param>
/// <param name="LogSumExp">logsumexp of the logits.</param>
/// <param name="V">alpha logsumexp(logits / alpha).</param>
/// <param name="Entropy">Entropy of the softmax.</param>
/// <param name="MeanLogit">Mean of the logits.</param>
public sealed record HeadTrace(double[] Q, double[] LogSumExp, double[] V, double[] Entropy, double[] MeanLogit)
{
    /// <summary>Puts these tokens into a longer trace.</summary>
    internal void CopyTo(HeadTrace all, int start)
    {
        Q.CopyTo(all.Q, start);
        LogSumExp.CopyTo(all.LogSumExp, start);
        V.CopyTo(all.V, start);
        Entropy.CopyTo(all.Entropy, start);
        MeanLogit.CopyTo(all.MeanLogit, start);
    }

    /// <summary>Zeros for so many tokens, to be filled.</summary>
    internal static HeadTrace Of(int tokens) =>
        new(new double[tokens], new double[tokens], new double[tokens], new double[tokens], new double[tokens]);
}

/// <summary>
/// The fused operations that a decoder is made of. Layers speak only to this and hold no loops over floats themselves.
/// Every operation gives each row the same bits whatever rows are beside it. Not for concurrent use.
/// </summary>
public partial interface IKernels : IDisposable
{
    /// <summary>Threads in use.</summary>
    int Threads { get; }

    /// <summary>output[t] = scale * table[ids[t]].</summary>
    void Embed(PackedWeight table, int[] ids, float scale, Matrix output);

    /// <summary>y = x / sqrt(mean(x^2) + epsilon) * weight, row by row; x and y may be the same.</summary>
    void RmsNorm(Matrix x, float[] weight, float epsilon, Matrix y);

    /// <summary>y = x W^T + b for each projection of one input.</summary>
    void Linear(Matrix x, ReadOnlySpan<Projection> projections);

    /// <summary>Rotates every head of every row by the angles of its position, in place.</summary>
    /// <param name="x">[tokens, heads * head dimension].</param>
    /// <param name="headDimension">Width of a head.</param>
    /// <param name="cos">[positions, head dimension / 2].</param>
    /// <param name="sin">As <paramref name="cos"/>.</param>
    /// <param name="positions">Each row's position.</param>
    void Rotate(Matrix x, int headDimension, Matrix cos, Matrix sin, int[] positions);

    /// <summary>Stores the new tokens' keys and values in their nodes' own spans.</summary>
    /// <param name="shape">The layer's shape.</param>
    /// <param name="nodes">The tree's nodes in this step.</param>
    /// <param name="keys">[tokens, key heads * head dimension], already rotated.</param>
    /// <param name="values">As <paramref name="keys"/>.</param>
    void AppendKeyValues(AttentionShape shape, IReadOnlyList<AttentionNode> nodes, Matrix keys, Matrix values);

    /// <summary>Each new token attends to its path: output = softmax(scale q.k) v.</summary>
    /// <param name="shape">The layer's shape.</param>
    /// <param name="nodes">The tree's nodes in this step.</param>
    /// <param name="queries">[tokens, heads * head dimension], already rotated.</param>
    /// <param name="output">As <paramref name="queries"/>; must not be the same.</param>
    void TreeAttention(AttentionShape shape, IReadOnlyList<AttentionNode> nodes, Matrix queries, Matrix output);

    /// <summary>gate = activation(gate) * up.</summary>
    void Gate(Activation activation, Matrix gate, Matrix up);

    /// <summary>h = activation(gate) * up, to the bits of <see cref="Gate(Activation, Matrix, Matrix)"/>; gate stays.</summary>
    void Gate(Activation activation, Matrix gate, Matrix up, Matrix h);

    /// <summary>y += x.</summary>
    void Add(Matrix x, Matrix y);

    /// <summary>y += scale x; with a scale of 1, the bits of <see cref="Add"/>.</summary>
    void AddScaled(Matrix x, float scale, Matrix y);

    /// <summary>sum = y + scale x, to the bits of <see cref="AddScaled(Matrix, float, Matrix)"/>; y stays.</summary>
    void AddScaled(Matrix x, float scale, Matrix y, Matrix sum);

    /// <summary>y = scale x; x and y may be the same.</summary>
    void Scale(Matrix x, float scale, Matrix y);

    /// <summary>x = cap * tanh(x / cap).</summary>
    void SoftCap(Matrix x, float cap);

    /// <summary>What the head says of each row of <paramref name="hidden"/>, without storing the logits.</summary>
    /// <param name="hidden">[tokens, hidden], after the final norm.</param>
    /// <param name="head">[vocabulary, hidden].</param>
    /// <param name="softCap">A cap on the logits, where set.</param>
    /// <param name="targets">The token whose logit is Q, one a row.</param>
    /// <param name="alpha">The temperature of V.</param>
    HeadTrace TraceHead(Matrix hidden, PackedWeight head, float? softCap, int[] targets, double alpha);

    /// <summary>
    /// What stored logits (already capped) say, to the bits that <see cref="TraceHead"/> gives.
    /// </summary>
    /// <param name="logits">[rows, vocabulary].</param>
    /// <param name="targets">The token whose logit is Q, one a row.</param>
    /// <param name="alpha">The temperature of V.</param>
    HeadTrace TraceLogits(Matrix logits, int[] targets, double alpha = 1);
}
