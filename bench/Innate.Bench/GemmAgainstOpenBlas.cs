using System.Diagnostics;
using System.Runtime.InteropServices;
using Innate.Compute;
using Innate.Compute.Memory;
using Innate.Compute.Simd;

namespace Innate.Bench;

/// <summary>
/// Matrix products of the 0.5B shape, ours (bf16 weights, widened in the kernel) and OpenBLAS's (float32), in turn in one
/// run with the same threads. Medians; random numbers, never zeros. Debian: libopenblas0-pthread.
/// </summary>
internal static unsafe partial class GemmAgainstOpenBlas
{
    private const int RowMajor = 101, NoTranspose = 111, Transpose = 112;
    private const int Rounds = 9;

    public static void Run()
    {
        int threads = Environment.ProcessorCount;
        openblas_set_num_threads(threads);
        Console.WriteLine(
            $"GEMM against OpenBLAS ({Marshal.PtrToStringAnsi(openblas_get_corename())} kernels), {threads} threads, ours on "
            + $"{SimdPaths.Choose()}; GFLOP/s, medians of {Rounds}");
        Console.WriteLine("  tokens  outputs   inputs      ours  OpenBLAS   ratio");
        using IKernels kernels = CpuKernels.Create(threads);
        foreach ((int m, int n, int k) in ((int, int, int)[])[(480, 896, 896), (480, 128, 896), (480, 4864, 896),
            (480, 896, 4864), (480, 16384, 896), (64, 4864, 896), (1, 4864, 896), (1, 151936, 896)])
        {
            (double ours, double theirs) = Measure(kernels, m, n, k);
            double flop = 2e-9 * m * n * k;
            Console.WriteLine($"{m,8} {n,8} {k,8} {flop / ours,9:0.0} {flop / theirs,9:0.0} {theirs / ours,7:0.00}");
        }
    }

    private static (double Ours, double Theirs) Measure(IKernels kernels, int m, int n, int k)
    {
        var random = new Random(1);
        using NativeBuffer xs = new((long)m * k * 4), ws = new((long)n * k * 4), ys = new((long)m * n * 4);
        var x = new Matrix((float*)xs.Pointer, m, k, k);
        var y = new Matrix((float*)ys.Pointer, m, n, n);
        float* w = (float*)ws.Pointer;
        for (long i = 0; i < (long)m * k; i++) x.Data[i] = random.NextSingle() - 0.5f;
        for (long i = 0; i < (long)n * k; i++)
        {
            w[i] = BitConverter.UInt32BitsToSingle(BitConverter.SingleToUInt32Bits(random.NextSingle() - 0.5f) & 0xffff0000);
        }

        using var weight = new PackedWeight(n, k, ElementType.BFloat16);
        var panel = new ushort[32 * k];
        for (int p = 0; p < (n + 31) / 32; p++)
        {
            int values = Math.Min(32, n - (p * 32)) * k;
            for (int i = 0; i < values; i++)
            {
                panel[i] = (ushort)(BitConverter.SingleToUInt32Bits(w[((long)p * 32 * k) + i]) >> 16);
            }

            weight.SetPanel(p, MemoryMarshal.AsBytes(panel.AsSpan(0, values)));
        }

        int repeats = Math.Max(1, (int)(2e9 / (2.0 * m * n * k)));
        double[] ours = new double[Rounds], theirs = new double[Rounds];
        for (int round = -1; round < Rounds; round++)
        {
            double a = Time(repeats, () => kernels.Linear(x, [new Projection(weight, null, y)]));
            double b = Time(repeats, () =>
                cblas_sgemm(RowMajor, NoTranspose, Transpose, m, n, k, 1, x.Data, k, w, k, 0, y.Data, n));
            if (round >= 0) (ours[round], theirs[round]) = (a, b);
        }

        Array.Sort(ours);
        Array.Sort(theirs);
        return (ours[Rounds / 2], theirs[Rounds / 2]);
    }

    private static double Time(int repeats, Action action)
    {
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < repeats; i++) action();
        return Stopwatch.GetElapsedTime(start).TotalSeconds / repeats;
    }

    [LibraryImport("libopenblas.so.0")]
    private static partial void cblas_sgemm(
        int order, int transposeA, int transposeB, int m, int n, int k, float alpha, float* a, int lda, float* b, int ldb,
        float beta, float* c, int ldc);

    [LibraryImport("libopenblas.so.0")]
    private static partial void openblas_set_num_threads(int threads);

    [LibraryImport("libopenblas.so.0")]
    private static partial nint openblas_get_corename();
}
