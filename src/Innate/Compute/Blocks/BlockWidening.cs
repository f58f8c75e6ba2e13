using System.Runtime.CompilerServices;

namespace Innate.Compute.Blocks;

/// <summary>
/// From stored blocks to float32. Every value is a product or two and a sum, each rounded once, as the reference
/// (ggml-quants.c and gguf.quants) has them: so the numbers are its own, to the bit, on any instruction set.
/// </summary>
internal static unsafe class BlockWidening
{
    /// <summary>Widens whole blocks that lie back to back.</summary>
    /// <param name="type">Their type; one that has blocks.</param>
    /// <param name="blocks">The first block.</param>
    /// <param name="values">How many values; a multiple of the type's block.</param>
    /// <param name="to">Takes them in order.</param>
    public static void Widen(ElementType type, byte* blocks, int values, float* to)
    {
        switch (type)
        {
            case ElementType.Q4_0: Each<Q4_0Block>(blocks, values, to); break;
            case ElementType.Q4_1: Each<Q4_1Block>(blocks, values, to); break;
            case ElementType.Q5_0: Each<Q5_0Block>(blocks, values, to); break;
            case ElementType.Q5_1: Each<Q5_1Block>(blocks, values, to); break;
            case ElementType.Q8_0: Each<Q8_0Block>(blocks, values, to); break;
            case ElementType.Q2_K: Each<Q2KBlock>(blocks, values, to); break;
            case ElementType.Q3_K: Each<Q3KBlock>(blocks, values, to); break;
            case ElementType.Q4_K: Each<Q4KBlock>(blocks, values, to); break;
            case ElementType.Q5_K: Each<Q5KBlock>(blocks, values, to); break;
            case ElementType.Q6_K: Each<Q6KBlock>(blocks, values, to); break;
            case ElementType.IQ4_NL: Each<IQ4NLBlock>(blocks, values, to); break;
            case ElementType.IQ4_XS: Each<IQ4XSBlock>(blocks, values, to); break;
            case ElementType.MXFP4: Each<MXFP4Block>(blocks, values, to); break;
            case ElementType.TQ1_0: Each<TQ1Block>(blocks, values, to); break;
            case ElementType.TQ2_0: Each<TQ2Block>(blocks, values, to); break;
            default: throw new ArgumentOutOfRangeException(nameof(type), type, "has no blocks");
        }
    }

    /// <summary>Widens whole blocks that lie back to back.</summary>
    public static void Widen(ElementType type, ReadOnlySpan<byte> blocks, Span<float> to)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(blocks.Length, ElementTypes.Bytes(type, to.Length));
        fixed (byte* from = blocks)
        fixed (float* values = to) Widen(type, from, to.Length, values);
    }

    /// <summary>Whether every scale of some blocks is a finite number; then so is every value.</summary>
    /// <param name="type">Their type; one that has blocks.</param>
    /// <param name="blocks">The blocks, back to back.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static bool HasFiniteScales(ElementType type, ReadOnlySpan<byte> blocks)
    {
        int size = ElementTypes.BlockBytes(type);
        (int first, int second) = ScalePlaces(type);
        fixed (byte* start = blocks)
        {
            for (byte* block = start, end = start + blocks.Length; block < end; block += size)
            {
                if (first >= 0 && (*(ushort*)(block + first) & 0x7c00) == 0x7c00) return false;
                if (second >= 0 && (*(ushort*)(block + second) & 0x7c00) == 0x7c00) return false;
            }
        }

        return true;
    }

    /// <summary>Where a block's half-precision scales lie, in bytes; -1 for none.</summary>
    private static (int First, int Second) ScalePlaces(ElementType type) => type switch
    {
        ElementType.Q4_0 or ElementType.Q5_0 or ElementType.Q8_0 or ElementType.IQ4_NL or ElementType.IQ4_XS => (0, -1),
        ElementType.Q4_1 or ElementType.Q5_1 or ElementType.Q4_K or ElementType.Q5_K => (0, 2),
        ElementType.Q2_K => (80, 82),
        ElementType.Q3_K => (108, -1),
        ElementType.Q6_K => (208, -1),
        ElementType.TQ1_0 => (52, -1),
        ElementType.TQ2_0 => (64, -1),
        ElementType.MXFP4 => (-1, -1),
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "has no blocks"),
    };

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Each<T>(byte* blocks, int values, float* to)
        where T : struct, IBlock
    {
        for (int done = 0; done < values; done += T.Values, blocks += T.Bytes) T.Widen(blocks, to + done);
    }
}
