using System.Buffers.Binary;
using System.Text;
using Innate.Compute;

namespace Innate.Checkpoints.Gguf;

/// <summary>A tensor that a GGUF file is to hold.</summary>
/// <param name="Name">Its name in the file.</param>
/// <param name="Dimensions">Its sizes, innermost first.</param>
/// <param name="Type">How its elements are stored.</param>
/// <param name="Write">Writes its bytes, row after row, in pieces of any size.</param>
internal sealed record GgufOutput(
    string Name, IReadOnlyList<long> Dimensions, ElementType Type, Action<Action<ReadOnlyMemory<byte>>> Write)
{
    /// <summary>How many values it has.</summary>
    public long Count => Dimensions.Aggregate(1L, (a, b) => checked(a * b));

    /// <summary>Its size in bytes.</summary>
    public long Length => ElementTypes.Bytes(Type, Count);
}

/// <summary>Writes a GGUF file, version 3: keys, tensors' places, tensors. It has its name only when it is whole.</summary>
internal static class GgufWriter
{
    private const int Alignment = 32;

    /// <summary>Writes a file.</summary>
    /// <param name="path">Its final path; a file there is replaced on completion.</param>
    /// <param name="entries">The keys, in order; none of them <c>general.alignment</c>, which stays at the format's 32.</param>
    /// <param name="tensors">The tensors, in order.</param>
    /// <param name="cancellation">Looked at between pieces; the file is then not written.</param>
    /// <exception cref="IOException">The file cannot be written, or the disk has no room.</exception>
    public static void Write(
        string path, IReadOnlyList<GgufEntry> entries, IReadOnlyList<GgufOutput> tensors,
        CancellationToken cancellation = default)
    {
        string full = Path.GetFullPath(path), temporary = $"{full}.{Guid.NewGuid():N}.partial";
        byte[] header = Header(entries, tensors);
        long bytes = header.LongLength + tensors.Sum(t => Aligned(t.Length));
        try
        {
            using (var file = new FileStream(WholeFile.Room(full, temporary, bytes), FileAccess.Write, bufferSize: 1 << 20))
            {
                file.Write(header);
                foreach (GgufOutput tensor in tensors) Write(file, tensor, cancellation);
                file.Flush(flushToDisk: true);
            }

            File.Move(temporary, full, overwrite: true);
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    private static void Write(FileStream file, GgufOutput tensor, CancellationToken cancellation)
    {
        long written = 0;
        tensor.Write(piece =>
        {
            cancellation.ThrowIfCancellationRequested();
            file.Write(piece.Span);
            written += piece.Length;
        });
        if (written != tensor.Length)
        {
            throw new InvalidOperationException($"tensor '{tensor.Name}' has {tensor.Length} bytes, got {written}");
        }

        file.Write(new byte[Aligned(written) - written]);
    }

    private static byte[] Header(IReadOnlyList<GgufEntry> entries, IReadOnlyList<GgufOutput> tensors)
    {
        using var bytes = new MemoryStream();
        bytes.Write("GGUF"u8);
        Put32(bytes, 3);
        Put64(bytes, tensors.Count);
        Put64(bytes, entries.Count);
        foreach (GgufEntry entry in entries)
        {
            bytes.Write(GgufEntry.Counted(Encoding.UTF8.GetBytes(entry.Key)));
            Put32(bytes, (uint)entry.Type);
            bytes.Write(entry.Value);
        }

        long offset = 0;
        foreach (GgufOutput tensor in tensors)
        {
            bytes.Write(GgufEntry.Counted(Encoding.UTF8.GetBytes(tensor.Name)));
            Put32(bytes, (uint)tensor.Dimensions.Count);
            foreach (long size in tensor.Dimensions) Put64(bytes, size);
            Put32(bytes, GgufTensorTypes.Number(tensor.Type));
            Put64(bytes, offset);
            offset += Aligned(tensor.Length);
        }

        bytes.Write(new byte[Aligned(bytes.Length) - bytes.Length]);
        return bytes.ToArray();
    }

    private static long Aligned(long bytes) => (bytes + Alignment - 1) / Alignment * Alignment;

    private static void Put32(MemoryStream to, uint value)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
        to.Write(bytes);
    }

    private static void Put64(MemoryStream to, long value)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
        to.Write(bytes);
    }
}
