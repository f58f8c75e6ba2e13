namespace Innate.Compute.Blocks;

/// <summary>A block of values that share scales, as it lies in memory and in a file, little-endian.</summary>
internal unsafe interface IBlock
{
    /// <summary>Values of a block.</summary>
    static abstract int Values { get; }

    /// <summary>Bytes of a block.</summary>
    static abstract int Bytes { get; }

    /// <summary>The type as integer codes.</summary>
    static abstract CodeLayout Layout { get; }

    /// <summary>Takes one block apart into codes and scales.</summary>
    /// <param name="block">The block.</param>
    /// <param name="to">Takes them.</param>
    static abstract void Read(byte* block, ref BlockCodes to);

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
