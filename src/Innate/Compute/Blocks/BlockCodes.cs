using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Innate.Compute.Simd;

namespace Innate.Compute.Blocks;

/// <summary>One block taken apart.</summary>
internal unsafe struct BlockCodes
{
    /// <summary>A code a value, or its place in the table.</summary>
    public fixed byte Codes[256];

    /// <summary>The block's scale and minimum, as they are stored.</summary>
    public fixed ushort Numbers[2];

    /// <summary>The groups' scales, then, from the 17th on, their minima.</summary>
    public fixed sbyte GroupNumbers[32];

    /// <summary>Where the groups' minima begin.</summary>
    public const int FirstMin = 16;

    /// <summary>Takes 32 codes of four bits: the low halves of 16 bytes, then the high ones.</summary>
    /// <param name="q">The bytes.</param>
    /// <param name="first">The first code's place.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void SetNibbles(byte* q, int first)
    {
        Vector128<byte> both = Vector128.Load(q);
        BlockLanes.Low(both).StoreUnsafe(ref Codes[first]);
        BlockLanes.High(both).StoreUnsafe(ref Codes[first + 16]);
    }

    /// <summary>Takes a block apart.</summary>
    /// <param name="type">A type that has blocks.</param>
    /// <param name="block">The block.</param>
    /// <param name="to">Takes the parts; what the type does not have keeps its contents.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Read(ElementType type, byte* block, ref BlockCodes to)
    {
        switch (type)
        {
            case ElementType.Q4_0: Q4_0Block.Read(block, ref to); break;
            case ElementType.Q4_1: Q4_1Block.Read(block, ref to); break;
            case ElementType.Q5_0: Q5_0Block.Read(block, ref to); break;
            case ElementType.Q5_1: Q5_1Block.Read(block, ref to); break;
            case ElementType.Q8_0: Q8_0Block.Read(block, ref to); break;
            case ElementType.Q2_K: Q2KBlock.Read(block, ref to); break;
            case ElementType.Q3_K: Q3KBlock.Read(block, ref to); break;
            case ElementType.Q4_K: Q4KBlock.Read(block, ref to); break;
            case ElementType.Q5_K: Q5KBlock.Read(block, ref to); break;
            case ElementType.Q6_K: Q6KBlock.Read(block, ref to); break;
            case ElementType.IQ4_NL: IQ4NLBlock.Read(block, ref to); break;
            case ElementType.IQ4_XS: IQ4XSBlock.Read(block, ref to); break;
            case ElementType.MXFP4: MXFP4Block.Read(block, ref to); break;
            case ElementType.TQ1_0: TQ1Block.Read(block, ref to); break;
            case ElementType.TQ2_0: TQ2Block.Read(block, ref to); break;
            default: throw new ArgumentOutOfRangeException(nameof(type), type, "has no blocks");
        }
    }
}
