namespace Innate.Compute.Blocks;

/// <summary>
/// A block type as integer codes: value = d (code - zero), or d code + m, with d and m for each group of columns. Where a type
/// has scales within scales, d is the block's own scale times the group's, and m is minus the block's minimum times the group's.
/// </summary>
/// <param name="LowBits">A code's low bits: 2, 4 or 8.</param>
/// <param name="HighBits">The bits above them, which are stored apart: 0, 1 or 2.</param>
/// <param name="Zero">The code that stands for 0; 0 where codes have minima.</param>
internal sealed record CodeLayout(int LowBits, int HighBits, int Zero)
{
    /// <summary>Columns that are stored together: those of a block.</summary>
    public int BlockColumns { get; init; } = 32;

    /// <summary>Columns that share a scale: 16 or 32.</summary>
    public int GroupColumns { get; init; } = 32;

    /// <summary>Whether each group has a minimum.</summary>
    public bool HasMin { get; init; }

    /// <summary>Whether groups have scales (and minima) of their own, whole numbers beside the block's.</summary>
    public bool HasGroupScales { get; init; }

    /// <summary>Whether a block's scale is a bfloat16; else a half-precision number.</summary>
    public bool HasBrainScales { get; init; }

    /// <summary>Sixteen codes that the stored ones are places of; empty: they are themselves.</summary>
    public byte[] Table { get; init; } = [];

    /// <summary>Groups of a block.</summary>
    public int Groups => BlockColumns / GroupColumns;

    /// <summary>Numbers of a kind that a block or a group has: a scale, and a minimum where there is one.</summary>
    public int Numbers => HasMin ? 2 : 1;

    /// <summary>Whether no code is above 15.</summary>
    public bool IsSmall => LowBits + HighBits <= 4 && Table.Length == 0;

    /// <summary>A type's.</summary>
    public static CodeLayout Of(ElementType type) => type switch
    {
        ElementType.Q4_0 => Q4_0Block.Layout,
        ElementType.Q4_1 => Q4_1Block.Layout,
        ElementType.Q5_0 => Q5_0Block.Layout,
        ElementType.Q5_1 => Q5_1Block.Layout,
        ElementType.Q8_0 => Q8_0Block.Layout,
        ElementType.Q2_K => Q2KBlock.Layout,
        ElementType.Q3_K => Q3KBlock.Layout,
        ElementType.Q4_K => Q4KBlock.Layout,
        ElementType.Q5_K => Q5KBlock.Layout,
        ElementType.Q6_K => Q6KBlock.Layout,
        ElementType.IQ4_NL => IQ4NLBlock.Layout,
        ElementType.IQ4_XS => IQ4XSBlock.Layout,
        ElementType.MXFP4 => MXFP4Block.Layout,
        ElementType.TQ1_0 => TQ1Block.Layout,
        ElementType.TQ2_0 => TQ2Block.Layout,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "has no blocks"),
    };
}
