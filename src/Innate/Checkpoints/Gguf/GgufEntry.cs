using System.Buffers.Binary;
using System.Text;

namespace Innate.Checkpoints.Gguf;

/// <summary>A key of a GGUF file that is written, with its value as the file will have it.</summary>
/// <param name="Key">The key.</param>
/// <param name="Type">Its value's kind.</param>
/// <param name="Value">The value's bytes: behind its kind, an array's element kind and count included.</param>
internal sealed record GgufEntry(string Key, GgufValueType Type, byte[] Value)
{
    public static GgufEntry Whole(string key, long value)
    {
        byte[] bytes = new byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, checked((uint)value));
        return new(key, GgufValueType.UInt32, bytes);
    }

    public static GgufEntry Number(string key, double value)
    {
        byte[] bytes = new byte[4];
        BinaryPrimitives.WriteSingleLittleEndian(bytes, (float)value);
        return new(key, GgufValueType.Float32, bytes);
    }

    public static GgufEntry Flag(string key, bool value) => new(key, GgufValueType.Bool, [value ? (byte)1 : (byte)0]);

    public static GgufEntry Text(string key, string value) =>
        new(key, GgufValueType.Text, Counted(Encoding.UTF8.GetBytes(value)));

    /// <summary>An array of texts in UTF-8.</summary>
    public static GgufEntry Texts(string key, IReadOnlyCollection<byte[]> values) =>
        Array(key, GgufValueType.Text, values.Count, [.. values.SelectMany(Counted)]);

    public static GgufEntry Wholes(string key, IReadOnlyCollection<int> values) =>
        Array(key, GgufValueType.Int32, values.Count, [.. values.SelectMany(v => Little(BitConverter.GetBytes(v)))]);

    public static GgufEntry Numbers(string key, IReadOnlyCollection<float> values) =>
        Array(key, GgufValueType.Float32, values.Count, [.. values.SelectMany(v => Little(BitConverter.GetBytes(v)))]);

    public static GgufEntry Flags(string key, IReadOnlyCollection<bool> values) =>
        Array(key, GgufValueType.Bool, values.Count, [.. values.Select(v => v ? (byte)1 : (byte)0)]);

    /// <summary>A text with its length before it.</summary>
    public static byte[] Counted(byte[] text)
    {
        byte[] bytes = new byte[8 + text.Length];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, text.Length);
        text.CopyTo(bytes, 8);
        return bytes;
    }

    private static GgufEntry Array(string key, GgufValueType type, int count, byte[] elements)
    {
        byte[] bytes = new byte[12 + elements.Length];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, (int)type);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(4), count);
        elements.CopyTo(bytes, 12);
        return new(key, GgufValueType.Array, bytes);
    }

    private static byte[] Little(byte[] bytes)
    {
        if (!BitConverter.IsLittleEndian) System.Array.Reverse(bytes);
        return bytes;
    }
}
