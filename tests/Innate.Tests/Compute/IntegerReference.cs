using Innate.Compute;
using Innate.Compute.Blocks;
using Innate.Compute.Memory;

namespace Innate.Tests.Compute;

/// <summary>The definition of a product in integers, one number after another.</summary>
internal static unsafe class IntegerReference
{
    /// <summary>x W^T, row after row.</summary>
    /// <param name="type">How W is stored.</param>
    /// <param name="file">W's blocks, row after row.</param>
    /// <param name="rows">W's rows.</param>
    /// <param name="x">Its columns are whole blocks.</param>
    public static float[] Product(ElementType type, byte[] file, int rows, Matrix x)
    {
        CodeLayout layout = CodeLayout.Of(type);
        int blockBytes = ElementTypes.BlockBytes(type), blocks = x.Columns / layout.BlockColumns;
        var y = new float[x.Rows * rows];
        for (int t = 0; t < x.Rows; t++)
        {
            (int[] q, float[] scales) = Round(x.Row(t));
            for (int n = 0; n < rows; n++)
            {
                float sum = 0;
                for (int b = 0; b < blocks; b++)
                {
                    BlockCodes block = default;
                    fixed (byte* at = &file[((n * blocks) + b) * blockBytes]) BlockCodes.Read(type, at, ref block);
                    for (int g = 0; g < layout.Groups; g++)
                    {
                        int first = (b * layout.BlockColumns) + (g * layout.GroupColumns);
                        (float d, float m) = Scales(layout, block, g);
                        int dot = 0, total = 0;
                        for (int c = 0; c < layout.GroupColumns; c++)
                        {
                            int code = block.Codes[(g * layout.GroupColumns) + c];
                            if (layout.Table.Length > 0) code = layout.Table[code];
                            dot += (code - layout.Zero) * q[first + c];
                            total += q[first + c];
                        }

                        float k = scales[first / 32];
                        sum = MathF.FusedMultiplyAdd(dot, d * k, sum);
                        if (layout.HasMin) sum = MathF.FusedMultiplyAdd(m, k * total, sum);
                    }
                }

                y[(t * rows) + n] = sum;
            }
        }

        return y;
    }

    /// <summary>Whole numbers and, for each 32 of them, what they are multiples of.</summary>
    public static (int[] Q, float[] Scales) Round(ReadOnlySpan<float> x)
    {
        var q = new int[x.Length];
        var scales = new float[x.Length / 32];
        for (int b = 0; b < scales.Length; b++)
        {
            float most = 0;
            for (int i = 0; i < 32; i++) most = MathF.Max(most, MathF.Abs(x[(b * 32) + i]));
            if (most < 1e-30f) continue;
            scales[b] = most / 127;
            float inverse = 127 / most;
            for (int i = 0; i < 32; i++) q[(b * 32) + i] = (int)MathF.Round(x[(b * 32) + i] * inverse);
        }

        return (q, scales);
    }

    private static (float Scale, float Min) Scales(CodeLayout layout, in BlockCodes block, int group)
    {
        float scale = Number(layout, block.Numbers[0]), min = layout.HasMin ? Number(layout, block.Numbers[1]) : 0;
        return layout.HasGroupScales
            ? (scale * block.GroupNumbers[group], -(min * block.GroupNumbers[BlockCodes.FirstMin + group]))
            : (scale, min);
    }

    private static float Number(CodeLayout layout, ushort bits) => layout.HasBrainScales
        ? BitConverter.UInt32BitsToSingle((uint)bits << 16)
        : (float)BitConverter.UInt16BitsToHalf(bits);
}
