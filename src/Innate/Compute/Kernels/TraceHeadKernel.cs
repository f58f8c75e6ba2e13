using System.Runtime.CompilerServices;
using Innate.Compute.Memory;
using Innate.Compute.Simd;
using Innate.Compute.Simd.Integers;
using Innate.Compute.Simd.Tiles;

namespace Innate.Compute.Kernels;

/// <summary>
/// The logit head, streamed: logits are formed for 12 tokens and 256 vocabulary entries at a time, reduced to five numbers,
/// and forgotten. Blocks are then joined in the order of the vocabulary, in float64, so the result does not depend on
/// threads or batch, and [tokens, vocabulary] never exists (as in Cut Cross-Entropy, arXiv 2411.09009).
/// </summary>
internal static unsafe class TraceHeadKernel
{
    /// <summary>Vocabulary entries reduced together; part of the arithmetic's definition.</summary>
    public const int Block = 256;

    /// <summary>
    /// Rows of hidden states that are taken at a time: bounds partial results at about 6 MB for 150,000 entries.
    /// </summary>
    public const int Rows = 504;

    private const int PanelsPerBlock = Block / ITile.Width;

    // A padded entry: its exponential is exactly 0, and 0 times it is finite.
    private const float Padding = -1e30f;

    /// <summary>One token's logits z in one block.</summary>
    internal struct Partial
    {
        /// <summary>m = max z.</summary>
        public float Max;

        /// <summary>sum e^(z - m).</summary>
        public float Sum;

        /// <summary>sum e^(z - m) (z - m).</summary>
        public float Weighted;

        /// <summary>sum z.</summary>
        public float Total;

        /// <summary>sum e^((z - m) / alpha).</summary>
        public float AlphaSum;
    }

    public static int Blocks(PackedWeight head) => (head.Rows + Block - 1) / Block;

