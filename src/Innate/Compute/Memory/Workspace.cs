namespace Innate.Compute.Memory;

/// <summary>A growing piece of scratch memory: asked again and again for what the current step needs, allocated rarely.</summary>
public sealed unsafe class Workspace : IDisposable
{
    private NativeBuffer? _buffer;
    private bool _disposed;

    // Where memory comes from for now, and the piece that was taken of it.
    private LentMemory? _lender;
    private float* _lent;
    private long _lentFloats;

    /// <summary>A matrix of the asked size whose contents are undefined; it replaces the one given before.</summary>
    public Matrix Matrix(int rows, int columns) => new(Floats(checked((long)rows * columns)), rows, columns, columns);

    /// <summary>Room for so many floats, undefined, aligned to a cache line; it replaces what was given before.</summary>
    public float* Floats(long count)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        long bytes = checked(count * sizeof(float));
        if (_lender is not null && count <= _lentFloats) return _lent;
        if (_lender is not null)
        {
            _lent = _lender.Take(count);
            _lentFloats = count;
            if (_lent is not null) return _lent;
            _lender = null;
        }

        if (_buffer is null || _buffer.Bytes < bytes)
        {
            _buffer?.Dispose();
            _buffer = null;
            // A quarter more than asked: batches vary a little, and each growth would otherwise allocate anew. Not zeroed: what
            // is not used yet then takes no memory.
            _buffer = new NativeBuffer(bytes + (bytes / 4), zeroed: false);
        }

        return (float*)_buffer.Pointer;
    }

    /// <summary>What is asked for from now on comes of that memory, as long as it suffices.</summary>
    internal void Borrow(LentMemory lender) => (_lender, _lentFloats) = (lender, 0);

    /// <inheritdoc/>
    public void Dispose()
    {
        _disposed = true;
        _buffer?.Dispose();
    }
}
