using System.Runtime.InteropServices;
using Innate.Checkpoints;
using Innate.Compute;
using Innate.Compute.Memory;
using Innate.Compute.Simd;
using Innate.Learning.Optimization;
using Innate.Models;
using Innate.Tests.Support;

namespace Innate.Tests.Compute;

/// <summary>What the optimizer keeps in fewer bits: a master beside a bfloat16 matrix, and bfloat16 means.</summary>
public sealed unsafe class OptimizerStateTests
{
    public static TheoryData<SimdPath> Paths => [.. SimdPaths.Supported];

    [Fact]
    public void A_value_taken_apart_is_put_together_again_whatever_side_it_was_rounded_from()
    {
        // Around every half step and whole step of bfloat16: below, at and above it, for even and odd neighbours, both signs.
        uint[] offsets = [0x0000, 0x0001, 0x7ffe, 0x7fff, 0x8000, 0x8001, 0xfffe, 0xffff];
        List<float> values = [];
        for (uint upper = 0; upper < 0x10000; upper++)
        {
            foreach (uint offset in offsets)
            {
                float value = BitConverter.UInt32BitsToSingle((upper << 16) | offset);
                if (!float.IsNaN(value)) values.Add(value);
            }
        }

        while (values.Count % 16 != 0) values.Add(0);
        float[] given = [.. values], second = [.. values.Select((_, i) => i % 3 * 0.5f)], found = new float[given.Length];
        ushort[] rounded = new ushort[given.Length], low = new ushort[given.Length];
        float[] means = [.. second];
        fixed (float* v = given, s = second, to = found)
        fixed (ushort* r = rounded, l = low)
        {
            HalfWords.Split(v, r, l, s, given.Length);
            for (int i = 0; i < given.Length; i++)
            {
                float stored = BitConverter.UInt32BitsToSingle((uint)rounded[i] << 16);
                Assert.Equal(ElementTypes.Round(given[i], ElementType.BFloat16), stored);
            }

            HalfWords.Join(r, l, s, to, given.Length);
        }

        Assert.True(Bits(given).SequenceEqual(Bits(found)));
        Assert.Equal(means, second);
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public void A_bfloat16_matrix_learns_to_the_bits_of_a_whole_float32_master(SimdPath path)
    {
        using IKernels kernels = CpuKernels.Create(2, path);
        using var memory = new TestMemory();
        var random = new Random(5);
        const int rows = 70, columns = 300;
        PackedWeight weight = memory.Weight(random, rows, columns, ElementType.BFloat16);
        PackedWeight whole = memory.Undefined(rows, columns, ElementType.Float32);
        weight.WidenTo(whole);
        PackedWeight copy = memory.Undefined(rows, columns, ElementType.BFloat16);
        PackedWeight m = Zero(memory, rows, columns), v = Zero(memory, rows, columns);
        using var learned = new TrainedParameter(
            new ModelParameter("w", ElementType.BFloat16, rows, columns) { TensorRows = rows, Matrix = weight });
        int halfSteps = 0;
        for (int t = 1; t <= 20; t++)
        {
            // The first steps are of 1/512 each, half a step of many a bfloat16; the others are of any size.
            PackedWeight d = memory.Weight(random, rows, columns);
            d.Flat().CopyTo(learned.Gradient);
            AdamWStep update = t <= 6
                ? new(Keep: 1, 1f / 512, 1, Beta1: 0, Beta2: 0, 1, Epsilon: 1e-30f)
                : new(Keep: 0.9999f, 0.003f, 0.7f, Beta1: 0.9f, Beta2: 0.99f, 2, Epsilon: 1e-6f);
            learned.Step(kernels, update, t);
            kernels.AdamW(update, whole.Flat(), d.Flat(), m.Flat(), v.Flat());
            kernels.Narrow(whole, copy);
            if (t <= 6) halfSteps += Row(TestMemory.Read(whole)).Count(IsHalfStep);
            Assert.Equal(TestMemory.Read(copy), TestMemory.Read(weight));
        }

        Assert.True(halfSteps > 1000);
        using var folder = new TemporaryFolder();
        string file = folder["state.safetensors"];
        using (SafetensorsWriter writer = SafetensorsWriter.Create(file, [.. learned.StateTensors()]))
        {
            learned.WriteState(writer);
            writer.Complete();
        }

        using Checkpoint state = Checkpoint.OpenFile(file);
        Assert.Equal(Row(TestMemory.Read(whole)), Stored(state, "w.master"));
        Assert.Equal(Row(TestMemory.Read(v)), Stored(state, "w.second_moment"));
        weight.Clear();
        learned.ReadState(state);
        Assert.Equal(TestMemory.Read(copy), TestMemory.Read(weight));
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public void A_bfloat16_mean_square_follows_gradients_that_nearest_rounding_would_never_notice(SimdPath path)
    {
        using IKernels kernels = CpuKernels.Create(2, path);
        using IKernels portable = CpuKernels.Create(1, SimdPath.Portable);
        double[] ours = Run(kernels), others = Run(portable);
        Assert.Equal(others, ours);

        // From 1 to 0.25: a thousandth of the difference is less than half a step of bfloat16, each single time.
        double expected = 0.25 + (0.75 * Math.Pow(0.999, 2000));
        Assert.InRange(ours.Average(), expected - 0.01, expected + 0.01);
        Assert.True(ours.Max() - ours.Min() < 0.2);

        static double[] Run(IKernels kernels)
        {
            using var memory = new TestMemory();
            PackedWeight weight = Zero(memory, 32, 64);
            using var parameters = new TrainedParameter(
                new ModelParameter("w", ElementType.Float32, 32, 64) { TensorRows = 32, Matrix = weight }, narrowMoments: true);
            Matrix g = parameters.Gradient;
            for (int t = 0; t <= 2000; t++)
            {
                for (int r = 0; r < g.Rows; r++) g.Row(r).Fill(t == 0 ? 1 : 0.5f);
                float beta = t == 0 ? 0 : 0.999f;
                parameters.Step(kernels, new AdamWStep(1, 0, 1, 0.9f, beta, 1, 1e-8f), t);
            }

            using var folder = new TemporaryFolder();
            string file = folder["state.safetensors"];
            using (SafetensorsWriter writer = SafetensorsWriter.Create(file, [.. parameters.StateTensors()]))
            {
                parameters.WriteState(writer);
                writer.Complete();
            }

            using Checkpoint state = Checkpoint.OpenFile(file);
            Assert.Equal(ElementType.BFloat16, state.Tensors["w.second_moment"].Type);
            return Stored(state, "w.second_moment");
        }
    }

    private static double[] Stored(Checkpoint state, string name)
    {
        TensorInfo tensor = state.Tensors[name];
        var bytes = new byte[tensor.Length];
        state.Read(tensor, 0, bytes);
        var values = new float[tensor.Length / ElementTypes.SizeOf(tensor.Type)];
        ElementTypes.Widen(bytes, values, tensor.Type);
        return [.. values.Select(v => (double)v)];
    }

    private static PackedWeight Zero(TestMemory memory, int rows, int columns)
    {
        PackedWeight weight = memory.Undefined(rows, columns, ElementType.Float32);
        weight.Clear();
        return weight;
    }

    private static bool IsHalfStep(double value) => (BitConverter.SingleToUInt32Bits((float)value) & 0xffff) == 0x8000;

    private static double[] Row(double[,] values) => [.. values.Cast<double>()];

    private static ReadOnlySpan<byte> Bits(float[] values) => MemoryMarshal.AsBytes(values.AsSpan());
}
