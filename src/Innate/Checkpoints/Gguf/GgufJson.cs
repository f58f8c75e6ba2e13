using System.Globalization;
using System.Runtime.CompilerServices;

namespace Innate.Checkpoints.Gguf;

/// <summary>
/// Long lists as JSON: the vocabularies are nearly all of a tokenizer.json, and are written as bytes that the file has already.
/// </summary>
internal sealed class GgufJson
{
    private byte[] _bytes = new byte[1 << 20];
    private int _length;
    private bool _follows;

    /// <summary>What was written.</summary>
    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, _length);

    /// <summary>Begins an object or an array, or ends one.</summary>
    public void Bracket(char bracket)
    {
        Reserve(1)[0] = (byte)bracket;
        _length++;
        _follows = false;
    }

    /// <summary>A text in quotes, as the next element or as a member's name.</summary>
    /// <param name="utf8">Valid UTF-8.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)] // Called for every token, and once for each.
    public void Text(ReadOnlySpan<byte> utf8)
    {
        Span<byte> to = Reserve(3 + (6 * utf8.Length));
        int at = 0;
        if (_follows) to[at++] = (byte)',';
        to[at++] = (byte)'"';
        foreach (byte b in utf8)
        {
            if (b >= 0x20 && b != '"' && b != '\\')
            {
                to[at++] = b;
                continue;
            }

            to[at++] = (byte)'\\';
            if (b >= 0x20)
            {
                to[at++] = b;
                continue;
            }

            "u00"u8.CopyTo(to[at..]);
            to[at + 3] = (byte)"0123456789abcdef"[b >> 4];
            to[at + 4] = (byte)"0123456789abcdef"[b & 15];
            at += 5;
        }

        to[at++] = (byte)'"';
        _length += at;
        _follows = true;
    }

    /// <summary>A number behind a member's name.</summary>
    public void Value(int number)
    {
        Reserve(1)[0] = (byte)':';
        _length++;
        number.TryFormat(Reserve(16), out int count, default, CultureInfo.InvariantCulture);
        _length += count;
    }

    /// <summary>A number as the next element.</summary>
    public void Element(float number)
    {
        if (_follows)
        {
            Reserve(1)[0] = (byte)',';
            _length++;
        }

        number.TryFormat(Reserve(32), out int count, default, CultureInfo.InvariantCulture);
        _length += count;
        _follows = true;
    }

    private Span<byte> Reserve(int count)
    {
        if (_bytes.Length - _length < count) Array.Resize(ref _bytes, Math.Max(2 * _bytes.Length, _length + count));
        return _bytes.AsSpan(_length);
    }
}
