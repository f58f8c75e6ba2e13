using System.Diagnostics;
using System.Numerics;
using System.Runtime.InteropServices;
using Innate.Compute;
using Innate.Compute.Memory;

namespace Innate.Bench;

/// <summary>What the machine gives at best, measured in the same run as what is held against it.</summary>
internal static unsafe class MachineLimits
{
    /// <summary>GFLOP/s of a large float32 product of our own: the best of some.</summary>
    public static double MatrixPeak(IKernels kernels)
    {
        const int M = 480, N = 4096, K = 1024;
        using NativeBuffer xs = new((long)M * K * 4), ys = new((long)M * N * 4);
        var random = new Random(1);
        Matrix x = new((float*)xs.Pointer, M, K, K), y = new((float*)ys.Pointer, M, N, N);
        for (int i = 0; i < M * K; i++) x.Data[i] = random.NextSingle() - 0.5f;
        using var weight = new PackedWeight(N, K, ElementType.Float32);
        var panel = new float[32 * K];
        for (int p = 0; p < N / 32; p++)
        {
            for (int i = 0; i < panel.Length; i++) panel[i] = random.NextSingle() - 0.5f;
            weight.SetPanel(p, MemoryMarshal.AsBytes<float>(panel));
        }

        double best = double.MaxValue;
        for (int i = 0; i < 7; i++)
        {
            long start = Stopwatch.GetTimestamp();
            kernels.Linear(x, [new Projection(weight, null, y)]);
            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalSeconds);
        }

        return 2e-9 * M * N * K / best;
    }

    /// <summary>GB/s at which all threads together read memory that no cache holds.</summary>
    public static double ReadingSpeed(int threads)
    {
        const long Size = 1L << 29;
        using NativeBuffer buffer = new(Size);
        long* data = (long*)buffer.Pointer;
        long words = Size / 8;
        for (long i = 0; i < words; i++) data[i] = i;
        double best = double.MaxValue;
        var sums = new long[threads * 16];
        for (int i = 0; i < 3; i++)
        {
            long start = Stopwatch.GetTimestamp();
            Parallel.For(0, threads, new ParallelOptions { MaxDegreeOfParallelism = threads }, t =>
            {
                long each = words / threads;
                var (a, b) = (Vector<long>.Zero, Vector<long>.Zero);
                int lanes = Vector<long>.Count;
                for (long* at = data + (t * each), end = at + each; at < end; at += 2 * lanes)
                {
                    a += Vector.Load(at);
                    b += Vector.Load(at + lanes);
                }

                sums[t * 16] += Vector.Sum(a + b);
            });
            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalSeconds);
        }

        return 1e-9 * Size / best;
    }
}
