using System.Buffers.Binary;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Innate.Checkpoints.Gguf;

/// <summary>
/// Reads a file from its beginning on, a piece at a time. Every length is held against what is left of the file before anything
/// is done with it, so no number in a damaged file costs memory.
/// </summary>
/// <param name="handle">The open file.</param>
/// <param name="file">Its name, for messages.</param>
internal sealed class GgufReader(SafeFileHandle handle, string file)
{
    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    private readonly byte[] _buffer = new byte[1 << 16];
    private long _bufferStart;
    private int _bufferLength;

    /// <summary>The file's name.</summary>
    public string File => file;

    /// <summary>The file's length in bytes.</summary>
    public long Length { get; } = RandomAccess.GetLength(handle);

    /// <summary>The place of the next byte.</summary>
    public long Position { get; private set; }

    /// <summary>What is being read, for messages: <c>key 'general.name'</c>.</summary>
    public string What { get; set; } = "the header";

    /// <summary>Bytes that follow.</summary>
    public long Left => Length - Position;

    /// <summary>The next bytes, until the next call; no more than the buffer holds.</summary>
    public ReadOnlySpan<byte> Take(int count)
    {
        Require((ulong)count);
        int at = (int)(Position - _bufferStart);
        if (at < 0 || at + count > _bufferLength)
        {
            (_bufferStart, at) = (Position, 0);
            _bufferLength = (int)Math.Min(_buffer.Length, Left);
            FileBytes.ReadExactly(handle, file, _bufferStart, _buffer.AsSpan(0, _bufferLength));
        }

        Position += count;
        return _buffer.AsSpan(at, count);
    }

    public uint UInt32() => BinaryPrimitives.ReadUInt32LittleEndian(Take(4));

    public ulong UInt64() => BinaryPrimitives.ReadUInt64LittleEndian(Take(8));

    /// <summary>Passes over bytes.</summary>
    public void Skip(ulong count)
    {
        Require(count);
        Position += (long)count;
    }

    /// <summary>A name: its length in eight bytes, then UTF-8.</summary>
    /// <param name="longest">The most bytes that it may have; at most what the buffer holds.</param>
    public string Name(int longest)
    {
        ulong length = UInt64();
        Require(length);
        if (length > (ulong)longest)
        {
            throw new InputException($"{file}: {What}: its name is {length} bytes long, expected at most {longest}.");
        }

        try
        {
            return Strict.GetString(Take((int)length));
        }
        catch (DecoderFallbackException e)
        {
            throw new InputException($"{file}: {What}: expected a name in UTF-8, found bytes that are none.", e);
        }
    }

    /// <summary>Refuses what would end behind the file's end.</summary>
    public void Require(ulong count)
    {
        if (count <= (ulong)Left) return;
        throw new InputException(
            $"{file}: is truncated or damaged: {What} has {count} bytes at byte {Position}, but only {Left} follow.");
    }
}
