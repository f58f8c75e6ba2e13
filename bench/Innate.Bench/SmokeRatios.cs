using System.Diagnostics;
using System.Runtime.InteropServices;
using Innate.Compute;
using Innate.Compute.Memory;
using Innate.Compute.Simd;

namespace Innate.Bench;

/// <summary>
/// One product, y = x W', in three ways in turn: three loops in C#, the kernels without vectors, and the kernels as this
/// processor runs them, all on one thread. Times are told as ratios, which mean something on a busy machine too, and decide
/// nothing; numbers do: the kernels' must be the same bits, and the loops' nearly the same.
/// </summary>
internal static unsafe class SmokeRatios
{
    private const int Rows = 64, Outputs = 512, Inputs = 512, Rounds = 5;

    /// <returns>0, or 1 where the numbers differ.</returns>
    public static int Run()
    {
        var random = new Random(1);
        using NativeBuffer xs = New(Rows * Inputs), ys = New(Rows * Outputs);
        var x = new Matrix((float*)xs.Pointer, Rows, Inputs, Inputs);
        var y = new Matrix((float*)ys.Pointer, Rows, Outputs, Outputs);
        for (int i = 0; i < Rows * Inputs; i++) x.Data[i] = random.NextSingle() - 0.5f;

        // Values of bf16, as checkpoints store them.
        ushort[] stored = new ushort[Outputs * Inputs];
        for (int i = 0; i < stored.Length; i++)
        {
            stored[i] = (ushort)(BitConverter.SingleToUInt32Bits(random.NextSingle() - 0.5f) >> 16);
        }

        float[] widened = [.. stored.Select(w => BitConverter.UInt32BitsToSingle((uint)w << 16))];
        using var weight = new PackedWeight(Outputs, Inputs, ElementType.BFloat16);
        for (int panel = 0; panel * 32 < Outputs; panel++)
        {
            weight.SetPanel(panel, MemoryMarshal.AsBytes(stored.AsSpan(panel * 32 * Inputs, 32 * Inputs)));
        }

        SimdPath best = SimdPaths.Choose();
        using IKernels fast = CpuKernels.Create(1, best), portable = CpuKernels.Create(1, SimdPath.Portable);
        (string Name, Action Work)[] ways =
        [
            ("loops", () => Loops(x, widened, y)),
            ("portable", () => portable.Linear(x, [new Projection(weight, null, y)])),
            ("kernels", () => fast.Linear(x, [new Projection(weight, null, y)])),
        ];
        double[][] times = [.. ways.Select(_ => new double[Rounds])];
        float[][] results = new float[ways.Length][];
        for (int round = 0; round < Rounds; round++)
        {
            for (int way = 0; way < ways.Length; way++)
            {
                ways[way].Work(); // compiled, and the caches filled
                long start = Stopwatch.GetTimestamp();
                ways[way].Work();
                times[way][round] = Stopwatch.GetElapsedTime(start).TotalSeconds;
                results[way] = new Span<float>(y.Data, Rows * Outputs).ToArray();
            }
        }

        double Median(int way) => times[way].Order().ElementAt(Rounds / 2);
        bool sameBits = results[1].AsSpan().SequenceEqual(results[2]);
        double furthest = results[0].Zip(results[2], (a, b) => Math.Abs((double)a - b)).Max();
        Console.WriteLine(
            $"product {Rows} x {Inputs} x {Outputs}, one thread, {best}: {Median(0) / Median(2):0.0} times the loops, "
            + $"{Median(1) / Median(2):0.0} times the kernels without vectors; "
            + $"{(sameBits ? "the same bits" : "OTHER BITS")}, {furthest:0.0e0} from the loops");
        return sameBits && furthest < 1e-4 ? 0 : 1;
    }

    private static NativeBuffer New(int floats) => new((long)floats * sizeof(float));

    private static void Loops(Matrix x, float[] weight, Matrix y)
    {
        for (int r = 0; r < Rows; r++)
        {
            for (int o = 0; o < Outputs; o++)
            {
                float sum = 0;
                for (int i = 0; i < Inputs; i++) sum += x.Data[(r * Inputs) + i] * weight[(o * Inputs) + i];
                y.Data[(r * Outputs) + o] = sum;
            }
        }
    }
}
