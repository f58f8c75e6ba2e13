using Innate.Compute;
using Innate.Compute.Memory;

namespace Innate.Layers;

/// <summary>
/// y = sum over the chosen experts of weight * expert(x), in the order of the experts (Shazeer et al., arXiv 1701.06538): a
/// router chooses some experts for each token and weighs them. Each expert computes the tokens that chose it and no others, and
/// one that no token chose is not read. A token's sum has the same terms in the same order whatever tokens are beside it.
/// </summary>
internal sealed class MixtureOfExperts : IFeedForward
{
    /// <summary>hidden to experts.</summary>
    public required Linear Router { get; init; }

    /// <summary>How the router's logits become weights.</summary>
    public required ExpertWeighting Weighting { get; init; }

    /// <summary>Experts that each token chooses.</summary>
    public required int ExpertsPerToken { get; init; }

    /// <summary>The experts, all of one shape.</summary>
    public required IReadOnlyList<GatedMlp> Experts { get; init; }

    /// <inheritdoc/>
    public long KeptFloats => ExpertsPerToken * Experts[0].KeptFloats;

    /// <inheritdoc/>
    public void Forward(IKernels kernels, ForwardMemory memory, Matrix x, Matrix y) =>
        ForEachExpert(kernels, memory, x, y, (expert, _, rows) => expert.Forward(kernels, memory, rows, rows));

    /// <inheritdoc/>
    public void ForwardKeeping(IKernels kernels, ForwardMemory memory, LayerActivations kept, Matrix x, Matrix y)
    {
        (Matrix gates, Matrix ups) = Inner(kept, x.Rows * ExpertsPerToken);
        ForEachExpert(kernels, memory, x, y, (expert, first, rows) => expert.ForwardKeeping(
            kernels, memory, gates.Slice(first, rows.Rows), ups.Slice(first, rows.Rows), rows, rows));
    }

    /// <summary>
    /// The gradient of x + scale * after(y(before(x))). The choice is made again; where gate and up were not kept they are
    /// computed again, a block of an expert's rows at a time.
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
        int n = x.Rows, width = x.Columns;
        Matrix input = branch.Before is null ? x : memory.MlpInput.Matrix(n, width);
        branch.Before?.Forward(kernels, x, input);
        Matrix dOutput = branch.OutputGradient(kernels, dx, memory.MlpOutput);
        if (branch.After is { } after)
        {
            Matrix output = memory.Part.Matrix(n, width), before = memory.MlpOutput.Matrix(n, width);
            Forward(kernels, memory.Forward, input, output);
            after.Backward(kernels, output, dOutput, before, add: false, gradients);
            dOutput = before;
        }

        ExpertRouting routing = Route(kernels, memory.Forward, input);
        Matrix dInput = Cleared(memory.ExpertSum.Matrix(n, width)), dWeights = memory.ExpertWeights.Matrix(n, ExpertsPerToken);
        ulong[]? keys = memory.Forward.RowKeys;
        for (int e = 0; e < Experts.Count; e++)
        {
            if (routing.Slots(e).Length == 0) continue;
            memory.Forward.RowKeys = routing.Keys(e, keys);
            ExpertBackward(kernels, memory, kept, routing, e, input, dOutput, dInput, dWeights, gradients);
        }

