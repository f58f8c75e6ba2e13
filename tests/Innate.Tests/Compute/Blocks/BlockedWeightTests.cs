using Innate.Compute;
using Innate.Compute.Blocks;
using Innate.Compute.Memory;
using Innate.Compute.Simd;
using Innate.Tests.Support;

namespace Innate.Tests.Compute.Blocks;

/// <summary>
/// A weight of quantised blocks gives the bits of the float32 weight that it widens to, in every product, on every instruction
/// set: so a GGUF file scores as its dequantised folder does.
/// </summary>
public sealed unsafe class BlockedWeightTests
{
    private const int Rows = 300, Columns = 512;

    public static TheoryData<ElementType, SimdPath> Cases()
    {
        var cases = new TheoryData<ElementType, SimdPath>();
        foreach (ElementType type in Enum.GetValues<ElementType>().Where(ElementTypes.IsBlocked))
        {
            foreach (SimdPath path in SimdPaths.Supported) cases.Add(type, path);
        }

        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Blocks_give_the_bits_of_what_they_widen_to(ElementType type, SimdPath path)
    {
        using PackedWeight blocks = Blocked(type, seed: 1, pairedHead: 0);
        using PackedWeight wide = Widened(blocks);
        using IKernels kernels = CpuKernels.Create(2, path);
        using var memory = new TestMemory();
        foreach (int tokens in (int[])[1, 5, 29])
        {
            Matrix x = memory.Random(new Random(tokens), tokens, Columns);
            Matrix ours = memory.New(tokens, Rows), theirs = memory.New(tokens, Rows);
            kernels.Linear(x, [new Projection(blocks, null, ours)]);
            kernels.Linear(x, [new Projection(wide, null, theirs)]);
            Assert.Equal(TestMemory.Read(theirs), TestMemory.Read(ours));

            int[] targets = [.. Enumerable.Range(0, tokens).Select(t => (t * 37) % Rows)];
            HeadTrace a = kernels.TraceHead(x, blocks, null, targets, 1), b = kernels.TraceHead(x, wide, null, targets, 1);
            Assert.Equal(b.Q, a.Q);
            Assert.Equal(b.LogSumExp, a.LogSumExp);
            Assert.Equal(b.Entropy, a.Entropy);

            var gradient = new HeadGradient([.. targets.Select(t => 0.01 * t)]);
            Matrix dOurs = memory.New(tokens, Columns), dTheirs = memory.New(tokens, Columns);
            kernels.TraceHeadBackward(x, blocks, null, targets, a, gradient, dOurs, null);
            kernels.TraceHeadBackward(x, wide, null, targets, b, gradient, dTheirs, null);
            Assert.Equal(TestMemory.Read(dTheirs), TestMemory.Read(dOurs));

            Matrix dy = memory.Random(new Random(tokens), tokens, Rows);
            kernels.LinearBackward(x, [new ProjectionGradient(dy, blocks, null, null)], dOurs, add: false);
            kernels.LinearBackward(x, [new ProjectionGradient(dy, wide, null, null)], dTheirs, add: false);
            Assert.Equal(TestMemory.Read(dTheirs), TestMemory.Read(dOurs));
        }
    }

    [Fact]
    public void Sixteen_values_at_a_time_are_the_bits_of_one_after_another()
    {
        var random = new Random(9);
        foreach (ElementType type in Enum.GetValues<ElementType>().Where(ElementTypes.IsBlocked))
        {
            int bytes = ElementTypes.BlockBytes(type), values = ElementTypes.BlockValues(type);
            var block = new byte[bytes];
            var fast = new float[values];
            var slow = new float[values];
            for (int i = 0; i < 400; i++)
            {
                random.NextBytes(block);
                if (i % 2 == 0) RandomBlocks.TameScales(type, block, random);
                fixed (byte* from = block)
                fixed (float* a = fast)
                fixed (float* b = slow)
                {
                    BlockWidening.Widen(type, from, values, a);
                    BlockReference.Widen(type, from, b);
                }

                Assert.True(slow.AsSpan().SequenceEqual(fast), $"{type}: {Convert.ToHexString(block)}");
            }
        }
    }

    [Fact]
    public void Rows_that_a_file_keeps_in_pairs_are_read_in_order()
    {
        const int head = 20;
        using PackedWeight stored = Blocked(ElementType.Q8_0, seed: 2, pairedHead: 0);
        using PackedWeight paired = Blocked(ElementType.Q8_0, seed: 2, pairedHead: head);
        float[] rows = Values(stored), ours = Values(paired);
        for (int row = 0; row < Rows; row++)
        {
            int inHead = row % head;
            int file = row - inHead + (inHead < head / 2 ? 2 * inHead : (2 * (inHead - (head / 2))) + 1);
            Assert.Equal(
                rows.AsSpan(file * Columns, Columns).ToArray(), ours.AsSpan(row * Columns, Columns).ToArray());
        }
    }

    [Fact]
    public void A_scale_that_is_no_number_is_found_wherever_its_type_keeps_it()
    {
        foreach (ElementType type in Enum.GetValues<ElementType>().Where(t => ElementTypes.IsBlocked(t)))
        {
            int bytes = ElementTypes.BlockBytes(type), values = ElementTypes.BlockValues(type);
            var blocks = new byte[3 * bytes];
            for (int at = bytes; at < (2 * bytes) - 1; at++)
            {
                blocks.AsSpan().Clear();
                (blocks[at], blocks[at + 1]) = (0, 0x7c);
                var wide = new float[3 * values];
                fixed (byte* from = blocks)
                fixed (float* to = wide) BlockWidening.Widen(type, from, wide.Length, to);
                bool finite = wide.All(float.IsFinite);
                // Infinity times nothing is no number, so every bad scale shows in the values; the check is as strict.
                Assert.True(finite == BlockWidening.HasFiniteScales(type, blocks) || finite, $"{type} at byte {at - bytes}");
            }
        }
    }

    private static PackedWeight Blocked(ElementType type, int seed, int pairedHead)
    {
        byte[] bytes = RandomBlocks.Of(type, Rows, Columns, seed);
        var buffer = new NativeBuffer(bytes.Length);
        bytes.CopyTo(new Span<byte>(buffer.Pointer, bytes.Length));
        return new PackedWeight(new BlockRows(buffer.Pointer, type, Rows, Columns, pairedHead, buffer));
    }

    private static PackedWeight Widened(PackedWeight blocks)
    {
        var wide = new PackedWeight(Rows, Columns, ElementType.Float32);
        blocks.WidenTo(wide);
        Assert.Equal(Values(blocks), Values(wide));
        return wide;
    }

    private static float[] Values(PackedWeight weight)
    {
        var values = new float[weight.Rows * weight.Columns];
        for (int r = 0; r < weight.Rows; r++) weight.CopyRow(r, values.AsSpan(r * weight.Columns, weight.Columns));
        return values;
    }
}
