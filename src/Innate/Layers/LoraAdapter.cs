using Innate.Compute;
using Innate.Compute.Memory;

namespace Innate.Layers;

/// <summary>
/// y += scale B A dropout(x): a low-rank change of a linear map whose own weight stays as it is (LoRA, arXiv 2106.09685).
/// With magnitudes each output is multiplied by magnitude / |row of W + scale B A| before the map's bias is added (DoRA, arXiv
/// 2402.09353).
/// </summary>
/// <param name="a">A, [rank, inputs].</param>
/// <param name="b">B, [outputs, rank].</param>
/// <param name="scale">alpha / rank, or alpha / sqrt(rank) (rsLoRA, arXiv 2312.03732).</param>
public sealed class LoraAdapter(PackedWeight a, PackedWeight b, float scale) : IDisposable
{
    /// <summary>A.</summary>
    public PackedWeight A { get; } = a;

    /// <summary>B.</summary>
    public PackedWeight B { get; } = b;

    /// <summary>What the change is multiplied by.</summary>
    public float Scale { get; } = scale;

    /// <summary>The share of inputs that training leaves out; used only where the memory has keys for it.</summary>
    public float Dropout { get; init; }

    /// <summary>Tells one adapter's dropout from another's.</summary>
    public ulong Salt { get; init; }

    /// <summary>Added to B A x, before it is scaled; null: nothing is. It does not learn.</summary>
    internal float[]? BiasB { get; init; }

    /// <summary>What each output is multiplied by, before the map's bias is added; null: nothing.</summary>
    internal float[]? Gain { get; init; }

    /// <summary>False leaves the model as it was before the adapter: the reference of preference training and RL.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>y += scale B A dropout(x).</summary>
    public void Forward(IKernels kernels, ForwardMemory memory, Matrix x, Matrix y)
    {
        if (!Enabled) return;
        Matrix inner = memory.AdapterInner.Matrix(x.Rows, A.Rows);
        kernels.Linear(Dropped(kernels, memory, x), [new Projection(A, null, inner)]);
        Matrix change = memory.AdapterOutput.Matrix(y.Rows, y.Columns);
        kernels.Linear(inner, [new Projection(B, BiasB, change)]);
        kernels.AddScaled(change, Scale, y);
    }

    /// <summary>y = gain y + bias, for a map whose bias was held back.</summary>
    internal void Finish(float[]? bias, Matrix y)
    {
        float[] gain = Gain!;
        for (int t = 0; t < y.Rows; t++)
        {
            Span<float> row = y.Row(t);
            for (int o = 0; o < row.Length; o++) row[o] *= gain[o];
            if (bias is null) continue;
            for (int o = 0; o < row.Length; o++) row[o] += bias[o];
        }
    }

    /// <summary>dB += scale dy^T (A x), dA += scale (dy B)^T x, dx += scale dy B A, x being what dropout left.</summary>
    public void Backward(IKernels kernels, BackwardMemory memory, Matrix x, Matrix dy, Matrix dx, Gradients gradients)
    {
        if (!Enabled) return;
        if (Gain is not null) throw new NotSupportedException("DoRA adapters have no gradient: they are used, not trained.");
        Matrix dropped = Dropped(kernels, memory.Forward, x);
        Matrix inner = memory.Forward.AdapterInner.Matrix(x.Rows, A.Rows);
        kernels.Linear(dropped, [new Projection(A, null, inner)]);
        Matrix scaled = memory.Forward.AdapterOutput.Matrix(dy.Rows, dy.Columns);
        kernels.Scale(dy, Scale, scaled);
        Matrix dInner = memory.AdapterInner.Matrix(x.Rows, A.Rows);
        kernels.LinearBackward(inner, [new ProjectionGradient(scaled, B, gradients.Of(B), null)], dInner, add: false);
        var toA = new ProjectionGradient(dInner, A, gradients.Of(A), null);
        if (!IsDropping(memory.Forward))
        {
            kernels.LinearBackward(x, [toA], dx, add: true);
            return;
        }

        Matrix dDropped = memory.AdapterInput.Matrix(x.Rows, x.Columns);
        kernels.LinearBackward(dropped, [toA], dDropped, add: false);
        kernels.Dropout(dDropped, memory.Forward.KeysOf(x.Rows), Salt, Dropout, dDropped);
        kernels.Add(dDropped, dx);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        A.Dispose();
        B.Dispose();
    }

    private bool IsDropping(ForwardMemory memory) => Dropout > 0 && memory.RowKeys is not null;

    private Matrix Dropped(IKernels kernels, ForwardMemory memory, Matrix x)
    {
        if (!IsDropping(memory)) return x;
        Matrix dropped = memory.AdapterInput.Matrix(x.Rows, x.Columns);
        kernels.Dropout(x, memory.KeysOf(x.Rows), Salt, Dropout, dropped);
        return dropped;
    }
}
