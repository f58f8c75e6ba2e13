using Innate.Compute.Memory;
using Innate.Compute.Simd.Tiles;
using Innate.Models;

namespace Innate.Tests.Support;

/// <summary>Random values put into a model's float32 weights.</summary>
internal static class RandomNumbers
{
    /// <summary>Fills matrices with numbers between -size and size.</summary>
    public static void Fill(IEnumerable<ModelParameter> parameters, float size)
    {
        var random = new Random(77);
        foreach (ModelParameter p in parameters)
        {
            float[] values = [.. Enumerable.Range(0, p.Rows * p.Columns).Select(_ => ((random.NextSingle() * 2) - 1) * size)];
            Set(p, values);
        }
    }

    /// <summary>A parameter's values, row after row.</summary>
    public static float[] Get(ModelParameter parameter)
    {
        if (parameter.Vector is { } vector) return [.. vector];
        var values = new float[parameter.Rows * parameter.Columns];
        for (int r = 0; r < parameter.Rows; r++)
        {
            parameter.Matrix!.CopyRow(r, values.AsSpan(r * parameter.Columns, parameter.Columns));
        }

        return values;
    }

    /// <summary>Puts values, row after row, in a vector's or a float32 matrix's place.</summary>
    public static void Set(ModelParameter parameter, ReadOnlySpan<float> values)
    {
        if (parameter.Vector is { } vector)
        {
            values.CopyTo(vector);
            return;
        }

        Matrix flat = parameter.Matrix!.Flat();
        for (int r = 0; r < parameter.Rows; r++)
        {
            Span<float> panel = flat.Row(r / ITile.Width);
            for (int c = 0; c < parameter.Columns; c++)
            {
                panel[(c * ITile.Width) + (r % ITile.Width)] = values[(r * parameter.Columns) + c];
            }
        }
    }
}
