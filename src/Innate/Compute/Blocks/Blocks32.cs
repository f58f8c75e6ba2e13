using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Innate.Compute.Simd;
using static System.Runtime.CompilerServices.MethodImplOptions;

namespace Innate.Compute.Blocks;

/// <summary>Q4_0: half d, 16 bytes. x = d (q - 8); low nibbles are values 0 to 15, high nibbles 16 to 31.</summary>
internal readonly unsafe struct Q4_0Block : IBlock
{
    public static int Values => 32;

    public static int Bytes => 18;

    public static CodeLayout Layout { get; } = new(4, 0, Zero: 8);

    [MethodImpl(AggressiveInlining)]
    public static void Widen(byte* block, float* to)
    {
        float d = BlockParts.Half(block);
        Vector128<byte> q = Vector128.Load(block + 2);
        BlockLanes.Scaled(BlockLanes.Minus(BlockLanes.Low(q), 8), d, to);
        BlockLanes.Scaled(BlockLanes.Minus(BlockLanes.High(q), 8), d, to + 16);
    }

    [MethodImpl(AggressiveInlining)]
    public static void Read(byte* block, ref BlockCodes to)
    {
        to.Numbers[0] = *(ushort*)block;
        to.SetNibbles(block + 2, 0);
    }
}

/// <summary>Q4_1: half d, half m, 16 bytes. x = d q + m.</summary>
internal readonly unsafe struct Q4_1Block : IBlock
{
    public static int Values => 32;

    public static int Bytes => 20;

    public static CodeLayout Layout { get; } = new(4, 0, Zero: 0) { HasMin = true };

    [MethodImpl(AggressiveInlining)]
    public static void Widen(byte* block, float* to)
    {
        float d = BlockParts.Half(block), m = BlockParts.Half(block + 2);
        Vector128<byte> q = Vector128.Load(block + 4);
        BlockLanes.Affine(BlockLanes.Low(q), d, m, to);
        BlockLanes.Affine(BlockLanes.High(q), d, m, to + 16);
    }

    [MethodImpl(AggressiveInlining)]
    public static void Read(byte* block, ref BlockCodes to)
    {
        (to.Numbers[0], to.Numbers[1]) = (*(ushort*)block, *(ushort*)(block + 2));
        to.SetNibbles(block + 4, 0);
    }
}

/// <summary>Q5_0: half d, 32 fifth bits, 16 bytes. x = d (q - 16).</summary>
internal readonly unsafe struct Q5_0Block : IBlock
{
    public static int Values => 32;

    public static int Bytes => 22;

    public static CodeLayout Layout { get; } = new(4, 1, Zero: 16);

    [MethodImpl(AggressiveInlining)]
    public static void Widen(byte* block, float* to)
    {
        float d = BlockParts.Half(block);
        uint fifth = *(uint*)(block + 2);
        Vector128<byte> q = Vector128.Load(block + 6);
        BlockLanes.Scaled(BlockLanes.Minus(BlockLanes.Low(q) | BlockLanes.Spread(fifth, 16), 16), d, to);
        BlockLanes.Scaled(BlockLanes.Minus(BlockLanes.High(q) | BlockLanes.Spread(fifth >> 16, 16), 16), d, to + 16);
    }

    [MethodImpl(AggressiveInlining)]
    public static void Read(byte* block, ref BlockCodes to)
    {
        uint fifth = *(uint*)(block + 2);
        Vector128<byte> q = Vector128.Load(block + 6);
        to.Numbers[0] = *(ushort*)block;
        (BlockLanes.Low(q) | BlockLanes.Spread(fifth, 16)).StoreUnsafe(ref to.Codes[0]);
        (BlockLanes.High(q) | BlockLanes.Spread(fifth >> 16, 16)).StoreUnsafe(ref to.Codes[16]);
    }
}

/// <summary>Q5_1: half d, half m, 32 fifth bits, 16 bytes. x = d q + m.</summary>
internal readonly unsafe struct Q5_1Block : IBlock
{
    public static int Values => 32;

    public static int Bytes => 24;

    public static CodeLayout Layout { get; } = new(4, 1, Zero: 0) { HasMin = true };

    [MethodImpl(AggressiveInlining)]
    public static void Widen(byte* block, float* to)
    {
        float d = BlockParts.Half(block), m = BlockParts.Half(block + 2);
        uint fifth = *(uint*)(block + 4);
        Vector128<byte> q = Vector128.Load(block + 8);
        BlockLanes.Affine(BlockLanes.Low(q) | BlockLanes.Spread(fifth, 16), d, m, to);
        BlockLanes.Affine(BlockLanes.High(q) | BlockLanes.Spread(fifth >> 16, 16), d, m, to + 16);
    }

    [MethodImpl(AggressiveInlining)]
    public static void Read(byte* block, ref BlockCodes to)
    {
        uint fifth = *(uint*)(block + 4);
        Vector128<byte> q = Vector128.Load(block + 8);
        (to.Numbers[0], to.Numbers[1]) = (*(ushort*)block, *(ushort*)(block + 2));
        (BlockLanes.Low(q) | BlockLanes.Spread(fifth, 16)).StoreUnsafe(ref to.Codes[0]);
        (BlockLanes.High(q) | BlockLanes.Spread(fifth >> 16, 16)).StoreUnsafe(ref to.Codes[16]);
    }
}

/// <summary>Q8_0: half d, 32 signed bytes. x = d q.</summary>
internal readonly unsafe struct Q8_0Block : IBlock
{
    public static int Values => 32;

    public static int Bytes => 34;

    public static CodeLayout Layout { get; } = new(8, 0, Zero: 128);

    [MethodImpl(AggressiveInlining)]
    public static void Widen(byte* block, float* to)
    {
        float d = BlockParts.Half(block);
        BlockLanes.Scaled(Vector128.Load(block + 2).AsSByte(), d, to);
        BlockLanes.Scaled(Vector128.Load(block + 18).AsSByte(), d, to + 16);
    }

    [MethodImpl(AggressiveInlining)]
    public static void Read(byte* block, ref BlockCodes to)
    {
        Vector128<byte> sign = Vector128.Create((byte)128);
        to.Numbers[0] = *(ushort*)block;
        (Vector128.Load(block + 2) ^ sign).StoreUnsafe(ref to.Codes[0]);
        (Vector128.Load(block + 18) ^ sign).StoreUnsafe(ref to.Codes[16]);
    }
}
