using Innate.Compute;
using Innate.Compute.Memory;

namespace Innate.Layers;

/// <summary>y = down(activation(gate(x)) * up(x)) (GLU variants, arXiv 2002.05202).</summary>
public sealed unsafe class GatedMlp : IFeedForward
{
    /// <summary>
    /// Rows taken at a time: the wide inner matrices then stay at a few dozen megabytes however long the input.
    /// </summary>
    internal const int RowBlock = 480;

    /// <summary>The gate's non-linearity.</summary>
    public required Activation Activation { get; init; }

    /// <summary>What takes the place of activation(gate) * up (gpt_oss); null: nothing does.</summary>
    public ClampedSwiGlu? Clamped { get; init; }

    /// <summary>hidden to intermediate.</summary>
    public required Linear Gate { get; init; }

    /// <summary>hidden to intermediate.</summary>
    public required Linear Up { get; init; }

    /// <summary>intermediate to hidden.</summary>
    public required Linear Down { get; init; }

    /// <inheritdoc/>
    public long KeptFloats => 2L * Gate.Outputs;

    /// <summary>y = mlp(x), [tokens, hidden]; y may be x.</summary>
    public void Forward(IKernels kernels, ForwardMemory memory, Matrix x, Matrix y)
    {
        for (int start = 0; start < x.Rows; start += RowBlock)
        {
            int rows = Math.Min(RowBlock, x.Rows - start);
            memory.FirstRow = start;
            Matrix gate = memory.Gates.Matrix(rows, Gate.Outputs);
            Matrix up = memory.Ups.Matrix(rows, Up.Outputs);
            Linear.Forward(kernels, memory, x.Slice(start, rows), [(Gate, gate), (Up, up)]);
            ApplyGate(kernels, gate, up, gate);
            Down.Forward(kernels, memory, gate, y.Slice(start, rows));
        }

        memory.FirstRow = 0;
    }

    /// <summary>y = mlp(x), keeping gate(x) and up(x) for the gradient.</summary>
    /// <param name="kernels">The kernels.</param>
    /// <param name="memory">Scratch.</param>
    /// <param name="kept">Takes them.</param>
    /// <param name="x">[tokens, hidden].</param>
    /// <param name="y">[tokens, hidden]; may be x; written to the bits that <see cref="Forward"/> gives.</param>
    public void ForwardKeeping(IKernels kernels, ForwardMemory memory, LayerActivations kept, Matrix x, Matrix y) =>
        ForwardKeeping(
            kernels, memory, kept.Gates.Matrix(x.Rows, Gate.Outputs), kept.Ups.Matrix(x.Rows, Up.Outputs), x, y);

    /// <summary>As above, with the places that take gate(x) and up(x), [tokens, intermediate].</summary>
    internal void ForwardKeeping(IKernels kernels, ForwardMemory memory, Matrix gates, Matrix ups, Matrix x, Matrix y)
    {
        for (int start = 0; start < x.Rows; start += RowBlock)
        {
            int rows = Math.Min(RowBlock, x.Rows - start);
            memory.FirstRow = start;
            Matrix gate = gates.Slice(start, rows), up = ups.Slice(start, rows);
            Linear.Forward(kernels, memory, x.Slice(start, rows), [(Gate, gate), (Up, up)]);
            Matrix inner = memory.Gates.Matrix(rows, Gate.Outputs);
            ApplyGate(kernels, gate, up, inner);
            Down.Forward(kernels, memory, inner, y.Slice(start, rows));
        }

        memory.FirstRow = 0;
    }

