using FsCheck;
using FsCheck.Fluent;
using Innate.Compute;
using Innate.Compute.Memory;
using Innate.Compute.Simd;
using Innate.Tests.Compute.Blocks;
using Innate.Tests.Support;

namespace Innate.Tests.Compute;

/// <summary>Sums of integers have room for the worst that there is: every code and every activation at its limit.</summary>
public sealed unsafe class IntegerExtremesTests
{
    private const int Rows = 40, Columns = 512, Tokens = 7;

    [Fact]
    public void No_sum_overflows_whatever_the_blocks_and_the_activations_are()
    {
        ElementType[] types = [.. Enum.GetValues<ElementType>().Where(ElementTypes.IsBlocked)];
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(60), Prop.ForAll<int, byte, bool>((seed, fill, alike) =>
        {
            ElementType type = types[(seed & int.MaxValue) % types.Length];
            byte[] file = RandomBlocks.Of(type, Rows, Columns, seed);
            int size = ElementTypes.BlockBytes(type);
            var random = new Random(seed);
            for (int at = 0; at < file.Length; at += size)
            {
                // All codes at one of their limits, or all the same.
                file.AsSpan(at, size).Fill(alike ? fill : random.Next(2) == 0 ? (byte)255 : (byte)0);
                RandomBlocks.TameScales(type, file.AsSpan(at, size), random);
            }

            using var memory = new TestMemory();
            Matrix x = memory.New(Tokens, Columns);
            for (int t = 0; t < Tokens; t++)
            {
                // Every value of a block the largest of it: 127 or -127 each, in one sign or in turns.
                float largest = MathF.Pow(10, random.Next(-20, 20));
                for (int c = 0; c < Columns; c++) x.Row(t)[c] = t % 3 == 0 || (c + t) % 2 == 0 ? largest : -largest;
            }

            Agrees(type, file, x, memory);
        }));
    }

    [Fact]
    public void What_is_not_a_number_stays_none_and_nothing_stays_nothing()
    {
        byte[] file = RandomBlocks.Of(ElementType.Q8_0, Rows, Columns, 1);
        using PackedWeight codes = IntegerProductTests.Coded(ElementType.Q8_0, file, Rows, Columns);
        using var memory = new TestMemory();
        Matrix x = memory.Random(new Random(2), 4, Columns), y = memory.New(4, Rows);
        x.Row(0)[77] = float.NaN;
        x.Row(1)[500] = float.NegativeInfinity;
        x.Row(2).Fill(1e-38f);
        foreach (SimdPath path in SimdPaths.Supported)
        {
            using IKernels kernels = CpuKernels.Create(1, path);
            kernels.Linear(x, [new Projection(codes, null, y)]);
            Assert.All(y.Row(0).ToArray(), v => Assert.True(float.IsNaN(v)));
            Assert.All(y.Row(1).ToArray(), v => Assert.True(float.IsNaN(v)));
            Assert.All(y.Row(2).ToArray(), v => Assert.Equal(0, v));
            Assert.All(y.Row(3).ToArray(), v => Assert.True(float.IsFinite(v)));
        }
    }

    private static void Agrees(ElementType type, byte[] file, Matrix x, TestMemory memory)
    {
        float[] expected = IntegerReference.Product(type, file, Rows, x);
        using PackedWeight codes = IntegerProductTests.Coded(type, file, Rows, Columns);
        foreach (SimdPath path in SimdPaths.Supported)
        {
            using IKernels kernels = CpuKernels.Create(1, path);
            Matrix y = memory.New(Tokens, Rows);
            kernels.Linear(x, [new Projection(codes, null, y)]);
            for (int t = 0; t < Tokens; t++)
            {
                Assert.True(expected.AsSpan(t * Rows, Rows).SequenceEqual(y.Row(t)), $"{type}, {path}, row {t}");
            }
        }
    }
}
