using Innate.Compute;
using Innate.Compute.Memory;
using Innate.Compute.Simd.Tiles;

namespace Innate.Tests.Support;

/// <summary>Matrices and weights for tests of kernels, freed together, and read as float64.</summary>
internal sealed unsafe class TestMemory : IDisposable
{
    private readonly List<IDisposable> _owned = [];

    /// <summary>A matrix filled with one value; <paramref name="gap"/> floats lie between its rows.</summary>
    public Matrix New(int rows, int columns, float fill = 0, int gap = 0)
    {
        var buffer = new NativeBuffer((long)Math.Max(1, rows) * (columns + gap) * sizeof(float));
        _owned.Add(buffer);
        var m = new Matrix((float*)buffer.Pointer, rows, columns, columns + gap);
        for (int r = 0; r < rows; r++) m.Row(r).Fill(fill);
        return m;
    }

    public Matrix Random(Random random, int rows, int columns, float size = 1, int gap = 0)
    {
        Matrix m = New(rows, columns, gap: gap);
        for (int r = 0; r < rows; r++)
        {
            foreach (ref float v in m.Row(r)) v = Draw(random) * size;
        }

        return m;
    }

    public Matrix Copy(Matrix from)
    {
        Matrix m = New(from.Rows, from.Columns);
        from.CopyTo(m);
        return m;
    }

    public PackedWeight Weight(Random random, int rows, int columns, ElementType type = ElementType.Float32, float size = 1)
    {
        PackedWeight weight = Undefined(rows, columns, type);
        for (int p = 0; p < weight.Panels; p++)
        {
            float[] values = [.. Enumerable.Range(0, weight.RowsInPanel(p) * columns).Select(_ => Draw(random) * size)];
            var bytes = new byte[values.Length * weight.ElementSize];
            ElementTypes.Narrow(values, bytes, type);
            weight.SetPanel(p, bytes);
        }

        return weight;
    }

    public PackedWeight Undefined(int rows, int columns, ElementType type)
    {
        var weight = new PackedWeight(rows, columns, type);
        _owned.Add(weight);
        return weight;
    }

    public void Dispose() => _owned.ForEach(o => o.Dispose());

    public static double[,] Read(Matrix m)
    {
        var values = new double[m.Rows, m.Columns];
        for (int r = 0; r < m.Rows; r++)
        {
            for (int c = 0; c < m.Columns; c++) values[r, c] = m.Row(r)[c];
        }

        return values;
    }

    public static double[,] Read(PackedWeight weight)
    {
        var values = new double[weight.Rows, weight.Columns];
        var row = new float[weight.Columns];
        for (int r = 0; r < weight.Rows; r++)
        {
            weight.CopyRow(r, row);
            for (int c = 0; c < row.Length; c++) values[r, c] = row[c];
        }

        return values;
    }

    /// <summary>Whether the places of a float32 weight that hold no value are zero, as norms over all of them need.</summary>
    public static bool HasZeroPadding(PackedWeight weight)
    {
        Matrix flat = weight.Flat();
        for (int row = weight.Rows; row < weight.Panels * ITile.Width; row++)
        {
            for (int c = 0; c < weight.Columns; c++)
            {
                if (flat.Row(row / ITile.Width)[(c * ITile.Width) + (row % ITile.Width)] != 0) return false;
            }
        }

        return true;
    }

    private static float Draw(Random random) => (float)((random.NextDouble() * 2) - 1);
}
