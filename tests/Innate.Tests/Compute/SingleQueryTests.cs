using Innate.Compute;
using Innate.Compute.Memory;
using Innate.Compute.Simd;
using Innate.Tests.Support;

namespace Innate.Tests.Compute;

/// <summary>A token that is sampled alone sees what it would see in the middle of a text, to the bit.</summary>
public sealed unsafe class SingleQueryTests
{
    public static TheoryData<SimdPath> Paths => new(SimdPaths.Supported);

    [Theory]
    [MemberData(nameof(Paths))]
    public void One_query_alone_has_the_bits_of_its_place_in_a_batch(SimdPath path)
    {
        foreach ((int width, int prefix, int? window, float? cap, bool hasSinks) in ((int, int, int?, float?, bool)[])
            [(10, 25, null, null, false), (64, 37, null, null, false), (64, 200, 50, 3f, true), (80, 12, 5, null, true),
                (128, 61, 100, 2f, false)])
        {
            const int tokens = 27, heads = 6, keyHeads = 2;
            using IKernels kernels = CpuKernels.Create(2, path);
            using var memory = new TestMemory();
            var random = new Random(11);
            float[]? sinks = hasSinks ? [.. Enumerable.Range(0, heads).Select(h => (h * 7 % 5) - 1.5f)] : null;
            var shape = new AttentionShape(heads, keyHeads, width, 0.4f, cap, window) { Sinks = sinks };
            int total = prefix + tokens;
            Matrix q = memory.Random(random, total, heads * width), k = memory.Random(random, total, keyHeads * width);
            Matrix v = memory.Random(random, total, keyHeads * width);
            Matrix together = memory.New(total, heads * width), alone = memory.New(total, heads * width);
            KeyValueSpan Span(int start, int count)
            {
                // What lies beyond the last key is nothing that may be read as one.
                int capacity = (count + 11) / 12 * 12;
                return new KeyValueSpan(
                    (nint)memory.New(keyHeads * capacity, width, float.NaN).Data,
                    (nint)memory.New(keyHeads * capacity, width, float.NaN).Data, capacity, start, count);
            }

            KeyValueSpan first = Span(0, prefix), second = Span(prefix, tokens);
            AttentionNode[] nodes = [new AttentionNode(0, prefix, 0, [first]),
                new AttentionNode(prefix, tokens, prefix, [first, second])];
            kernels.AppendKeyValues(shape, nodes, k, v);
            kernels.TreeAttention(shape, nodes, q, together);
            AttentionNode[] single = [.. Enumerable.Range(0, tokens).Select(t => new AttentionNode(
                prefix + t, 1, prefix + t, [first, second with { Count = t + 1 }]))];
            kernels.TreeAttention(shape, single, q, alone);
            for (int t = prefix; t < total; t++)
            {
                Assert.True(together.Row(t).SequenceEqual(alone.Row(t)), $"width {width}, window {window}, position {t}");
            }
        }
    }
}
