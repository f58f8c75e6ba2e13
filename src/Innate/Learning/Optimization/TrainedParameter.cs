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
    private readonly Flat _master;
    private readonly Flat _gradient;
    private readonly Flat _first;
    private readonly Flat _second;

    /// <summary>Makes room for a weight's gradient and moments, all zero.</summary>
    /// <param name="parameter">The weight.</param>
    public TrainedParameter(ModelParameter parameter)
    {
        _parameter = parameter;
        Decays = parameter.Matrix is not null;
        _master = parameter.Matrix is { Type: ElementType.Float32 } own ? Flat.Of(own) : New();
        (_gradient, _first, _second) = (New(), New(), New());
        if (parameter.Matrix is { Type: not ElementType.Float32 } narrow) narrow.WidenTo(_master.Packed!);
        if (parameter.Vector is { } vector)
        {
            for (int i = 0; i < vector.Length; i++) _master.Values.Row(0)[i] = vector[i] - parameter.Offset;
        }
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

    /// <summary>The values, padding included, as the optimizer sees them.</summary>
    public Matrix Values => _master.Values;

    /// <summary>dLoss by each value.</summary>
    public Matrix Gradient => _gradient.Values;

    /// <summary>The gradient's running mean.</summary>
    public Matrix FirstMoment => _first.Values;

    /// <summary>The squared gradient's running mean.</summary>
    public Matrix SecondMoment => _second.Values;

    /// <summary>Gives the layers the place where the gradient is summed.</summary>
    public void AddTo(Layers.Gradients gradients)
    {
        if (_parameter.Matrix is { } matrix) gradients.Add(matrix, _gradient.Packed!);
        else gradients.Add(_parameter.Vector!, _gradient.Values);
    }

    /// <summary>Brings the model's own copy up to the master.</summary>
    public void Publish(IKernels kernels)
    {
        if (_parameter.Matrix is { } matrix)
        {
            if (matrix.Type != ElementType.Float32) kernels.Narrow(_master.Packed!, matrix);
            return;
        }

        Span<float> values = _master.Values.Row(0);
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
        long[] shape = _parameter.Matrix is null ? [_parameter.Columns] : [_parameter.Rows, _parameter.Columns];
        foreach ((string part, _) in State()) yield return new TensorDeclaration($"{Name}.{part}", ElementType.Float32, shape);
    }

    /// <summary>Writes them.</summary>
    public void WriteState(SafetensorsWriter writer)
    {
        foreach ((string part, Flat values) in State()) values.Write(writer, $"{Name}.{part}");
    }

    /// <summary>Reads them back.</summary>
    /// <exception cref="InputException">A tensor is missing or has another shape.</exception>
    public void ReadState(Checkpoint state)
    {
        foreach ((string part, Flat values) in State()) values.Read(state, $"{Name}.{part}", _parameter.Matrix is null);
    }

    /// <inheritdoc/>
    public void Dispose() => _owned.ForEach(o => o.Dispose());

    private List<(string Part, Flat Values)> State()
    {
        List<(string, Flat)> state = [("first_moment", _first), ("second_moment", _second)];
        if (_parameter.Matrix is not { Type: ElementType.Float32 }) state.Add(("master", _master));
        return state;
    }

    private Flat New()
    {
        Flat flat = _parameter.Matrix is null ? Flat.Vector(_parameter.Columns)
            : Flat.Packing(_parameter.Rows, _parameter.Columns);
        _owned.Add(flat);
        return flat;
    }

    /// <summary>float32 values in the layout of a weight.</summary>
    private sealed class Flat : IDisposable
    {
        private readonly NativeBuffer? _buffer;

        private Flat(PackedWeight packed)
        {
            Packed = packed;
            Values = packed.Flat();
        }

        private Flat(int length)
        {
            _buffer = new NativeBuffer(length * sizeof(float));
            Values = new Matrix((float*)_buffer.Pointer, 1, length, length);
        }

        public PackedWeight? Packed { get; }

        public Matrix Values { get; }

        public static Flat Of(PackedWeight packed) => new(packed);

        public static Flat Packing(int rows, int columns)
        {
            var packed = new PackedWeight(rows, columns, ElementType.Float32);
            packed.Clear();
            return new Flat(packed);
        }

        public static Flat Vector(int length) => new(length);

        public void Write(SafetensorsWriter writer, string name)
        {
            if (Packed is null) writer.Write(name, System.Runtime.InteropServices.MemoryMarshal.AsBytes(Values.Row(0)));
            else Packed.Write(writer, name);
        }

        public void Read(Checkpoint state, string name, bool isVector)
        {
            TensorInfo tensor = isVector
                ? state.Find(name, Values.Columns)
                : state.Find(name, Packed!.Rows, Packed.Columns);
            if (Packed is null) state.Read(tensor, 0, System.Runtime.InteropServices.MemoryMarshal.AsBytes(Values.Row(0)));
            else Packed.Read(state, tensor);
        }

        public void Dispose()
        {
            Packed?.Dispose();
            _buffer?.Dispose();
        }
    }
}
