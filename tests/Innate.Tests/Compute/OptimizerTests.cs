using Innate.Compute;
using Innate.Compute.Memory;
using Innate.Compute.Simd;
using Innate.Learning.Optimization;
using Innate.Models;
using Innate.Tests.Support;

namespace Innate.Tests.Compute;

/// <summary>The optimizer's step against its formulas in float64, and the rounding of what it leaves.</summary>
public sealed class OptimizerTests
{
    public static TheoryData<SimdPath> Paths => new(SimdPaths.Supported);

    [Theory]
    [MemberData(nameof(Paths))]
    public void Twenty_steps_of_adamw_stay_beside_float64(SimdPath path)
    {
        using IKernels kernels = CpuKernels.Create(1, path);
        foreach (int n in (int[])[1, 15, 16, 17, 100, 16_389])
        {
            using var memory = new TestMemory();
            var random = new Random(n);
            Matrix w = memory.Random(random, 1, n), m = memory.New(1, n), v = memory.New(1, n);
            double[,] we = TestMemory.Read(w), me = new double[1, n], ve = new double[1, n];
            for (int t = 1; t <= 20; t++)
            {
                double rate = 0.01 / t, clip = t % 4 == 0 ? 0.3 : 1, first = 1 - Math.Pow(0.9, t), second = 1 - Math.Pow(0.99, t);
                Matrix g = memory.Random(random, 1, n, size: t);
                for (int i = 0; i < n; i++)
                {
                    double d = g.Row(0)[i] * clip;
                    me[0, i] = (0.9 * me[0, i]) + (0.1 * d);
                    ve[0, i] = (0.99 * ve[0, i]) + (0.01 * d * d);
                    we[0, i] -= rate * 0.1 * we[0, i];
                    we[0, i] -= rate * (me[0, i] / first) / (Math.Sqrt(ve[0, i] / second) + 1e-3);
                }

                kernels.AdamW(Step(rate, clip, t), w, g, m, v);
                Assert.Equal(-1, g.Row(0).IndexOfAnyExcept(0f));
            }

            Near.Equal(we, TestMemory.Read(w), 2e-6, $"{path}, {n}: weights");
            Near.Equal(me, TestMemory.Read(m), 2e-6, $"{path}, {n}: first moments");
            Near.Equal(ve, TestMemory.Read(v), 4e-6, $"{path}, {n}: second moments");
        }

        static AdamWStep Step(double rate, double clip, int t) => new(
            (float)(1 - (rate * 0.1)), (float)(rate / (1 - Math.Pow(0.9, t))), (float)clip, 0.9f, 0.99f,
            (float)(1 / Math.Sqrt(1 - Math.Pow(0.99, t))), 1e-3f);
    }

