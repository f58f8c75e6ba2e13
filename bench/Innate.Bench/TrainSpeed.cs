using System.Diagnostics;
using System.Globalization;
using Innate.Compute;
using Innate.Compute.Memory;
using Innate.Learning.Optimization;
using Innate.Models;

namespace Innate.Bench;

/// <summary>
/// One AdamW step a batch of random ids, as bench/peers' and the shared PyTorch peer do it: forward, gradient, clipping by the
/// norm, update. The first step warms up. Beside the time stands what the machine can do, P: the rate of one large float32
/// product on the same threads; and where the threads' time went.
/// </summary>
internal static class TrainSpeed
{
    /// <param name="args">
    /// Model folder, then threads, batch, length, steps; a sixth, "group", makes of the batch one tree instead: a prompt of 128
    /// tokens with so many branches, whose tokens alone the head reads; "bfloat16" anywhere: moments of that type.
    /// </param>
    public static int Run(string[] args)
    {
        int Number(int i, int fallback) => i < args.Length ? int.Parse(args[i], CultureInfo.InvariantCulture) : fallback;
        (int threads, int batch, int length, int steps) = (Number(1, 2), Number(2, 8), Number(3, 256), Number(4, 5));
        bool isGroup = args.ElementAtOrDefault(5) == "group";
        using LanguageModel model = LanguageModel.Load(args[0], new() { Threads = threads });
        var clock = new WorkClock(threads);
        using var kernels = new ClockedKernels(CpuKernels.Create(threads, path: null, clock), clock);
        CausalLanguageModel decoder = Clocked(model.Decoder, kernels);
        using var weights = new TrainedWeights(decoder.Parameters, narrowMoments: args.Contains("bfloat16"));
        using var pass = new GradientPass(decoder, weights.Gradients);
        (TokenTree tree, int[] rows, int[] targets) = isGroup
            ? Group(decoder.Config.VocabularySize, 128, batch, length)
            : Sequences(decoder.Config.VocabularySize, batch, length);

        var gradient = new HeadGradient([.. rows.Select(_ => -1.0 / rows.Length)]);
        double operations = Operations(decoder, tree, rows.Length);
        var times = new List<double>();
        var peakRates = new List<double>();
        var shares = new List<double>();
        double loss = 0, peakMemory = 0;
        for (int step = 1; step <= steps + 1; step++)
        {
            if (step == 2)
            {
                peakMemory = Process.GetCurrentProcess().PeakWorkingSet64 / 1e6;
                clock.Clear();
            }

            // Beside each step, as a machine's clock and neighbours change.
            if (step > 1) peakRates.Add(PeakRate(threads));
            long start = Stopwatch.GetTimestamp();
            HeadTrace trace = pass.Forward(tree, rows, targets);
            loss = trace.LogSumExp.Zip(trace.Q, (all, one) => all - one).Average();
            double forward = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            pass.Backward(gradient);
            double backward = Stopwatch.GetElapsedTime(start).TotalMilliseconds - forward;
            double norm = weights.GradientNorm(decoder.Kernels);
            AdamW.Step(decoder.Kernels, weights, new AdamWOptions(), step, 1e-4, norm);
            double all = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            if (step > 1)
            {
                times.Add(all);
                shares.Add(operations / all / 1e6 / peakRates[^1]);
            }

            Console.Error.WriteLine(
                $"step {step}: loss {loss:0.0000}, norm {norm:0.000}, {forward:0} + {backward:0} + "
                + $"{all - forward - backward:0} ms");
        }

        double median = Median(times);
        Breakdown(clock, threads, times);
        Console.WriteLine(
            $$"""{"tokens": {{tree.TokenCount}}, "tokens_per_second": {{1000 * tree.TokenCount / median:0.0}},"""
            + $$""" "gflops": {{operations / median / 1e6:0}}, "peak_gflops": {{Median(peakRates):0}},"""
            + $$""" "of_peak": {{Median(shares):0.000}}, "peak_mb": {{peakMemory:0}}, "loss": {{loss}}}""");
        return 0;
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

    /// <summary>
    /// Floating-point operations of a step: of each weight of a map and token a multiplication and an addition forward, and twice
    /// that backward (dx and dW), the head's for the tokens that it reads; of attention 4 products of a head's width a query and
    /// key that it sees forward (q.k and p v, two operations each), and twice that backward. What is computed again is not
    /// counted.
    /// </summary>
    private static double Operations(CausalLanguageModel model, TokenTree tree, int headRows)
    {
        double maps = model.Maps.Sum(m => (double)m.Map.Weight.Rows * m.Map.Weight.Columns);
        double head = (double)model.Head.Rows * model.Head.Columns;
        double attention = 0;
        foreach (TokenNode node in tree.Nodes)
        {
            double before = 0;
            for (int parent = node.Parent; parent >= 0; parent = tree.Nodes[parent].Parent)
            {
                before += tree.Nodes[parent].Tokens.Length;
            }

            double tokens = node.Tokens.Length;
            attention += tokens * (before + ((tokens + 1) / 2));
        }

        attention *= 4.0 * model.Config.HeadCount * model.Config.HeadDimension * model.Layers.Count;
        return 3 * ((2 * ((maps * tree.TokenCount) + (head * headRows))) + attention);
    }

    private static void Breakdown(WorkClock clock, int threads, List<double> times)
    {
        double all = threads * times.Sum() / 1000, known = 0;
        foreach (WorkKind kind in Enum.GetValues<WorkKind>())
        {
            double seconds = clock.Seconds(kind);
            known += seconds;
            Line(kind.ToString(), seconds);
        }

        Line("idle", all - known);

        void Line(string name, double seconds) => Console.Error.WriteLine(
            $"{name,-20}{1000 * seconds / threads / times.Count,8:0} ms a step {100 * seconds / all,6:0.0} %");
    }

    /// <summary>P: 1,024 rows by a float32 weight of 4,096 by 4,096, the median of five products, in GF/s.</summary>
    private static double PeakRate(int threads)
    {
        const int rows = 1024, size = 4096;
        using IKernels kernels = CpuKernels.Create(threads);
        using var weight = new PackedWeight(size, size, ElementType.Float32);
        using Workspace x = new(), y = new();
        Matrix flat = weight.Flat(), input = x.Matrix(rows, size), output = y.Matrix(rows, size);
        var random = new Random(3);
        for (int r = 0; r < flat.Rows; r++) Fill(flat.Row(r));
        for (int r = 0; r < rows; r++) Fill(input.Row(r));
        var times = new List<double>();
        for (int i = 0; i < 6; i++)
        {
            long start = Stopwatch.GetTimestamp();
            kernels.Linear(input, [new Projection(weight, null, output)]);
            if (i > 0) times.Add(Stopwatch.GetElapsedTime(start).TotalSeconds);
        }

        return 2.0 * rows * size * size / Median(times) / 1e9;

        void Fill(Span<float> values)
        {
            foreach (ref float v in values) v = random.NextSingle() - 0.5f;
        }
    }

    /// <summary>The same model on kernels that are measured; the original keeps its memory.</summary>
    private static CausalLanguageModel Clocked(CausalLanguageModel model, IKernels kernels) => new()
    {
        Config = model.Config, Kernels = kernels, Embedding = model.Embedding, Layers = model.Layers,
        FinalNorm = model.FinalNorm, Head = model.Head, Rotaries = model.Rotaries, Parameters = model.Parameters,
        Maps = model.Maps,
    };

    private static (TokenTree Tree, int[] Rows, int[] Targets) Sequences(int vocabulary, int batch, int length)
    {
        var random = new Random(1);
        var tree = new TokenTree();
        List<int> rows = [], targets = [];
        for (int b = 0; b < batch; b++)
        {
            int[] ids = [.. Enumerable.Range(0, length).Select(_ => random.Next(vocabulary))];
            for (int t = 0; t + 1 < length; t++)
            {
                rows.Add(tree.TokenCount + t);
                targets.Add(ids[t + 1]);
            }

            tree.Add(-1, ids);
        }

        return (tree, [.. rows], [.. targets]);
    }

    /// <summary>A prompt and its responses; a response's first token is read at the prompt's last.</summary>
    private static (TokenTree Tree, int[] Rows, int[] Targets) Group(int vocabulary, int prompt, int responses, int length)
    {
        var random = new Random(1);
        var tree = new TokenTree();
        int[] Draw(int count) => [.. Enumerable.Range(0, count).Select(_ => random.Next(vocabulary))];
        int root = tree.Add(-1, Draw(prompt));
        List<int> rows = [], targets = [];
        for (int r = 0; r < responses; r++)
        {
            int[] ids = Draw(length);
            int first = tree.TokenCount;
            for (int t = 0; t < length; t++)
            {
                rows.Add(t == 0 ? prompt - 1 : first + t - 1);
                targets.Add(ids[t]);
            }

            tree.Add(root, ids);
        }

        return (tree, [.. rows], [.. targets]);
    }
}
