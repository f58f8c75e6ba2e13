using System.Buffers;
using System.Buffers.Binary;
using System.Text.Json;
using Innate.Compute;
using Microsoft.Win32.SafeHandles;

namespace Innate.Checkpoints;

/// <summary>A tensor that a file is to hold.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">How its elements are stored.</param>
/// <param name="Shape">Its sizes, outermost first; empty for a scalar.</param>
public sealed record TensorDeclaration(string Name, ElementType Type, IReadOnlyList<long> Shape);

/// <summary>
/// Streams a safetensors file out: all tensors are declared first, then their bytes are written in pieces of any size. The
/// file appears under its name only in <see cref="Complete"/>; until then it is a temporary beside it, which
/// <see cref="Dispose"/> deletes.
/// </summary>
public sealed class SafetensorsWriter : IDisposable
{
    private readonly string _path;
    private readonly string _temporary;
    private readonly SafeFileHandle _handle;
    private readonly Dictionary<string, Region> _regions;
    private bool _completed;

    private SafetensorsWriter(string path, string temporary, SafeFileHandle handle, Dictionary<string, Region> regions)
    {
        _path = path;
        _temporary = temporary;
        _handle = handle;
        _regions = regions;
    }

    /// <summary>Starts a file: writes the header to a temporary beside <paramref name="path"/>.</summary>
    /// <param name="path">The file's final path; a file there is replaced on completion.</param>
    /// <param name="tensors">Every tensor that the file will hold.</param>
    /// <param name="metadata">Free text pairs; null: <c>{"format": "pt"}</c>, which transformers asks for.</param>
    /// <exception cref="ArgumentException">Two tensors share a name, or a shape is negative or overflows.</exception>
    /// <exception cref="IOException">The file cannot be made, or the disk has no room for it.</exception>
    public static SafetensorsWriter Create(
        string path, IReadOnlyList<TensorDeclaration> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        // Wide elements first: PyTorch views the data in place and needs every tensor aligned to its element.
        List<TensorDeclaration> layout = [.. tensors.OrderByDescending(t => SafetensorsTypes.Bytes(t.Type))];
        Dictionary<string, Region> regions = new(StringComparer.Ordinal);
        long end = 0;
        foreach (TensorDeclaration tensor in layout)
        {
            long length = ByteLength(tensor);
            if (tensor.Name == "__metadata__" || !regions.TryAdd(tensor.Name, new Region(end, length)))
            {
                throw new ArgumentException($"tensor name '{tensor.Name}' is declared twice or reserved", nameof(tensors));
            }

            end = checked(end + length);
        }

        byte[] header = Header(layout, regions, metadata ?? new Dictionary<string, string> { ["format"] = "pt" });
        foreach (Region region in regions.Values) region.Next += header.Length;

        string full = Path.GetFullPath(path);
        string temporary = $"{full}.{Guid.NewGuid():N}.partial";
        SafeFileHandle handle = WholeFile.Room(full, temporary, header.Length + end);
        SafetensorsWriter writer = new(full, temporary, handle, regions);
        try
        {
            RandomAccess.Write(handle, header, 0);
            return writer;
        }
        catch
        {
            writer.Dispose();
            throw;
        }
    }

    /// <summary>Appends bytes to a tensor: row-major, little endian. Tensors may be written in any order.</summary>
    /// <exception cref="ArgumentException">The tensor was not declared, or would get more bytes than its shape takes.</exception>
    /// <exception cref="IOException">The bytes cannot be written.</exception>
    public void Write(string name, ReadOnlySpan<byte> bytes)
    {
        ObjectDisposedException.ThrowIf(_handle.IsClosed, this);
        if (!_regions.TryGetValue(name, out Region? region))
        {
            throw new ArgumentException($"tensor '{name}' was not declared", nameof(name));
        }

        if (bytes.Length > region.Left)
        {
            throw new ArgumentException(
                $"tensor '{name}' has room for {region.Left} more bytes, got {bytes.Length}", nameof(bytes));
        }

        RandomAccess.Write(_handle, bytes, region.Next);
        region.Next += bytes.Length;
        region.Left -= bytes.Length;
    }

    /// <summary>Flushes the file to the disk and gives it its final name.</summary>
    /// <exception cref="InvalidOperationException">A tensor has not all its bytes yet.</exception>
    /// <exception cref="IOException">The file cannot be finished; the one it would replace is untouched.</exception>
    public void Complete()
    {
        ObjectDisposedException.ThrowIf(_handle.IsClosed, this);
        foreach (var (name, region) in _regions)
        {
            if (region.Left > 0) throw new InvalidOperationException($"tensor '{name}' still misses {region.Left} bytes");
        }

        RandomAccess.FlushToDisk(_handle);
        _handle.Dispose();
        File.Move(_temporary, _path, overwrite: true);
        _completed = true;
    }

    /// <summary>Closes the file; without <see cref="Complete"/> nothing of it is left.</summary>
    public void Dispose()
    {
        _handle.Dispose();
        if (!_completed) File.Delete(_temporary);
    }

    private static long ByteLength(TensorDeclaration tensor)
    {
        Int128 length = SafetensorsTypes.Bytes(tensor.Type);
        foreach (long size in tensor.Shape)
        {
            if (size < 0 || (length *= size) > long.MaxValue)
            {
                throw new ArgumentException(
                    $"tensor '{tensor.Name}' has the impossible shape {SafetensorsTypes.Text(tensor.Shape)}");
            }
        }

        return (long)length;
    }

    private static byte[] Header(
        List<TensorDeclaration> layout, Dictionary<string, Region> regions, IReadOnlyDictionary<string, string> metadata)
    {
        ArrayBufferWriter<byte> buffer = new();
        buffer.Advance(buffer.GetSpan(8)[..8].Length);
        using (Utf8JsonWriter json = new(buffer))
        {
            json.WriteStartObject();
            json.WriteStartObject("__metadata__");
            foreach (var (key, value) in metadata) json.WriteString(key, value);
            json.WriteEndObject();
            foreach (TensorDeclaration tensor in layout)
            {
                Region region = regions[tensor.Name];
                json.WriteStartObject(tensor.Name);
                json.WriteString("dtype", SafetensorsTypes.Name(tensor.Type));
                json.WriteStartArray("shape");
                foreach (long size in tensor.Shape) json.WriteNumberValue(size);
                json.WriteEndArray();
                json.WriteStartArray("data_offsets");
                json.WriteNumberValue(region.Next);
                json.WriteNumberValue(region.Next + region.Left);
                json.WriteEndArray();
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        int padding = -buffer.WrittenCount & 7; // Spaces, so that the data starts at a multiple of 8.
        buffer.GetSpan(8)[..padding].Fill((byte)' ');
        buffer.Advance(padding);
        byte[] header = buffer.WrittenSpan.ToArray();
        BinaryPrimitives.WriteUInt64LittleEndian(header, (ulong)(header.Length - 8));
        return header;
    }

    /// <summary>Where a tensor's next byte goes, and how many it still misses.</summary>
    private sealed class Region(long next, long left)
    {
        public long Next = next;
        public long Left = left;
    }
}
