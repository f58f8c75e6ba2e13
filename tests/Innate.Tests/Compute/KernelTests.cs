using Innate.Compute;
using Innate.Compute.Memory;
using Innate.Compute.Simd;
using System.Runtime.InteropServices;

namespace Innate.Tests.Compute;

/// <summary>Each kernel against a plain loop, on shapes with tails, on every instruction set.</summary>
public unsafe class KernelTests
{
    public static TheoryData<SimdPath> Paths => new(SimdPaths.Supported);

    [Theory]
    [MemberData(nameof(Paths))]
    public void A_product_is_one_chain_of_fused_steps_for_each_element(SimdPath path)
    {
        foreach (ElementType type in Enum.GetValues<ElementType>().Where(t => !ElementTypes.IsBlocked(t)))
        {
            foreach ((int rows, int outputs, int inputs) in ((int, int, int)[])[(1, 1, 1), (1, 70, 33), (3, 32, 16), (4, 5, 300),
                (13, 33, 64), (29, 100, 257), (250, 65, 40), (2, 3, 513), (14, 40, 600), (5, 33, 1000)])
            {
                using IKernels kernels = CpuKernels.Create(2, path);
                using var memory = new Memory();
                var random = new Random(rows * 1000 + outputs);
                Matrix x = memory.Random(random, rows, inputs), y = memory.New(rows, outputs);
                (PackedWeight weight, float[,] values) = Weight(random, outputs, inputs, type);
                using PackedWeight owned = weight;
                float[] bias = [.. Enumerable.Range(0, outputs).Select(i => i * 0.25f)];
                kernels.Linear(x, [new Projection(weight, bias, y)]);
                for (int r = 0; r < rows; r++)
                {
                    for (int n = 0; n < outputs; n++)
                    {
                        float sum = 0;
                        for (int k = 0; k < inputs; k++) sum = MathF.FusedMultiplyAdd(x.Row(r)[k], values[n, k], sum);
                        Assert.Equal(sum + bias[n], y.Row(r)[n]);
                    }
                }
            }
        }
    }

