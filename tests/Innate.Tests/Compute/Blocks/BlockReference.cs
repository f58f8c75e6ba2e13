using Innate.Compute;
using Innate.Compute.Blocks;

namespace Innate.Tests.Compute.Blocks;

/// <summary>Blocks widened one value at a time, as the reference's loops do: what the fast path is compared with.</summary>
internal static unsafe class BlockReference
{
    public static void Widen(ElementType type, byte* block, float* to)
    {
        switch (type)
        {
            case ElementType.Q4_0: Q40(block, to); break;
            case ElementType.Q4_1: Q41(block, to); break;
            case ElementType.Q5_0: Q50(block, to); break;
            case ElementType.Q5_1: Q51(block, to); break;
            case ElementType.Q8_0: Q80(block, to); break;
            case ElementType.Q2_K: Q2K(block, to); break;
            case ElementType.Q3_K: Q3K(block, to); break;
            case ElementType.Q4_K: Q4K(block, to); break;
            case ElementType.Q5_K: Q5K(block, to); break;
            case ElementType.Q6_K: Q6K(block, to); break;
            default: BlockWidening.Widen(type, block, ElementTypes.BlockValues(type), to); break;
        }
    }

    private static void Q40(byte* block, float* to)
    {
        float d = BlockParts.Half(block);
        byte* q = block + 2;
        for (int i = 0; i < 16; i++)
        {
            to[i] = d * ((q[i] & 15) - 8);
            to[i + 16] = d * ((q[i] >> 4) - 8);
        }
    }

    private static void Q41(byte* block, float* to)
    {
        float d = BlockParts.Half(block), m = BlockParts.Half(block + 2);
        byte* q = block + 4;
        for (int i = 0; i < 16; i++)
        {
            to[i] = (d * (q[i] & 15)) + m;
            to[i + 16] = (d * (q[i] >> 4)) + m;
        }
    }

    private static void Q50(byte* block, float* to)
    {
        float d = BlockParts.Half(block);
        uint high = *(uint*)(block + 2);
        byte* q = block + 6;
        for (int i = 0; i < 16; i++)
        {
            to[i] = d * ((int)((q[i] & 15u) | ((high >> i & 1) << 4)) - 16);
            to[i + 16] = d * ((int)((uint)(q[i] >> 4) | ((high >> (i + 16) & 1) << 4)) - 16);
        }
    }

    private static void Q51(byte* block, float* to)
    {
        float d = BlockParts.Half(block), m = BlockParts.Half(block + 2);
        uint high = *(uint*)(block + 4);
        byte* q = block + 8;
        for (int i = 0; i < 16; i++)
        {
            to[i] = (d * (int)((q[i] & 15u) | ((high >> i & 1) << 4))) + m;
            to[i + 16] = (d * (int)((uint)(q[i] >> 4) | ((high >> (i + 16) & 1) << 4))) + m;
        }
    }

    private static void Q80(byte* block, float* to)
    {
        float d = BlockParts.Half(block);
        var q = (sbyte*)(block + 2);
        for (int i = 0; i < 32; i++) to[i] = d * q[i];
    }

    private static void Q2K(byte* block, float* to)
    {
        byte* scales = block, q = block + 16;
        float d = BlockParts.Half(block + 80), dMin = BlockParts.Half(block + 82);
        for (int half = 0; half < 2; half++, q += 32)
        {
            for (int shift = 0; shift < 8; shift += 2)
            {
                for (int sixteen = 0; sixteen < 32; sixteen += 16, scales++)
                {
                    float scale = d * (*scales & 15), min = dMin * (*scales >> 4);
                    for (int i = 0; i < 16; i++) *to++ = (scale * (q[sixteen + i] >> shift & 3)) - min;
                }
            }
        }
    }

    private static void Q3K(byte* block, float* to)
    {
        byte* high = block, q = block + 32, packed = block + 96;
        float d = BlockParts.Half(block + 108);
        int group = 0;
        for (int half = 0; half < 2; half++, q += 32)
        {
            for (int pair = 0; pair < 4; pair++)
            {
                int bit = 1 << ((half * 4) + pair);
                for (int sixteen = 0; sixteen < 32; sixteen += 16, group++)
                {
                    float scale = d * (Scale3(packed, group) - 32);
                    for (int i = sixteen; i < sixteen + 16; i++)
                    {
                        *to++ = scale * ((q[i] >> (2 * pair) & 3) - ((high[i] & bit) != 0 ? 0 : 4));
                    }
                }
            }
        }
    }

    private static void Q4K(byte* block, float* to)
    {
        float d = BlockParts.Half(block), dMin = BlockParts.Half(block + 2);
        byte* scales = block + 4, q = block + 16;
        for (int group = 0; group < 8; group++)
        {
            (float scale, float min) = (d * Q4KBlock.Scale(scales, group), dMin * Q4KBlock.Min(scales, group));
            byte* from = q + (group / 2 * 32);
            int shift = group % 2 * 4;
            for (int i = 0; i < 32; i++) *to++ = (scale * (from[i] >> shift & 15)) - min;
        }
    }

    private static void Q5K(byte* block, float* to)
    {
        float d = BlockParts.Half(block), dMin = BlockParts.Half(block + 2);
        byte* scales = block + 4, high = block + 16, q = block + 48;
        for (int group = 0; group < 8; group++)
        {
            (float scale, float min) = (d * Q4KBlock.Scale(scales, group), dMin * Q4KBlock.Min(scales, group));
            byte* from = q + (group / 2 * 32);
            int shift = group % 2 * 4;
            for (int i = 0; i < 32; i++)
            {
                int value = (from[i] >> shift & 15) | ((high[i] >> group & 1) << 4);
                *to++ = (scale * value) - min;
            }
        }
    }

    private static void Q6K(byte* block, float* to)
    {
        float d = BlockParts.Half(block + 208);
        for (int half = 0; half < 2; half++)
        {
            byte* low = block + (64 * half), high = block + 128 + (32 * half);
            var scales = (sbyte*)(block + 192 + (8 * half));
            for (int quarter = 0; quarter < 4; quarter++)
            {
                byte* from = low + (quarter % 2 * 32);
                int shift = quarter / 2 * 4;
                for (int i = 0; i < 32; i++)
                {
                    int value = (from[i] >> shift & 15) | ((high[i] >> (2 * quarter) & 3) << 4);
                    *to++ = d * scales[(2 * quarter) + (i / 16)] * (value - 32);
                }
            }
        }
    }

    // Low four bits of 16 scales in 8 bytes, then their high two bits in 4.
    private static int Scale3(byte* packed, int group)
    {
        int low = group < 8 ? packed[group] & 15 : packed[group - 8] >> 4;
        return low | ((packed[8 + (group % 4)] >> (2 * (group / 4)) & 3) << 4);
    }
}
