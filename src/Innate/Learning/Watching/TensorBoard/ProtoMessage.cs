using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Innate.Learning.Watching.TensorBoard;

/// <summary>A protobuf message being made: each call appends a field (protobuf.dev/programming-guides/encoding).</summary>
internal sealed class ProtoMessage
{
    // Wire types.
    private const uint VarintType = 0;
    private const uint Fixed64 = 1;
    private const uint LengthDelimited = 2;
    private const uint Fixed32 = 5;

    private readonly ArrayBufferWriter<byte> _bytes = new();

    public ReadOnlySpan<byte> Bytes => _bytes.WrittenSpan;

    public ProtoMessage Integer(int field, long value)
    {
        Tag(field, VarintType);
        Varint((ulong)value);
        return this;
    }

    public ProtoMessage Double(int field, double value)
    {
        Tag(field, Fixed64);
        BinaryPrimitives.WriteDoubleLittleEndian(_bytes.GetSpan(sizeof(double)), value);
        _bytes.Advance(sizeof(double));
        return this;
    }

    public ProtoMessage Float(int field, float value)
    {
        Tag(field, Fixed32);
        BinaryPrimitives.WriteSingleLittleEndian(_bytes.GetSpan(sizeof(float)), value);
        _bytes.Advance(sizeof(float));
        return this;
    }

    public ProtoMessage Text(int field, string value) => Blob(field, Encoding.UTF8.GetBytes(value));

    public ProtoMessage Message(int field, ProtoMessage value) => Blob(field, value.Bytes);

    private ProtoMessage Blob(int field, ReadOnlySpan<byte> value)
    {
        Tag(field, LengthDelimited);
        Varint((ulong)value.Length);
        _bytes.Write(value);
        return this;
    }

    private void Tag(int field, uint type) => Varint(((uint)field << 3) | type);

    private void Varint(ulong value)
    {
        // Seven bits a byte, lowest first; the high bit says that more follow.
        for (; value >= 0x80; value >>= 7) _bytes.Write([(byte)(value | 0x80)]);
        _bytes.Write([(byte)value]);
    }
}
