namespace Innate.Compute.Memory;

/// <summary>A borrowed view of float32 rows in native memory. It owns nothing; its buffer must outlive it.</summary>
public readonly unsafe struct Matrix
{
    /// <summary>Views memory as rows.</summary>
    /// <param name="data">The first element.</param>
    /// <param name="rows">Number of rows.</param>
    /// <param name="columns">Elements a row.</param>
    /// <param name="stride">Elements from a row to the next; at least <paramref name="columns"/>.</param>
    public Matrix(float* data, int rows, int columns, int stride)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rows);
        ArgumentOutOfRangeException.ThrowIfNegative(columns);
        ArgumentOutOfRangeException.ThrowIfLessThan(stride, columns);
        Data = data;
        Rows = rows;
        Columns = columns;
        Stride = stride;
    }

    /// <summary>The first element.</summary>
    public float* Data { get; }

    /// <summary>Number of rows.</summary>
    public int Rows { get; }

    /// <summary>Elements a row.</summary>
    public int Columns { get; }

    /// <summary>Elements from a row to the next.</summary>
    public int Stride { get; }

    /// <summary>A pointer to a row.</summary>
    public float* RowPointer(int row) => Data + ((nint)row * Stride);

    /// <summary>A row's elements.</summary>
    public Span<float> Row(int row)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)row, (uint)Rows);
        return new(RowPointer(row), Columns);
    }

    /// <summary>Rows [start, start + count).</summary>
    public Matrix Slice(int start, int count)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)start, (uint)Rows);
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)count, (uint)(Rows - start));
        return new(RowPointer(start), count, Columns, Stride);
    }

    /// <summary>The same contiguous memory with another row length.</summary>
    public Matrix Reshape(int rows, int columns)
    {
        if (Stride != Columns || (long)rows * columns != (long)Rows * Columns)
        {
            throw new ArgumentException($"[{Rows}, {Columns}] with stride {Stride} cannot be viewed as [{rows}, {columns}].");
        }

        return new(Data, rows, columns, columns);
    }

    /// <summary>Copies all rows to a matrix of the same shape.</summary>
    public void CopyTo(Matrix destination)
    {
        if (destination.Rows != Rows || destination.Columns != Columns)
        {
            throw new ArgumentException($"[{Rows}, {Columns}] cannot be copied to [{destination.Rows}, {destination.Columns}].");
        }

        for (int row = 0; row < Rows; row++) Row(row).CopyTo(destination.Row(row));
    }
}
