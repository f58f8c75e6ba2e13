using System.Diagnostics;
using System.Globalization;
using Innate.Compute;
using Innate.Learning.Optimization;
using Innate.Models;

namespace Innate.Bench;

/// <summary>
/// One AdamW step a batch of random ids, as bench/peers' and the shared PyTorch peer do it: forward, gradient, clipping by the
/// norm, update. The first step warms up.
/// </summary>
internal static class TrainSpeed
{
    /// <param name="args">Model folder, then threads, batch, length, steps.</param>
    public static int Run(string[] args)
    {
        int Number(int i, int fallback) => i < args.Length ? int.Parse(args[i], CultureInfo.InvariantCulture) : fallback;
        (int threads, int batch, int length, int steps) = (Number(1, 2), Number(2, 8), Number(3, 256), Number(4, 5));
        using LanguageModel model = LanguageModel.Load(args[0], new() { Threads = threads });
        CausalLanguageModel decoder = model.Decoder;
        using var weights = new TrainedWeights(decoder.Parameters);
        using var pass = new GradientPass(decoder, weights.Gradients);

        var random = new Random(1);
        var tree = new TokenTree();
        List<int> rows = [], targets = [];
        for (int b = 0; b < batch; b++)
        {
            int[] ids = [.. Enumerable.Range(0, length).Select(_ => random.Next(decoder.Config.VocabularySize))];
            for (int t = 0; t + 1 < length; t++)
            {
                rows.Add(tree.TokenCount + t);
                targets.Add(ids[t + 1]);
            }

            tree.Add(-1, ids);
        }

        var gradient = new HeadGradient([.. rows.Select(_ => -1.0 / rows.Count)]);
        var times = new List<double>();
        double loss = 0;
        for (int step = 1; step <= steps + 1; step++)
        {
            long start = Stopwatch.GetTimestamp();
            HeadTrace trace = pass.Forward(tree, [.. rows], [.. targets]);
            loss = trace.LogSumExp.Zip(trace.Q, (all, one) => all - one).Average();
            double forward = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            pass.Backward(gradient);
            double backward = Stopwatch.GetElapsedTime(start).TotalMilliseconds - forward;
            double norm = weights.GradientNorm(decoder.Kernels);
            AdamW.Step(decoder.Kernels, weights, new AdamWOptions(), step, 1e-4, norm);
            double all = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            if (step > 1) times.Add(all);
            Console.Error.WriteLine(
                $"step {step}: loss {loss:0.0000}, norm {norm:0.000}, {forward:0} + {backward:0} + "
                + $"{all - forward - backward:0} ms");
        }

        double median = times.Order().ElementAt(times.Count / 2);
        double peak = Process.GetCurrentProcess().PeakWorkingSet64 / 1e6;
        double rate = 1000 * batch * length / median;
        Console.WriteLine(
            $$"""{"tokens": {{batch * length}}, "tokens_per_second": {{rate:0.0}}, "peak_mb": {{peak:0}}, "loss": {{loss}}}""");
        return 0;
    }
}
