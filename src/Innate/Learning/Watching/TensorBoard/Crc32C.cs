using System.Numerics;

namespace Innate.Learning.Watching.TensorBoard;

/// <summary>CRC-32C (Castagnoli, RFC 3720 appendix B.4), which guards TensorFlow's records.</summary>
internal static class Crc32C
{
    /// <summary>The checksum of some bytes.</summary>
    public static uint Of(ReadOnlySpan<byte> bytes)
    {
        uint crc = uint.MaxValue;
        foreach (byte b in bytes) crc = BitOperations.Crc32C(crc, b);
        return ~crc;
    }

    /// <summary>
    /// The checksum as records store it: turned and shifted, since a checksum over data that hold checksums is weak
    /// (tensorflow/core/lib/hash/crc32c.h, Mask).
    /// </summary>
    public static uint Masked(ReadOnlySpan<byte> bytes) => unchecked(BitOperations.RotateRight(Of(bytes), 15) + 0xa282ead8u);
}
