using System.IO.MemoryMappedFiles;
using Innate.Compute.Memory;

namespace Innate.Checkpoints;

/// <summary>
/// A file mapped into memory for reading. It stays mapped until its first holder and all rows of it are let go of. Who shortens
/// the file meanwhile takes the process with it: files of models are replaced, not rewritten.
/// </summary>
internal sealed unsafe class MappedFile : IDisposable
{
    private readonly MemoryMappedFile _map;
    private readonly MemoryMappedViewAccessor _view;
    private readonly byte* _first;
    private readonly long _length;
    private int _holders = 1;

    private MappedFile(MemoryMappedFile map, MemoryMappedViewAccessor view, long length)
    {
        (_map, _view, _length) = (map, view, length);
        view.SafeMemoryMappedViewHandle.AcquirePointer(ref _first);
    }

    /// <summary>Maps a file.</summary>
    /// <exception cref="InputException">It cannot be opened or mapped.</exception>
    public static MappedFile Open(string file)
    {
        try
        {
            var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
            long length = stream.Length;
            var map = MemoryMappedFile.CreateFromFile(
                stream, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: false);
            return new MappedFile(map, map.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read), length);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new InputException($"{file}: cannot be mapped into memory: {e.Message}", e);
        }
    }

    /// <summary>The rows of a matrix of blocks.</summary>
    /// <param name="tensor">Which; of this file.</param>
    /// <param name="firstRow">The first of the rows that are wanted.</param>
    /// <param name="rows">How many.</param>
    /// <exception cref="InputException">The file has become shorter.</exception>
    public BlockRows Rows(TensorInfo tensor, int firstRow, int rows)
    {
        if (tensor.Offset + tensor.Length > _length)
        {
            throw new InputException(
                $"{tensor.File}: tensor '{tensor.Name}': expected {tensor.Length} bytes at byte {tensor.Offset}, found a file of "
                + $"{_length}.");
        }

        long rowBytes = tensor.Length / tensor.Shape[0];
        Interlocked.Increment(ref _holders);
        return new BlockRows(
            _first + tensor.Offset + (firstRow * rowBytes), tensor.Type, rows, checked((int)tensor.Shape[1]), tensor.PairedHead,
            new Holder(this));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Interlocked.Decrement(ref _holders) > 0) return;
        _view.SafeMemoryMappedViewHandle.ReleasePointer();
        _view.Dispose();
        _map.Dispose();
    }

    private sealed class Holder(MappedFile file) : IDisposable
    {
        private MappedFile? _file = file;

        public void Dispose() => Interlocked.Exchange(ref _file, null)?.Dispose();
    }
}
