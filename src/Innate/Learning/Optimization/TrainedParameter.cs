using System.Runtime.InteropServices;
using Innate.Checkpoints;
using Innate.Compute;
using Innate.Compute.Memory;
using Innate.Models;

namespace Innate.Learning.Optimization;

/// <summary>
/// One weight that learns: its float32 master, its gradient, and the optimizer's moments, all lying as the weight lies. A
/// float32 matrix is its own master; anything narrower, and every vector, is rounded from the master after each step, so that
/// what is trained is what will be saved.
/// </summary>
public sealed unsafe class TrainedParameter : IDisposable
{
    private readonly ModelParameter _parameter;
    private readonly List<IDisposable> _owned = [];
    private readonly PackedWeight? _matrixGradient;
    private readonly OptimizerState? _state;

    // Of a vector.
    private readonly Matrix? _master;
    private readonly Matrix? _first;
    private readonly Matrix? _second;
    private readonly uint _key;

    /// <summary>Makes room for a weight's gradient and moments, all zero.</summary>
    /// <param name="parameter">The weight.</param>
    public TrainedParameter(ModelParameter parameter)
        : this(parameter, narrowMoments: false)
    {
    }

    /// <summary>
    /// As above; a matrix's moments may be bfloat16, and its gradient, of zeros, may lie in someone else's memory.
    /// </summary>
    internal TrainedParameter(ModelParameter parameter, bool narrowMoments, PackedWeight? gradient = null)
    {
        _parameter = parameter;
        Decays = parameter.Matrix is not null;
        _key = (uint)RandomBits.Hash(parameter.Name);
        if (parameter.Matrix is { } matrix)
        {
            _state = Own(new OptimizerState(matrix, narrowMoments));
            _matrixGradient = gradient ?? Own(new PackedWeight(matrix.Rows, matrix.Columns, ElementType.Float32));
            if (gradient is null) _matrixGradient.Clear();
            Gradient = _matrixGradient.Flat();
            return;
        }

        (_master, Gradient, _first, _second) = (Vector(), Vector(), Vector(), Vector());
        Span<float> values = _master.Value.Row(0);
        for (int i = 0; i < values.Length; i++) values[i] = parameter.Vector![i] - parameter.Offset;
    }

    /// <summary>The tensor's name in a checkpoint; several parameters are parts of a fused one.</summary>
    public string Name => _parameter.Name;

    /// <summary>Whether weight decay pulls on it: on matrices, not on norms and biases.</summary>
    public bool Decays { get; }

    /// <summary>Its learning rate, as a multiple of the others'.</summary>
    public double RateScale => _parameter.RateScale;

    /// <summary>Whether it is clipped by its own norm.</summary>
    public bool IsApart => _parameter.IsApart;

    /// <summary>Values that learn.</summary>
    public long Count => (long)_parameter.Rows * _parameter.Columns;

    /// <summary>The master's values, padding included.</summary>
    /// <exception cref="InvalidOperationException">They lie in two places: of a bfloat16 matrix.</exception>
    public Matrix Values => _master ?? _state?.Master ?? throw Elsewhere();

    /// <summary>dLoss by each value.</summary>
    public Matrix Gradient { get; }

    /// <summary>The gradient's running mean.</summary>
    /// <exception cref="InvalidOperationException">It is bfloat16.</exception>
    public Matrix FirstMoment => _first ?? _state?.First ?? throw Elsewhere();

    /// <summary>The squared gradient's running mean; of a bfloat16 matrix, a sign may stand on it that means nothing.</summary>
    /// <exception cref="InvalidOperationException">It is bfloat16.</exception>
    public Matrix SecondMoment => _second ?? _state?.Second ?? throw Elsewhere();

    /// <summary>Gives the layers the place where the gradient is summed.</summary>
    public void AddTo(Layers.Gradients gradients)
    {
        if (_parameter.Matrix is { } matrix) gradients.Add(matrix, _matrixGradient!);
        else gradients.Add(_parameter.Vector!, Gradient);
    }

    /// <summary>Brings the model's own copy up to the master.</summary>
    public void Publish(IKernels kernels)
    {
        if (_state is not null)
        {
            if (_state.OwnMaster is { } master) kernels.Narrow(master, _state.Weight);
            return;
        }

        Span<float> values = _master!.Value.Row(0);
        for (int i = 0; i < values.Length; i++)
        {
            _parameter.Vector![i] = ElementTypes.Round(values[i], _parameter.Type) + _parameter.Offset;
        }
    }

    /// <summary>
    /// What a training checkpoint holds of it: the moments, and the master where the model's own copy is rounded.
    /// </summary>
    public IEnumerable<TensorDeclaration> StateTensors()
    {
        if (_state is not null) return OptimizerStateFile.Tensors(_state, Name);
        return VectorState().Select(v => new TensorDeclaration($"{Name}.{v.Part}", ElementType.Float32, [_parameter.Columns]));
    }

    /// <summary>Writes them.</summary>
    public void WriteState(SafetensorsWriter writer)
    {
        if (_state is not null)
        {
            OptimizerStateFile.Write(_state, Name, writer);
            return;
        }

        foreach ((string part, Matrix values) in VectorState())
        {
            writer.Write($"{Name}.{part}", MemoryMarshal.AsBytes(values.Row(0)));
        }
    }

    /// <summary>Reads them back.</summary>
    /// <exception cref="InputException">A tensor is missing or has another shape or type.</exception>
    public void ReadState(Checkpoint state)
    {
        if (_state is not null)
        {
            OptimizerStateFile.Read(_state, Name, state);
            return;
        }

        foreach ((string part, Matrix values) in VectorState())
        {
            TensorInfo tensor = state.Find($"{Name}.{part}", values.Columns);
            state.Read(tensor, 0, MemoryMarshal.AsBytes(values.Row(0)));
        }
    }

    /// <summary>Empties the running means; the master stays.</summary>
    internal void ClearMoments()
    {
        if (_state is not null)
        {
            _state.ClearMoments();
            return;
        }

        foreach (Matrix mean in new[] { _first!.Value, _second!.Value })
        {
            for (int row = 0; row < mean.Rows; row++) mean.Row(row).Clear();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _owned.ForEach(o => o.Dispose());

    /// <summary>One optimizer step; the gradient is zeroed, the model's copy brought up to the master.</summary>
    /// <param name="kernels">The kernels.</param>
    /// <param name="update">What the step does.</param>
    /// <param name="step">Counted from 1.</param>
    internal void Step(IKernels kernels, AdamWStep update, long step)
    {
        if (_state is not null) kernels.AdamW(update, Gradient, _state, (uint)RandomBits.Mix(_key, (ulong)step));
        else kernels.AdamW(update, Values, Gradient, FirstMoment, SecondMoment);
        Publish(kernels);
    }

    /// <summary>Whether the sum of the squares is finite.</summary>
    internal bool IsFinite(IKernels kernels) =>
        double.IsFinite(_state is null ? kernels.SumOfSquares(Values) : kernels.SumOfSquares(_state));

    private (string Part, Matrix Values)[] VectorState() =>
        [("first_moment", _first!.Value), ("second_moment", _second!.Value), ("master", _master!.Value)];

    private Matrix Vector()
    {
        NativeBuffer buffer = Own(new NativeBuffer((long)_parameter.Columns * sizeof(float)));
        return new Matrix((float*)buffer.Pointer, 1, _parameter.Columns, _parameter.Columns);
    }

    private T Own<T>(T owned)
        where T : IDisposable
    {
        _owned.Add(owned);
        return owned;
    }

    private InvalidOperationException Elsewhere() => new($"{Name} has no such float32 values in one place.");
}
