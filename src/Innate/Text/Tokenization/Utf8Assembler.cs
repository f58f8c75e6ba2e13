using System.Text;

namespace Innate.Text.Tokenization;

/// <summary>
/// UTF-8 bytes that arrive in any portions become characters as soon as they are complete; what can complete nothing becomes
/// U+FFFD, one for each longest broken sequence (the WHATWG's practice, and .NET's).
/// </summary>
internal struct Utf8Assembler
{
    private uint _held;
    private int _count;

    /// <summary>Adds a byte and appends what it completes.</summary>
    public void Add(byte value, StringBuilder output)
    {
        _held |= (uint)value << (8 * _count++);
        while (_count > 0)
        {
            Span<byte> bytes = [(byte)_held, (byte)(_held >> 8), (byte)(_held >> 16), (byte)(_held >> 24)];
            var status = Rune.DecodeFromUtf8(bytes[.._count], out Rune rune, out int consumed);
            if (status == System.Buffers.OperationStatus.NeedMoreData) return;
            output.Append(rune);
            _count -= consumed;
            _held = consumed == 4 ? 0 : _held >> (8 * consumed);
        }
    }

    /// <summary>Appends U+FFFD for an incomplete character.</summary>
    public void Flush(StringBuilder output)
    {
        if (_count > 0) output.Append('\uFFFD');
        (_held, _count) = (0, 0);
    }
}