    /// <summary>
    /// The gradient of x + scale * after(mlp(before(x))), a block of rows at a time: where gate and up were not kept, forward
    /// again, then back, so that the wide inner matrices never exist for all tokens (StreamBP, arXiv 2506.03077).
    /// </summary>
    /// <param name="kernels">The kernels.</param>
    /// <param name="memory">Scratch.</param>
    /// <param name="kept">Holds gate and up where they were kept, and room for a block of them where not.</param>
    /// <param name="branch">The norms and the scale.</param>
    /// <param name="x">[tokens, hidden].</param>
    /// <param name="dx">dLoss by the sum, [tokens, hidden]; becomes dLoss/dx.</param>
    /// <param name="gradients">Where weights' gradients go.</param>
    public void Backward(
        IKernels kernels, BackwardMemory memory, LayerActivations kept, ResidualBranch branch, Matrix x, Matrix dx,
        Gradients gradients)
    {
        // Blocks of even size: each lays the weights out anew, a small one for little.
        int blocks = (x.Rows + memory.MlpRows - 1) / memory.MlpRows;
        for (int block = 0; block < blocks; block++)
        {
            int start = (int)((long)x.Rows * block / blocks), rows = (int)((long)x.Rows * (block + 1) / blocks) - start;
            memory.Forward.FirstRow = start;
            Matrix stream = x.Slice(start, rows), gradient = dx.Slice(start, rows);
            Matrix input = branch.Before is null ? stream : memory.MlpInput.Matrix(rows, x.Columns);
            branch.Before?.Forward(kernels, stream, input);
            (Matrix gate, Matrix up) = Inner(kept, start, rows, x.Rows);
            if (!kept.AreKept) Linear.Forward(kernels, memory.Forward, input, [(Gate, gate), (Up, up)]);
            Matrix dOutput = branch.OutputGradient(kernels, gradient, memory.Part), dInput;
            if (branch.After is null && Down.Adapter is null)
            {
                dInput = InputGradient(kernels, memory, input, gate, up, dOutput, gradients);
            }
            else
            {
                Matrix inner = Activate(kernels, memory, gate, up);
                if (branch.After is { } after)
                {
                    Matrix output = memory.MlpOutput.Matrix(rows, x.Columns);
                    Down.Forward(kernels, memory.Forward, inner, output);
                    after.Backward(kernels, output, dOutput, output, add: false, gradients);
                    dOutput = output;
                }

                dInput = InputGradient(kernels, memory, input, (gate, up, inner), dOutput, gradients);
            }

            if (branch.Before is null) kernels.Add(dInput, gradient);
            else branch.Before.Backward(kernels, stream, dInput, gradient, add: true, gradients);
        }

        memory.Forward.FirstRow = 0;
    }

    /// <summary>What the last map read, from gate(x) and up(x), which stay; valid until the next call.</summary>
    internal Matrix Activate(IKernels kernels, BackwardMemory memory, Matrix gate, Matrix up)
    {
        Matrix inner = memory.Inner.Matrix(gate.Rows, gate.Columns);
        ApplyGate(kernels, gate, up, inner);
        return inner;
    }

    /// <summary>As below, where what the last map read is not known yet: the gate's gradient gives it too.</summary>
    private Matrix InputGradient(
        IKernels kernels, BackwardMemory memory, Matrix x, Matrix gate, Matrix up, Matrix dy, Gradients gradients)
    {
        Matrix dInner = memory.InnerGradient.Matrix(gate.Rows, gate.Columns);
        Down.InputGradient(kernels, dy, dInner);
        GateBackward(kernels, gate, up, dInner);
        Down.WeightGradient(kernels, dInner, dy, gradients);
        return InputGradient(kernels, memory, x, gate, up, gradients);
    }

    /// <summary>dLoss by the MLP's input, valid until the next call; gate(x) and up(x) become their gradients.</summary>
    internal Matrix InputGradient(
        IKernels kernels, BackwardMemory memory, Matrix x, (Matrix Gate, Matrix Up, Matrix Inner) kept,
        Matrix dy, Gradients gradients)
    {
        (Matrix gate, Matrix up, Matrix inner) = kept;
        Matrix dInner = memory.InnerGradient.Matrix(inner.Rows, inner.Columns);
        Linear.Backward(kernels, memory, inner, [(Down, dy)], dInner, gradients);
        GateBackward(kernels, gate, up, dInner);
        return InputGradient(kernels, memory, x, gate, up, gradients);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Gate.Dispose();
        Up.Dispose();
        Down.Dispose();
    }

    private Matrix InputGradient(
        IKernels kernels, BackwardMemory memory, Matrix x, Matrix dGate, Matrix dUp, Gradients gradients)
    {
        Matrix dx = memory.Part.Matrix(x.Rows, x.Columns);
        Linear.Backward(kernels, memory, x, [(Gate, dGate), (Up, dUp)], dx, gradients);
        return dx;
    }

    // Gate and up become their gradients, and dh becomes h.
    private void GateBackward(IKernels kernels, Matrix gate, Matrix up, Matrix dh)
    {
        if (Clamped is null) kernels.GateBackward(Activation, gate, up, dh);
        else kernels.GateClampedBackward(Clamped, gate, up, dh);
    }

    // h may be gate.
    private void ApplyGate(IKernels kernels, Matrix gate, Matrix up, Matrix h)
    {
        if (Clamped is null)
        {
            kernels.Gate(Activation, gate, up, h);
            return;
        }

        if (h.Data != gate.Data) gate.CopyTo(h);
        kernels.GateClamped(Clamped, h, up);
    }

    private (Matrix Gate, Matrix Up) Inner(LayerActivations kept, int start, int rows, int allRows) => kept.AreKept
        ? (kept.Gates.Matrix(allRows, Gate.Outputs).Slice(start, rows), kept.Ups.Matrix(allRows, Up.Outputs).Slice(start, rows))
        : (kept.Gates.Matrix(rows, Gate.Outputs), kept.Ups.Matrix(rows, Up.Outputs));
}