    /// <summary>Reduces one block of the vocabulary for all rows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Reduce<T, TTile>(
        PackedWeight head, float* packed, int rows, int block, float? softCap, float inverseAlpha, int[] targets,
        int firstTarget, double[] q, Partial* partials, float* wide)
        where T : struct, ILanes<T>
        where TTile : struct, ITile
    {
        float* tile = stackalloc float[ITile.Height * Block];
        int k = head.Columns;
        int start = block * Block;
        int width = Math.Min(Block, head.Rows - start);
        int panels = (width + ITile.Width - 1) / ITile.Width;
        int groups = RowGroups.Count(rows);
        for (int p = 0; p < panels && head.IsBlocked; p++)
        {
            head.WidenPanel((block * PanelsPerBlock) + p, wide + ((nint)p * k * ITile.Width));
        }

        for (int g = 0; g < groups; g++)
        {
            (int row, int height) = RowGroups.At(g, rows);
            for (int p = 0; p < panels; p++)
            {
                byte* panel = head.IsBlocked
                    ? (byte*)(wide + ((nint)p * k * ITile.Width))
                    : head.Panel((block * PanelsPerBlock) + p);
                LinearKernel.MultiplyTile<TTile>(
                    height, packed + ((nint)row * k), height, panel, head.WideType, k,
                    tile + (p * ITile.Width), Block, add: false);
            }

            for (int r = 0; r < height; r++)
            {
                float* z = tile + (r * Block);
                if (softCap is { } cap) RowKernels.SoftCap<T>(z, cap, width);
                int target = targets[firstTarget + row + r] - start;
                if ((uint)target < (uint)width) q[firstTarget + row + r] = z[target];
                partials[row + r] = Reduce<T>(z, width, inverseAlpha);
            }
        }
    }

    /// <summary>Reduces one block of the vocabulary for all rows, whose logits are formed in integers.</summary>
    /// <param name="head">Codes.</param>
    /// <param name="x">The rows.</param>
    /// <param name="block">Which block.</param>
    /// <param name="softCap">A cap on the logits, where set.</param>
    /// <param name="inverseAlpha">1 / alpha.</param>
    /// <param name="targets">The targets of all rows of the head.</param>
    /// <param name="firstTarget">The first row's.</param>
    /// <param name="q">Takes the targets' logits.</param>
    /// <param name="partials">One a row.</param>
    /// <param name="logits">Room for [rows, 256].</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void ReduceIntegers<T, TInteger>(
        CodePanels head, RowCodes x, int block, float? softCap, float inverseAlpha, int[] targets, int firstTarget, double[] q,
        Partial* partials, float* logits)
        where T : struct, ILanes<T>
        where TInteger : struct, IIntegerTile
    {
        int start = block * Block;
        int width = Math.Min(Block, head.Rows - start);
        int panels = (width + ITile.Width - 1) / ITile.Width;
        int first = block * PanelsPerBlock;
        IntegerKernel.RunPanels<TInteger>(x, head, first, first + panels, new Matrix(logits, x.Rows, Block, Block));
        for (int row = 0; row < x.Rows; row++)
        {
            float* z = logits + ((nint)row * Block);
            if (softCap is { } cap) RowKernels.SoftCap<T>(z, cap, width);
            int target = targets[firstTarget + row] - start;
            if ((uint)target < (uint)width) q[firstTarget + row] = z[target];
            partials[row] = Reduce<T>(z, width, inverseAlpha);
        }
    }

    /// <summary>Floats that a worker needs, where the head is blocks, to hold a block of the vocabulary widened.</summary>
    public static long WideFloats(PackedWeight head) => head.IsBlocked ? (long)head.Columns * Block : 0;

    /// <summary>Reduces one block of one row of stored logits, to the same bits as the streamed form.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static Partial ReduceStored<T>(float* logits, int vocabulary, int block, float inverseAlpha)
        where T : struct, ILanes<T>
    {
        float* tile = stackalloc float[Block];
        int width = Math.Min(Block, vocabulary - (block * Block));
        new ReadOnlySpan<float>(logits + (block * Block), width).CopyTo(new Span<float>(tile, width));
        return Reduce<T>(tile, width, inverseAlpha);
    }

    /// <summary>Whether V needs sums of its own: an alpha that is 1 in float32 is 1.</summary>
    public static bool IsScaled(double alpha) => (float)(1 / alpha) != 1;

    /// <summary>Joins a token's blocks; <paramref name="partials"/> has one entry every <paramref name="stride"/>.</summary>
    public static (double LogSumExp, double V, double Entropy, double MeanLogit) Join(
        Partial* partials, nint stride, int blocks, int vocabulary, double alpha, bool scaled)
    {
        double max = double.NegativeInfinity;
        for (int b = 0; b < blocks; b++) max = Math.Max(max, partials[b * stride].Max);
        double sum = 0, weighted = 0, total = 0, alphaSum = 0;
        for (int b = 0; b < blocks; b++)
        {
            Partial p = partials[b * stride];
            double shift = p.Max - max;
            double scale = PortableMath.Exp(shift);
            sum += scale * p.Sum;
            weighted += scale * (p.Weighted + (shift * p.Sum));
            total += p.Total;
            if (scaled) alphaSum += PortableMath.Exp(shift / alpha) * p.AlphaSum;
        }

        double logSum = PortableMath.Log(sum);
        double logSumExp = max + logSum;
        double v = !scaled ? logSumExp : max + (alpha * PortableMath.Log(alphaSum));
        return (logSumExp, v, Math.Max(0, logSum - (weighted / sum)), total / vocabulary);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Partial Reduce<T>(float* z, int width, float inverseAlpha)
        where T : struct, ILanes<T>
    {
        const int L = ILanes<T>.Count;
        int padded = (width + L - 1) & ~(L - 1);
        for (int n = width; n < padded; n++) z[n] = 0;
        T total = T.Broadcast(0);
        for (int n = 0; n < padded; n += L) total += T.Load(z + n);
        for (int n = width; n < padded; n++) z[n] = Padding;

        T max = T.Broadcast(float.NegativeInfinity);
        for (int n = 0; n < padded; n += L) max = T.Max(T.Load(z + n), max);
        float m = T.Maximum(max);

        T sum = T.Broadcast(0), weighted = sum, alphaSum = sum;
        for (int n = 0; n < padded; n += L)
        {
            T d = T.Load(z + n) - T.Broadcast(m);
            T e = LaneMath.Exp(d);
            sum += e;
            weighted = T.FusedMultiplyAdd(e, d, weighted);
            if (inverseAlpha != 1) alphaSum += LaneMath.Exp(d * T.Broadcast(inverseAlpha));
        }

        return new Partial
        {
            Max = m,
            Sum = T.Sum(sum),
            Weighted = T.Sum(weighted),
            Total = T.Sum(total),
            AlphaSum = T.Sum(alphaSum),
        };
    }
}
