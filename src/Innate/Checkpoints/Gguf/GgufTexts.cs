using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Text;

namespace Innate.Checkpoints.Gguf;

/// <summary>The texts of an array as UTF-8, where the file has them: one block of bytes, no string for each.</summary>
internal sealed class GgufTexts
{
    private readonly byte[] _bytes;
    private readonly int[] _starts;

    /// <param name="bytes">For each text its length, eight bytes, and its bytes.</param>
    /// <param name="count">How many there are.</param>
    /// <param name="place">The file and the key, for messages.</param>
    /// <exception cref="InputException">The lengths are not those that the header was checked with.</exception>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)] // A pass over all texts, once.
    public GgufTexts(byte[] bytes, int count, string place)
    {
        (_bytes, _starts) = (bytes, new int[count + 1]);
        int at = 0;
        for (int i = 0; i < count; i++)
        {
            ulong left = (ulong)Math.Max(bytes.Length - at - 8, 0);
            ulong length = bytes.Length - at < 8 ? ulong.MaxValue : BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan(at));
            if (length > left) throw new InputException($"{place} has changed while it was read.");
            _starts[i] = at + 8;
            at += 8 + (int)length;
        }

        _starts[count] = at + 8;
    }

    /// <summary>How many there are.</summary>
    public int Count => _starts.Length - 1;

    /// <summary>A text's bytes, as the file has them.</summary>
    public ReadOnlySpan<byte> this[int index] => _bytes.AsSpan(_starts[index], _starts[index + 1] - 8 - _starts[index]);

    /// <summary>A text; bytes that are no UTF-8 become U+FFFD.</summary>
    public string Text(int index) => Encoding.UTF8.GetString(this[index]);
}
