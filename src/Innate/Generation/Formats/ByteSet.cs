namespace Innate.Generation.Formats;

/// <summary>Some of the 256 bytes.</summary>
/// <param name="Low">Bit b stands for byte b, 0 to 127.</param>
/// <param name="High">Bit b stands for byte 128 + b.</param>
internal readonly record struct ByteSet(UInt128 Low, UInt128 High)
{
    /// <summary>The bytes from one to another, both included.</summary>
    public static ByteSet Range(byte first, byte last)
    {
        ByteSet set = default;
        for (int b = first; b <= last; b++) set = set.With((byte)b);
        return set;
    }

    /// <summary>The bytes that are named.</summary>
    public static ByteSet Of(ReadOnlySpan<byte> bytes)
    {
        ByteSet set = default;
        foreach (byte b in bytes) set = set.With(b);
        return set;
    }

    /// <summary>Whether a byte is among them.</summary>
    public bool Contains(byte b) => ((b < 128 ? Low >> b : High >> (b - 128)) & 1) != 0;

    /// <summary>Whether one of them is among others.</summary>
    public bool Overlaps(ByteSet other) => (Low & other.Low) != 0 || (High & other.High) != 0;

    /// <summary>These and one more.</summary>
    public ByteSet With(byte b) => b < 128 ? this with { Low = Low | (UInt128.One << b) }
        : this with { High = High | (UInt128.One << (b - 128)) };

    /// <summary>These but those.</summary>
    public ByteSet Without(ByteSet others) => new(Low & ~others.Low, High & ~others.High);
}
