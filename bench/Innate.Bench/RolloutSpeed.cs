using System.Diagnostics;
using System.Globalization;
using Innate.Compute;
using Innate.Compute.Memory;
using Innate.Generation;

namespace Innate.Bench;

/// <summary>
/// Sampled tokens a second, once every branch has its first token; what share that is of the machine's matrix peak (a large
/// product of our own, timed in the same run), and the bytes of weights that were read a second beside the machine's reading
/// speed.
/// </summary>
internal static unsafe class RolloutSpeed
{
    /// <param name="args">Model folder; branches; tokens a branch; prompt tokens; threads; temperature.</param>
    public static int Run(string[] args)
    {
        int Number(int i, int fallback) => i < args.Length ? int.Parse(args[i], CultureInfo.InvariantCulture) : fallback;
        (int branches, int tokens, int prompt, int threads) = (Number(1, 128), Number(2, 64), Number(3, 32), Number(4, 2));
        using LanguageModel model = LanguageModel.Load(args[0], new() { Threads = threads });
        long parameters = model.Decoder.Parameters.Sum(p => (long)p.Rows * p.Columns);
        long bytes = new DirectoryInfo(args[0]).GetFiles("*.safetensors").Sum(f => f.Length);
        double[] rates = new double[5], peaks = new double[5], reads = new double[5];
        var random = new Random(3);
        int[] question = [.. Enumerable.Range(0, prompt).Select(_ => random.Next(model.VocabularySize))];
        var generator = new ModelGenerator(model.Decoder) { Branches = branches };
        for (int round = -1; round < rates.Length; round++)
        {
            long start = 0;
            int seen = 0;
            generator.Generate([question], branches, new SamplingOptions { MaxTokens = tokens, Seed = (ulong)(round + 9) }, _ =>
            {
                if (++seen == branches) start = Stopwatch.GetTimestamp();
            });
            double rate = (seen - branches) / Stopwatch.GetElapsedTime(start).TotalSeconds;
            if (round < 0) continue;
            (rates[round], peaks[round], reads[round]) = (rate, MatrixPeak(model.Decoder.Kernels), ReadingSpeed(threads));
        }

        double median = Median(rates);
        Console.WriteLine($"{branches} branches, {threads} threads: {median:0} tokens/s ({rates.Min():0} to {rates.Max():0})");
        Console.WriteLine(
            $"matrix arithmetic: {2e-9 * parameters * median:0.0} of {Median(peaks):0.0} GFLOP/s "
            + $"({2e-9 * parameters * median / Median(peaks):0.0%})");
        Console.WriteLine(
            $"weights read: {1e-9 * bytes * median / branches:0.0} of {Median(reads):0.0} GB/s "
            + $"({1e-9 * bytes * median / branches / Median(reads):0.0%})");
        return 0;
    }

    private static double MatrixPeak(IKernels kernels)
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
            weight.SetPanel(p, System.Runtime.InteropServices.MemoryMarshal.AsBytes<float>(panel));
        }

        double best = double.MaxValue;
        for (int i = 0; i < 5; i++)
        {
            long start = Stopwatch.GetTimestamp();
            kernels.Linear(x, [new Projection(weight, null, y)]);
            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalSeconds);
        }

        return 2e-9 * M * N * K / best;
    }

    // How fast all threads together read memory that no cache holds.
    private static double ReadingSpeed(int threads)
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
                var (a, b) = (System.Numerics.Vector<long>.Zero, System.Numerics.Vector<long>.Zero);
                int lanes = System.Numerics.Vector<long>.Count;
                for (long* at = data + (t * each), end = at + each; at < end; at += 2 * lanes)
                {
                    a += System.Numerics.Vector.Load(at);
                    b += System.Numerics.Vector.Load(at + lanes);
                }

                sums[t * 16] += System.Numerics.Vector.Sum(a + b);
            });
            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalSeconds);
        }

        return 1e-9 * Size / best;
    }

    private static double Median(double[] values) => values.Order().ElementAt(values.Length / 2);
}
