using System.Runtime.InteropServices;

namespace Innate.Compute.Memory;

/// <summary>Memory outside the garbage collector's heap, aligned to a cache line, freed with its handle.</summary>
internal sealed unsafe class NativeBuffer : SafeHandle
{
    private const nuint Alignment = 64;

    /// <summary>Allocates memory.</summary>
    /// <param name="bytes">Its size; 0 is allowed.</param>
    /// <param name="zeroed">
    /// False where every byte is about to be written: touching a model's memory twice takes its time.
    /// </param>
    /// <exception cref="InsufficientMemoryException">The system has no more memory.</exception>
    public NativeBuffer(long bytes, bool zeroed = true)
        : base(0, ownsHandle: true)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bytes);
        Bytes = bytes;
        try
        {
            void* memory = NativeMemory.AlignedAlloc((nuint)Math.Max(bytes, 1), Alignment);
            if (zeroed) NativeMemory.Clear(memory, (nuint)bytes);
            SetHandle((nint)memory);
        }
        catch (OutOfMemoryException)
        {
            throw new InsufficientMemoryException($"{bytes / 1e9:0.00} GB of memory could not be allocated.");
        }

        GC.AddMemoryPressure(Math.Max(bytes, 1));
    }

    /// <summary>The size in bytes.</summary>
    public long Bytes { get; }

    /// <summary>The first byte.</summary>
    public byte* Pointer
    {
        get
        {
            ObjectDisposedException.ThrowIf(IsClosed, this);
            return (byte*)handle;
        }
    }

    /// <inheritdoc/>
    public override bool IsInvalid => handle == 0;

    /// <inheritdoc/>
    protected override bool ReleaseHandle()
    {
        NativeMemory.AlignedFree((void*)handle);
        GC.RemoveMemoryPressure(Math.Max(Bytes, 1));
        return true;
    }
}