        memory.Forward.RowKeys = keys;
        Matrix dLogits = memory.RouterLogits.Matrix(n, Experts.Count), dRouted = memory.Part.Matrix(n, width);
        kernels.RouteBackward(routing.Logits, Weighting, routing.Chosen, dWeights, dLogits);
        Linear.Backward(
            kernels, memory, input, [(Router, dLogits)], dRouted, gradients);
        kernels.Add(dRouted, dInput);
        if (branch.Before is null) kernels.Add(dInput, dx);
        else branch.Before.Backward(kernels, x, dInput, dx, add: true, gradients);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Router.Dispose();
        foreach (GatedMlp expert in Experts) expert.Dispose();
    }

    private ExpertRouting Route(IKernels kernels, ForwardMemory memory, Matrix x)
    {
        Matrix logits = memory.RouterLogits.Matrix(x.Rows, Experts.Count);
        Matrix weights = memory.ExpertWeights.Matrix(x.Rows, ExpertsPerToken);
        Router.Forward(kernels, memory, x, logits);
        var chosen = new int[x.Rows * ExpertsPerToken];
        kernels.Route(logits, Weighting, chosen, weights);
        return new ExpertRouting(logits, chosen, weights);
    }

    /// <param name="kernels">The kernels.</param>
    /// <param name="memory">Scratch.</param>
    /// <param name="x">[tokens, hidden].</param>
    /// <param name="y">[tokens, hidden]; may be <paramref name="x"/>.</param>
    /// <param name="compute">An expert, the slots before its first, its input rows, which become its output.</param>
    private void ForEachExpert(
        IKernels kernels, ForwardMemory memory, Matrix x, Matrix y, Action<GatedMlp, int, Matrix> compute)
    {
        ExpertRouting routing = Route(kernels, memory, x);
        Matrix sum = Cleared(memory.ExpertSum.Matrix(x.Rows, x.Columns));
        ulong[]? keys = memory.RowKeys;
        for (int e = 0; e < Experts.Count; e++)
        {
            ReadOnlyMemory<int> slots = routing.Slots(e);
            if (slots.Length == 0) continue;
            memory.RowKeys = routing.Keys(e, keys);
            Matrix rows = memory.ExpertRows.Matrix(slots.Length, x.Columns);
            kernels.Dispatch(x, slots, ExpertsPerToken, rows);
            compute(Experts[e], routing.First(e), rows);
            kernels.Combine(rows, slots, ExpertsPerToken, routing.Weights, sum);
        }

        memory.RowKeys = keys;
        sum.CopyTo(y);
    }

    private void ExpertBackward(
        IKernels kernels, BackwardMemory memory, LayerActivations kept, ExpertRouting routing, int index, Matrix input,
        Matrix dOutput, Matrix dInput, Matrix dWeights, Gradients gradients)
    {
        GatedMlp expert = Experts[index];
        int count = routing.Slots(index).Length;
        for (int start = 0; start < count; start += memory.MlpRows)
        {
            int rows = Math.Min(memory.MlpRows, count - start);
            memory.Forward.FirstRow = start;
            ReadOnlyMemory<int> slots = routing.Slots(index).Slice(start, rows);
            Matrix x = memory.ExpertInput.Matrix(rows, input.Columns);
            kernels.Dispatch(input, slots, ExpertsPerToken, x);
            (Matrix gate, Matrix up) = Inner(kept, kept.AreKept ? routing.Chosen.Length : rows);
            if (kept.AreKept)
            {
                int first = routing.First(index) + start;
                (gate, up) = (gate.Slice(first, rows), up.Slice(first, rows));
            }
            else
            {
                Linear.Forward(kernels, memory.Forward, x, [(expert.Gate, gate), (expert.Up, up)]);
            }

            Matrix inner = expert.Activate(kernels, memory, gate, up), output = memory.ExpertOutput.Matrix(rows, input.Columns);
            expert.Down.Forward(kernels, memory.Forward, inner, output);
            kernels.CombineBackward(output, slots, routing.Weights, dOutput, dWeights, output);
            Matrix dx = expert.InputGradient(kernels, memory, x, (gate, up, inner), output, gradients);
            kernels.Combine(dx, slots, ExpertsPerToken, weights: null, dInput);
        }

        memory.Forward.FirstRow = 0;
    }

    private (Matrix Gates, Matrix Ups) Inner(LayerActivations kept, int rows) =>
        (kept.Gates.Matrix(rows, Experts[0].Gate.Outputs), kept.Ups.Matrix(rows, Experts[0].Up.Outputs));

    private static Matrix Cleared(Matrix x)
    {
        for (int row = 0; row < x.Rows; row++) x.Row(row).Clear();
        return x;
    }
}