    [Fact]
    public void Matrices_decay_vectors_do_not_all_are_clipped_together_and_the_model_holds_what_is_stored()
    {
        using IKernels kernels = CpuKernels.Create(1);
        using var memory = new TestMemory();
        var random = new Random(1);
        PackedWeight wide = memory.Weight(random, 37, 5), narrow = memory.Weight(random, 5, 33, ElementType.BFloat16);
        float[] norm = [1.5f, 0.5f, 1.25f];
        ModelParameter[] parameters =
        [
            new("wide", ElementType.Float32, 37, 5) { TensorRows = 37, Matrix = wide },
            new("narrow", ElementType.BFloat16, 5, 33) { TensorRows = 5, Matrix = narrow },
            new("norm", ElementType.BFloat16, 1, 3) { TensorRows = 1, Vector = norm, Offset = 1 },
        ];
        double[][] expected = [Flat(TestMemory.Read(wide)), Flat(TestMemory.Read(narrow)), [0.5, -0.5, 0.25]];
        double[][] first = [.. expected.Select(e => new double[e.Length])];
        double[][] second = [.. expected.Select(e => new double[e.Length])];
        using var weights = new TrainedWeights(parameters);
        var options = new AdamWOptions { Beta2 = 0.95, WeightDecay = 0.2, MaxGradientNorm = 0.5, Epsilon = 1e-4 };
        for (int t = 1; t <= 5; t++)
        {
            // Gradients whose norm lies beyond the bound, but for the last step's.
            float size = t == 5 ? 1e-3f : t;
            PackedWeight dWide = memory.Weight(random, 37, 5, size: size), dNarrow = memory.Weight(random, 5, 33, size: size);
            Matrix dNorm = memory.Random(random, 1, 3, size);
            dWide.Flat().CopyTo(weights.Parameters[0].Gradient);
            dNarrow.Flat().CopyTo(weights.Parameters[1].Gradient);
            dNorm.CopyTo(weights.Parameters[2].Gradient);
            double[][] d = [Flat(TestMemory.Read(dWide)), Flat(TestMemory.Read(dNarrow)), Flat(TestMemory.Read(dNorm))];
            double length = Math.Sqrt(d.Sum(g => g.Sum(x => x * x))), clip = Math.Min(1, 0.5 / length);
            Assert.Equal(length, weights.GradientNorm(kernels), length * 1e-6);
            AdamW.Step(kernels, weights, options, t, 0.05, length);
            for (int p = 0; p < 3; p++)
            {
                for (int i = 0; i < d[p].Length; i++)
                {
                    double g = d[p][i] * clip;
                    first[p][i] = (0.9 * first[p][i]) + (0.1 * g);
                    second[p][i] = (0.95 * second[p][i]) + (0.05 * g * g);
                    double mean = first[p][i] / (1 - Math.Pow(0.9, t)), square = second[p][i] / (1 - Math.Pow(0.95, t));
                    expected[p][i] *= p == 2 ? 1 : 1 - (0.05 * 0.2);
                    expected[p][i] -= 0.05 * mean / (Math.Sqrt(square) + 1e-4);
                }
            }
        }

        Near.Equal(Row(expected[0]), Row(Flat(TestMemory.Read(wide))), 3e-6, "the float32 matrix");
        // bfloat16 has 8 bits: the model's copy is the master rounded, and the master lost nothing on the way.
        Near.Equal(Row(expected[1]), Row(Flat(TestMemory.Read(narrow))), 1.0 / 256, "the bfloat16 matrix");
        for (int i = 0; i < 3; i++)
        {
            float master = weights.Parameters[2].Values.Row(0)[i];
            Assert.Equal(expected[2][i], master, 1e-6);
            Assert.Equal(ElementTypes.Round(master, ElementType.BFloat16) + 1, norm[i]);
        }

        Assert.True(TestMemory.HasZeroPadding(wide));
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public void A_sum_of_squares_misses_no_tail_and_keeps_the_bits_of_other_threads(SimdPath path)
    {
        foreach ((int rows, int columns) in ((int, int)[])[(1, 1), (1, 17), (5, 31), (3, 16_384), (7, 16_385), (100, 333)])
        {
            using var memory = new TestMemory();
            Matrix x = memory.Random(new Random(columns), rows, columns, size: 3);
            using IKernels one = CpuKernels.Create(1, path), two = CpuKernels.Create(2, path);
            using IKernels portable = CpuKernels.Create(3, SimdPath.Portable);
            double expected = Flat(TestMemory.Read(x)).Sum(v => v * v), found = one.SumOfSquares(x);
            Assert.Equal(expected, found, expected * 1e-5);
            Assert.Equal(found, two.SumOfSquares(x));
            Assert.Equal(found, portable.SumOfSquares(x));
        }
    }

    [Theory]
    [InlineData(ElementType.BFloat16)]
    [InlineData(ElementType.Float16)]
    public void Rounding_goes_to_the_nearest_and_ties_to_even(ElementType type)
    {
        // Every pair of neighbours that are no less than zero, subnormals too; the last one's neighbour is infinity.
        int infinity = type == ElementType.BFloat16 ? 0x7f80 : 0x7c00;
        for (int i = 0; i < infinity; i++)
        {
            float low = Value(i), high = Value(i + 1);
            // Beyond the largest value the next power of two takes infinity's place.
            double above = float.IsInfinity(high) ? low + ((double)low - Value(i - 1)) : high;
            double middle = (low + above) / 2;
            int even = (i & 1) == 0 ? i : i + 1;
            Check(low, i);
            Check((float)middle, even);
            Check(MathF.BitDecrement((float)middle), i);
            Check(MathF.BitIncrement((float)middle), i + 1);
        }

        Check(float.PositiveInfinity, infinity);
        // What is not a number stays none, also where its fraction lies in the bits that are dropped.
        foreach (uint nan in (uint[])[0x7fc00000, 0x7f800001, 0xff800001, 0x7fffffff, 0xffffffff])
        {
            Assert.True(float.IsNaN(Rounded(BitConverter.UInt32BitsToSingle(nan))), $"{nan:x}");
        }

        float Value(int bits) => type == ElementType.BFloat16
            ? BitConverter.UInt32BitsToSingle((uint)bits << 16)
            : (float)BitConverter.UInt16BitsToHalf((ushort)bits);

        int Bits(float value) => type == ElementType.BFloat16
            ? (int)(BitConverter.SingleToUInt32Bits(value) >> 16)
            : BitConverter.HalfToUInt16Bits((Half)value);

        float Rounded(float value) => ElementTypes.Round(value, type);

        void Check(float value, int expected)
        {
            if (Bits(Rounded(value)) != expected || Bits(Rounded(-value)) != (expected | 0x8000))
            {
                Assert.Fail($"{value:R}: expected {Value(expected):R}, found {Rounded(value):R}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public void A_master_is_rounded_where_it_lies(SimdPath path)
    {
        using IKernels kernels = CpuKernels.Create(1, path);
        foreach (ElementType type in Enum.GetValues<ElementType>().Where(t => !ElementTypes.IsBlocked(t)))
        {
            foreach ((int rows, int columns) in ((int, int)[])[(1, 1), (33, 13), (100, 200)])
            {
                using var memory = new TestMemory();
                PackedWeight master = memory.Weight(new Random(rows), rows, columns);
                PackedWeight weight = memory.Undefined(rows, columns, type);
                kernels.Narrow(master, weight);
                double[,] values = TestMemory.Read(master), stored = TestMemory.Read(weight);
                for (int r = 0; r < rows; r++)
                {
                    for (int c = 0; c < columns; c++) Assert.Equal(ElementTypes.Round((float)values[r, c], type), stored[r, c]);
                }
            }
        }
    }

    private static double[] Flat(double[,] values) => [.. values.Cast<double>()];

    private static double[,] Row(double[] values)
    {
        var row = new double[1, values.Length];
        for (int i = 0; i < values.Length; i++) row[0, i] = values[i];
        return row;
    }
}
