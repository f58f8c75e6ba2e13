using Innate.Compute;
using Innate.Compute.Memory;
using Innate.Layers;
using Innate.Models;

namespace Innate.Tests.Support;

/// <summary>A place for the gradient of every parameter of a model (or of those given), read back under their names.</summary>
internal sealed unsafe class GradientBuffers : IDisposable
{
    private readonly IReadOnlyList<ModelParameter> _parameters;
    private readonly List<IDisposable> _owned = [];

    public GradientBuffers(CausalLanguageModel model, IReadOnlyList<ModelParameter>? parameters = null)
    {
        _parameters = parameters ?? model.Parameters;
        foreach (ModelParameter p in _parameters)
        {
            if (p.Matrix is not null)
            {
                var gradient = new PackedWeight(p.Rows, p.Columns, ElementType.Float32);
                gradient.Clear();
                Gradients.Add(p.Matrix, gradient);
                _owned.Add(gradient);
            }
            else
            {
                var buffer = new NativeBuffer(p.Columns * sizeof(float));
                Gradients.Add(p.Vector!, new Matrix((float*)buffer.Pointer, 1, p.Columns, p.Columns));
                _owned.Add(buffer);
            }
        }
    }

    public Gradients Gradients { get; } = new();

    /// <summary>All gradients, row-major, parts of fused tensors put together.</summary>
    public Dictionary<string, float[]> ByTensor()
    {
        var tensors = new Dictionary<string, float[]>(StringComparer.Ordinal);
        foreach (ModelParameter p in _parameters)
        {
            if (!tensors.TryGetValue(p.TensorName, out float[]? values))
            {
                long size = p.Part?.Shape.Aggregate(1L, (a, b) => a * b) ?? p.TensorRows * p.Columns;
                tensors.Add(p.TensorName, values = new float[size]);
            }

            if (p.Part is { } place)
            {
                float[] own = Own(p);
                for (int i = 0; i < own.Length; i++)
                {
                    values[place.First + (i / p.Columns * place.RowStep) + (i % p.Columns * place.ColumnStep)] = own[i];
                }

                continue;
            }

            Own(p).CopyTo(values.AsSpan(p.FirstRow * p.Columns));
        }

        return tensors;
    }

    /// <summary>One parameter's gradient, row-major.</summary>
    public float[] Own(ModelParameter p)
    {
        if (p.Matrix is null) return Gradients.Of(p.Vector)!.Value.Row(0).ToArray();
        var values = new float[p.Rows * p.Columns];
        PackedWeight gradient = Gradients.Of(p.Matrix)!;
        for (int r = 0; r < p.Rows; r++) gradient.CopyRow(r, values.AsSpan(r * p.Columns, p.Columns));
        return values;
    }

    public void Dispose() => _owned.ForEach(o => o.Dispose());
}
