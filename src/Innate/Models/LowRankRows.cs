using System.Numerics;
using Innate.Checkpoints;
using Innate.Compute;

namespace Innate.Models;

/// <summary>
/// Rows of W + scale B A in float64, each one chain over the ranks in their order, whatever the threads; with magnitudes each row
/// has that length (DoRA, arXiv 2402.09353). For what is computed once, when weights are read.
/// </summary>
internal sealed class LowRankRows
{
    private readonly double[] _a;
    private readonly AdapterTensor _tensor;
    private readonly double _scale;
    private readonly string _file;

    /// <summary>Of one module's adapter.</summary>
    /// <param name="tensor">Its matrices.</param>
    /// <param name="scale">What B A is multiplied by.</param>
    /// <param name="file">Where they were read, for messages.</param>
    public LowRankRows(AdapterTensor tensor, double scale, string file)
    {
        (_tensor, _scale, _file) = (tensor, scale, file);
        _a = [.. tensor.A.Select(x => (double)x)];
    }

    /// <summary>Rows of W with their change.</summary>
    /// <param name="firstRow">The module's row that is the first here.</param>
    /// <param name="stored">W's rows, one after another.</param>
    /// <param name="type">How they are stored.</param>
    /// <param name="newType">How the sums are.</param>
    public byte[] Adapt(int firstRow, ReadOnlySpan<byte> stored, ElementType type, ElementType newType)
    {
        int columns = _tensor.Inputs, from = columns * ElementTypes.SizeOf(type), to = columns * ElementTypes.SizeOf(newType);
        int rows = stored.Length / from;
        var sums = new byte[rows * to];
        var wide = new float[columns];
        var row = new double[columns];
        for (int r = 0; r < rows; r++)
        {
            ElementTypes.Widen(stored.Slice(r * from, from), wide, type);
            double gain = Sum(firstRow + r, wide, row);
            for (int c = 0; c < columns; c++) wide[c] = (float)(gain * row[c]);
            ElementTypes.Narrow(wide, sums.AsSpan(r * to, to), newType);
        }

        return sums;
    }

    /// <summary>magnitude / |row of W + scale B A|; 1 without magnitudes.</summary>
    /// <param name="output">The module's row.</param>
    /// <param name="weight">W's row.</param>
    /// <param name="sum">Becomes W + scale B A there.</param>
    /// <exception cref="InputException">The row has no direction.</exception>
    public double Sum(int output, ReadOnlySpan<float> weight, Span<double> sum)
    {
        for (int c = 0; c < sum.Length; c++) sum[c] = weight[c];
        Add(output, sum);
        if (_tensor.Magnitude is not { } magnitude) return 1;
        double gain = magnitude[output] / Length(sum);
        return float.IsFinite((float)gain)
            ? gain
            : throw new InputException(
                $"{_file}: module '{_tensor.ModulePath}': row {output}: expected a row that DoRA's magnitude can bring to length "
                + $"{magnitude[output]}, found one of length {Length(sum)}.");
    }

    private static double Length(ReadOnlySpan<double> row)
    {
        double sum = 0;
        foreach (double x in row) sum += x * x;
        return Math.Sqrt(sum);
    }

    private void Add(int output, Span<double> row)
    {
        int rank = _tensor.Rank, columns = row.Length;
        for (int i = 0; i < rank; i++)
        {
            double factor = _scale * _tensor.B[(output * rank) + i];
            ReadOnlySpan<double> a = _a.AsSpan(i * columns, columns);
            int c = 0;
            for (; c <= columns - Vector<double>.Count; c += Vector<double>.Count)
            {
                (new Vector<double>(row[c..]) + (new Vector<double>(a[c..]) * factor)).CopyTo(row[c..]);
            }

            for (; c < columns; c++) row[c] += factor * a[c];
        }
    }
}