    [Theory]
    [InlineData(ElementType.Float32)]
    [InlineData(ElementType.Float16)]
    [InlineData(ElementType.BFloat16)]
    public void A_packed_weight_gives_its_rows_back(ElementType type)
    {
        (PackedWeight weight, float[,] values) = Weight(new Random(5), 67, 19, type);
        using PackedWeight owned = weight;
        var row = new float[19];
        for (int r = 0; r < 67; r++)
        {
            weight.CopyRow(r, row);
            for (int c = 0; c < 19; c++) Assert.Equal(values[r, c], row[c]);
        }
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public void Half_precision_widens_exactly_down_to_the_smallest_subnormal(SimdPath path)
    {
        // Every finite binary16, as a one-column weight times 1.
        Half[] all = [.. Enumerable.Range(0, 65536).Select(i => BitConverter.UInt16BitsToHalf((ushort)i)).Where(Half.IsFinite)];
        using var weight = new PackedWeight(all.Length, 1, ElementType.Float16);
        for (int p = 0; p < weight.Panels; p++)
        {
            weight.SetPanel(p, MemoryMarshal.AsBytes(all.AsSpan(p * 32, weight.RowsInPanel(p))));
        }

        using IKernels kernels = CpuKernels.Create(1, path);
        using var memory = new Memory();
        Matrix x = memory.New(1, 1), y = memory.New(1, all.Length);
        x.Row(0)[0] = 1;
        kernels.Linear(x, [new Projection(weight, null, y)]);
        for (int i = 0; i < all.Length; i++) Assert.Equal((float)all[i], y.Row(0)[i]);
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public void Rms_norm_gate_and_soft_cap_agree_with_float64(SimdPath path)
    {
        using IKernels kernels = CpuKernels.Create(2, path);
        using var memory = new Memory();
        foreach (int columns in (int[])[1, 15, 16, 24, 100])
        {
            var random = new Random(columns);
            Matrix x = memory.Random(random, 5, columns), up = memory.Random(random, 5, columns), y = memory.New(5, columns);
            float[] weight = [.. Enumerable.Range(0, columns).Select(i => 0.5f + (i * 0.01f))];
            kernels.RmsNorm(x, weight, 1e-6f, y);
            foreach (Activation activation in Enum.GetValues<Activation>())
            {
                Matrix gate = memory.Copy(x);
                kernels.Gate(activation, gate, up);
                for (int r = 0; r < 5; r++)
                {
                    for (int c = 0; c < columns; c++)
                    {
                        double v = x.Row(r)[c];
                        double a = activation == Activation.Silu
                            ? v / (1 + Math.Exp(-v))
                            : 0.5 * v * (1 + Math.Tanh(Math.Sqrt(2 / Math.PI) * (v + (0.044715 * v * v * v))));
                        Assert.Equal(a * up.Row(r)[c], gate.Row(r)[c], 2e-6);
                    }
                }
            }

            Matrix capped = memory.Copy(x);
            kernels.SoftCap(capped, 1.5f);
            for (int r = 0; r < 5; r++)
            {
                double mean = x.Row(r).ToArray().Select(v => (double)v * v).Average();
                for (int c = 0; c < columns; c++)
                {
                    Assert.Equal(x.Row(r)[c] / Math.Sqrt(mean + 1e-6) * weight[c], y.Row(r)[c], 2e-6);
                    Assert.Equal(1.5 * Math.Tanh(x.Row(r)[c] / 1.5), capped.Row(r)[c], 1e-6);
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public void The_trace_head_agrees_with_float64_for_any_vocabulary(SimdPath path)
    {
        foreach (int vocabulary in (int[])[1, 2, 31, 256, 257, 1000])
        {
            using IKernels kernels = CpuKernels.Create(2, path);
            using var memory = new Memory();
            var random = new Random(vocabulary);
            (PackedWeight head, float[,] w) = Weight(random, vocabulary, 20, ElementType.Float32);
            using PackedWeight owned = head;
            Matrix x = memory.Random(random, 17, 20);
            foreach (ref float v in x.Reshape(1, 340).Row(0)) v *= 5;
            int[] targets = [.. Enumerable.Range(0, 17).Select(i => i * 7 % vocabulary)];
            const double Alpha = 0.6;
            HeadTrace trace = kernels.TraceHead(x, head, null, targets, Alpha);
            HeadTrace capped = kernels.TraceHead(x, head, 2.5f, targets, 1);
            HeadTrace almostOne = kernels.TraceHead(x, head, null, targets, 1 + 1e-9);

            Matrix stored = memory.New(17, vocabulary);
            kernels.Linear(x, [new Projection(head, null, stored)]);
            HeadTrace again = kernels.TraceLogits(stored, targets);
            for (int r = 0; r < 17; r++)
            {
                double[] z = [.. stored.Row(r).ToArray().Select(v => (double)v)];
                double max = z.Max();
                double lse = max + Math.Log(z.Sum(v => Math.Exp(v - max)));
                Assert.Equal(z[targets[r]], trace.Q[r]);
                Assert.Equal(lse, trace.LogSumExp[r], 1e-5);
                Assert.Equal(max + (Alpha * Math.Log(z.Sum(v => Math.Exp((v - max) / Alpha)))), trace.V[r], 1e-5);
                Assert.Equal(z.Sum(v => -Math.Exp(v - lse) * (v - lse)), trace.Entropy[r], 1e-5);
                Assert.Equal(z.Average(), trace.MeanLogit[r], 1e-5);
                double[] c = [.. z.Select(v => 2.5 * Math.Tanh(v / 2.5))];
                Assert.Equal(c[targets[r]], capped.Q[r], 1e-5);
                Assert.Equal(Math.Log(c.Sum(Math.Exp)), capped.V[r], 1e-5);
                Assert.Equal(lse, almostOne.V[r], 1e-5);
                Assert.Equal(trace.Q[r], again.Q[r]);
                Assert.Equal(trace.MeanLogit[r], again.MeanLogit[r]);
                Assert.Equal(trace.LogSumExp[r], again.LogSumExp[r]);
                Assert.Equal(trace.Entropy[r], again.Entropy[r]);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public void What_is_not_a_number_stays_visible(SimdPath path)
    {
        using IKernels kernels = CpuKernels.Create(1, path);
        using var memory = new Memory();
        (PackedWeight head, _) = Weight(new Random(1), 40, 8, ElementType.Float32);
        using PackedWeight owned = head;
        Matrix x = memory.Random(new Random(2), 2, 8), up = memory.Random(new Random(3), 2, 8);
        x.Row(1)[3] = float.NaN;
        HeadTrace trace = kernels.TraceHead(x, head, 30, [0, 0], 1);
        kernels.Gate(Activation.Silu, x, up);
        Assert.True(double.IsFinite(trace.V[0]) && double.IsNaN(trace.V[1]) && double.IsNaN(trace.Q[1]));
        Assert.True(float.IsFinite(x.Row(0)[3]) && float.IsNaN(x.Row(1)[3]));
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public void Attention_agrees_with_float64_over_a_path_of_spans_with_window_and_cap(SimdPath path)
    {
        foreach ((int? window, float? cap, int prefix, int tokens, int heads, bool hasSinks) in ((int?, float?, int, int, int, bool)[])
            [(null, null, 25, 14, 6, false), (5, null, 25, 14, 6, false), (null, 2f, 24, 12, 6, false), (30, 3f, 25, 14, 6, false),
                (null, null, 430, 210, 6, false), (250, null, 430, 210, 2, false), (null, null, 25, 14, 40, false),
                (null, null, 25, 14, 6, true), (5, null, 25, 14, 40, true), (250, 2f, 430, 210, 2, true)])
        {
            // Spans longer than a block of keys; one query head a key head, and more of them than a tile has lanes.
            int group = heads / 2, width = heads * 10;
            using IKernels kernels = CpuKernels.Create(2, path);
            using var memory = new Memory();
            var random = new Random(3);
            float[]? sinks = hasSinks ? [.. Enumerable.Range(0, heads).Select(h => (h * 7 % 5) - 1.5f)] : null;
            var shape = new AttentionShape(heads, 2, 10, 0.4f, cap, window) { Sinks = sinks };
            int total = prefix + tokens;
            Matrix q = memory.Random(random, total, width), k = memory.Random(random, total, 20);
            Matrix v = memory.Random(random, total, 20), o = memory.New(total, width);
            KeyValueSpan Span(int start, int count)
            {
                int capacity = (count + 11) / 12 * 12;
                return new KeyValueSpan(
                    (nint)memory.New(2 * capacity, 10).Data, (nint)memory.New(2 * capacity, 10).Data, capacity, start, count);
            }

            KeyValueSpan first = Span(0, prefix), second = Span(prefix, tokens);
            AttentionNode[] nodes = [new AttentionNode(0, prefix, 0, [first]),
                new AttentionNode(prefix, tokens, prefix, [first, second])];
            kernels.AppendKeyValues(shape, nodes, k, v);
            kernels.TreeAttention(shape, nodes, q, o);
            for (int t = 0; t < total; t += total > 100 ? 7 : 1)
            {
                for (int head = 0; head < heads; head++)
                {
                    int kv = head / group;
                    int from = window is { } w ? Math.Max(0, t - w + 1) : 0;
                    double[] scores = [.. Enumerable.Range(from, t - from + 1).Select(j =>
                    {
                        double s = 0.4f
                            * Enumerable.Range(0, 10).Sum(d => (double)q.Row(t)[(head * 10) + d] * k.Row(j)[(kv * 10) + d]);
                        return cap is { } c ? c * Math.Tanh(s / c) : s;
                    })];
                    double sum = scores.Sum(Math.Exp) + (sinks is null ? 0 : Math.Exp(sinks[head]));
                    for (int d = 0; d < 10; d++)
                    {
                        double expected = scores.Select((s, i) => Math.Exp(s) / sum * v.Row(from + i)[(kv * 10) + d]).Sum();
                        Assert.Equal(expected, o.Row(t)[(head * 10) + d], 5e-6);
                    }
                }
            }
        }
    }

    private static (PackedWeight Weight, float[,] Values) Weight(Random random, int rows, int columns, ElementType type)
    {
        var weight = new PackedWeight(rows, columns, type);
        var values = new float[rows, columns];
        for (int p = 0; p < weight.Panels; p++)
        {
            int inPanel = weight.RowsInPanel(p);
            var bytes = new List<byte>();
            for (int r = p * 32; r < (p * 32) + inPanel; r++)
            {
                for (int c = 0; c < columns; c++)
                {
                    float x = (float)(random.NextDouble() - 0.5);
                    switch (type)
                    {
                        case ElementType.Float32: bytes.AddRange(BitConverter.GetBytes(x)); values[r, c] = x; break;
                        case ElementType.Float16: bytes.AddRange(
                            BitConverter.GetBytes((Half)x)); values[r, c] = (float)(Half)x; break;
                        default:
                            uint bits = BitConverter.SingleToUInt32Bits(x) & 0xffff0000;
                            bytes.AddRange(BitConverter.GetBytes((ushort)(bits >> 16)));
                            values[r, c] = BitConverter.UInt32BitsToSingle(bits);
                            break;
                    }
                }
            }

            weight.SetPanel(p, CollectionsMarshal.AsSpan(bytes));
        }

        return (weight, values);
    }

    private sealed class Memory : IDisposable
    {
        private readonly List<NativeBuffer> _buffers = [];

        public Matrix New(int rows, int columns)
        {
            var buffer = new NativeBuffer((long)rows * columns * sizeof(float));
            _buffers.Add(buffer);
            return new Matrix((float*)buffer.Pointer, rows, columns, columns);
        }

        public Matrix Random(Random random, int rows, int columns)
        {
            Matrix m = New(rows, columns);
            for (int r = 0; r < rows; r++)
            {
                foreach (ref float v in m.Row(r)) v = (float)((random.NextDouble() * 4) - 2);
            }

            return m;
        }

        public Matrix Copy(Matrix from)
        {
            Matrix m = New(from.Rows, from.Columns);
            for (int r = 0; r < from.Rows; r++) from.Row(r).CopyTo(m.Row(r));
            return m;
        }

        public void Dispose() => _buffers.ForEach(b => b.Dispose());
    }
}
