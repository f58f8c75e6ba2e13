namespace Innate.Compute.Blocks;

/// <summary>Q4_0: half d, 16 bytes. x = d (q - 8); low nibbles are values 0 to 15, high nibbles 16 to 31.</summary>
internal readonly unsafe struct Q4_0Block : IBlock
{
    public static int Values => 32;

    public static int Bytes => 18;

    public static void Widen(byte* block, float* to)
    {
        float d = BlockParts.Half(block);
        byte* q = block + 2;
        for (int i = 0; i < 16; i++)
        {
            to[i] = d * ((q[i] & 15) - 8);
            to[i + 16] = d * ((q[i] >> 4) - 8);
        }
    }
}

/// <summary>Q4_1: half d, half m, 16 bytes. x = d q + m.</summary>
internal readonly unsafe struct Q4_1Block : IBlock
{
    public static int Values => 32;

    public static int Bytes => 20;

    public static void Widen(byte* block, float* to)
    {
        float d = BlockParts.Half(block), m = BlockParts.Half(block + 2);
        byte* q = block + 4;
        for (int i = 0; i < 16; i++)
        {
            to[i] = (d * (q[i] & 15)) + m;
            to[i + 16] = (d * (q[i] >> 4)) + m;
        }
    }
}

/// <summary>Q5_0: half d, 32 fifth bits, 16 bytes. x = d (q - 16).</summary>
internal readonly unsafe struct Q5_0Block : IBlock
{
    public static int Values => 32;

    public static int Bytes => 22;

    public static void Widen(byte* block, float* to)
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
}

/// <summary>Q5_1: half d, half m, 32 fifth bits, 16 bytes. x = d q + m.</summary>
internal readonly unsafe struct Q5_1Block : IBlock
{
    public static int Values => 32;

    public static int Bytes => 24;

    public static void Widen(byte* block, float* to)
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
}

/// <summary>Q8_0: half d, 32 signed bytes. x = d q.</summary>
internal readonly unsafe struct Q8_0Block : IBlock
{
    public static int Values => 32;

    public static int Bytes => 34;

    public static void Widen(byte* block, float* to)
    {
        float d = BlockParts.Half(block);
        var q = (sbyte*)(block + 2);
        for (int i = 0; i < 32; i++) to[i] = d * q[i];
    }
}
