namespace Innate.Compute.Blocks;

/// <summary>A block of values that share scales, as it lies in memory and in a file, little-endian.</summary>
internal unsafe interface IBlock
{
    /// <summary>Values of a block.</summary>
    static abstract int Values { get; }

    /// <summary>Bytes of a block.</summary>
    static abstract int Bytes { get; }

    /// <summary>Widens one block.</summary>
    /// <param name="block">The block.</param>
    /// <param name="to">Takes its values.</param>
    static abstract void Widen(byte* block, float* to);
}

/// <summary>What the blocks have in common.</summary>
internal static unsafe class BlockParts
{
    /// <summary>A half-precision number, which may lie at any address.</summary>
    public static float Half(byte* at) => (float)BitConverter.UInt16BitsToHalf(*(ushort*)at);
}
