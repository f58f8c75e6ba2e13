namespace Innate.Compute.Memory;

/// <summary>A growing piece of scratch memory: asked again and again for what the current step needs, allocated rarely.</summary>
public sealed unsafe class Workspace : IDisposable
{
    private NativeBuffer? _buffer;
    private bool _disposed;

    /// <summary>A matrix of the asked size whose contents are undefined; it replaces the one given before.</summary>
    public Matrix Matrix(int rows, int columns) => new(Floats(checked((long)rows * columns)), rows, columns, columns);

    /// <summary>Room for so many floats, undefined, aligned to a cache line; it replaces what was given before.</summary>
    public float* Floats(long count)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        long bytes = checked(count * sizeof(float));
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

    /// <inheritdoc/>
    public void Dispose()
    {
        _disposed = true;
        _buffer?.Dispose();
    }
}
