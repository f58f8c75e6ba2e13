using Innate.Checkpoints;
using Innate.Compute;
using Innate.Compute.Memory;
using Innate.Compute.Simd.Tiles;

namespace Innate.Models;

/// <summary>Matrices and vectors that lie in a tensor in another way than row after row.</summary>
internal sealed partial class WeightReader
{
    /// <summary>A matrix whose rows its caller writes.</summary>
    /// <param name="parameter">What it is; its matrix comes here.</param>
    /// <param name="source">The tensor that the values come from, for messages.</param>
    /// <param name="read">Writes some rows: the first of them, and where they go. Called on several threads.</param>
    public PackedWeight Part(ModelParameter parameter, TensorInfo source, Action<int, Memory<byte>> read)
    {
        _names.Add(source.Name);
        if (forms.Integers)
        {
            return Keep(parameter, Codes(source, parameter.Type, parameter.Rows, parameter.Columns, read));
        }

        var weight = new PackedWeight(parameter.Rows, parameter.Columns, parameter.Type);
        Fill(weight, parameter.Rows, (long)parameter.Columns * weight.ElementSize, (panel, values) =>
        {
            read(panel * ITile.Width, values);
            RequireFinite(source with { Type = parameter.Type }, values.Span);
            weight.SetPanel(panel, values.Span);
        });
        return Keep(parameter, weight);
    }

    /// <summary>A matrix that no checkpoint holds.</summary>
    /// <param name="name">What it will be called in one.</param>
    /// <param name="rows">Its rows.</param>
    /// <param name="type">How it is held.</param>
    /// <param name="values">Its values, row after row.</param>
    public PackedWeight Fresh(string name, int rows, ElementType type, ReadOnlySpan<float> values)
    {
        int columns = values.Length / rows;
        var weight = new PackedWeight(rows, columns, type);
        for (int panel = 0; panel < weight.Panels; panel++)
        {
            ReadOnlySpan<float> part = values.Slice(panel * ITile.Width * columns, weight.RowsInPanel(panel) * columns);
            byte[] bytes = new byte[part.Length * weight.ElementSize];
            ElementTypes.Narrow(part, bytes, type);
            weight.SetPanel(panel, bytes);
        }

        return Keep(name, rows, 0, weight);
    }

    /// <summary>A vector of zeros that no checkpoint holds.</summary>
    public float[] FreshVector(string name, int length, ElementType type)
    {
        var values = new float[length];
        _parameters.Add(new ModelParameter(name, type, 1, length) { TensorRows = 1, Vector = values });
        return values;
    }

    /// <summary>Lets a matrix that was read be a part of another tensor, as which it will be written.</summary>
    public void Move(PackedWeight matrix, string name, TensorPart part) => Move(p => p.Matrix == matrix, name, part);

    /// <summary>The same for a vector.</summary>
    public void Move(float[] vector, string name, TensorPart part) => Move(p => p.Vector == vector, name, part);

    private void Move(Predicate<ModelParameter> which, string name, TensorPart part)
    {
        int index = _parameters.FindLastIndex(which);
        _parameters[index] = _parameters[index] with { TensorName = name, Part = part };
    }

    /// <summary>A matrix of blocks that its caller has laid out.</summary>
    /// <param name="parameter">What it is; its matrix comes here.</param>
    /// <param name="source">The tensor that the values come from.</param>
    /// <param name="blocks">Its rows.</param>
    public PackedWeight Part(ModelParameter parameter, TensorInfo source, BlockRows blocks)
    {
        _names.Add(source.Name);
        if (!forms.Integers) return Keep(parameter, new PackedWeight(blocks));
        using (blocks)
        {
            return Keep(parameter, Codes(source, blocks.Type, blocks.Rows, blocks.Columns, (row, to) =>
            {
                int bytes = checked((int)blocks.RowBytes);
                for (int at = 0; at < to.Length; at += bytes) blocks.Row(row++).CopyTo(to.Span[at..]);
            }));
        }
    }

    /// <summary>A vector out of a tensor of vectors, widened to float32.</summary>
    /// <param name="name">The tensor.</param>
    /// <param name="part">Where the vector lies in it.</param>
    /// <param name="length">Its length.</param>
    public float[] Part(string name, TensorPart part, int length)
    {
        TensorInfo tensor = checkpoint.Find(name, [.. part.Shape]);
        _names.Add(name);
        int size = (int)(tensor.Length / tensor.Count);
        byte[] slice = new byte[part.SliceSize * size], bytes = new byte[length * size];
        checkpoint.Read(tensor, part.Slice * part.SliceSize * size, slice);
        part.Gather(slice, size, 0, length, bytes);
        RequireFinite(tensor, bytes);
        var values = new float[length];
        Compute.ElementTypes.Widen(bytes, values, tensor.Type);
        _parameters.Add(new ModelParameter(name, tensor.Type, 1, length) { TensorRows = 1, Vector = values, Part = part });
        return values;
    }
}
