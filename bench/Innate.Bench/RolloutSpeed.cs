using System.Diagnostics;
using System.Globalization;
using Innate.Generation;

namespace Innate.Bench;

/// <summary>
/// Sampled tokens a second, once every branch has its first token; what share that is of the machine's matrix peak (a large
/// product of our own, timed in the same run), and the bytes of weights that were read a second beside the machine's reading
/// speed.
/// </summary>
internal static class RolloutSpeed
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
            (rates[round], peaks[round], reads[round]) = (rate, MachineLimits.MatrixPeak(model.Decoder.Kernels),
                MachineLimits.ReadingSpeed(threads));
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

    private static double Median(double[] values) => values.Order().ElementAt(values.Length / 2);
}
