using System.Diagnostics;
using System.Globalization;
using Innate.Checkpoints;
using Innate.Compute;
using Innate.Compute.Kernels;
using Innate.Compute.Memory;
using Innate.Compute.Simd;
using Innate.Learning.Optimization;
using Innate.Models;

namespace Innate.Bench;

/// <summary>
/// One LoRA step on one long sequence of random ids, either as the product does it (head and MLP in blocks, StreamBP) or plainly:
/// layers checkpointed, but all logits stored for the loss, and the MLP's inner matrices for all rows. Gradients must agree.
/// </summary>
internal static unsafe class TrainMemory
{
    /// <param name="args">Model folder; stream or plain; tokens; threads.</param>
    public static int Run(string[] args)
    {
        bool plain = args[1] == "plain";
        int length = int.Parse(args.ElementAtOrDefault(2) ?? "8192", CultureInfo.InvariantCulture);
        int threads = int.Parse(args.ElementAtOrDefault(3) ?? "2", CultureInfo.InvariantCulture);
        using LanguageModel model = LanguageModel.Load(args[0], new() { Threads = threads });
        CausalLanguageModel decoder = model.Decoder;
        LoraAdapters adapters = LoraAdapters.Attach(
            decoder, new AdapterConfig { Rank = 8, Alpha = 16, TargetModules = [AdapterConfig.AllLinear] }, seed: 1);
        using var weights = new TrainedWeights(adapters.Parameters);
        var whole = new WholeHead(decoder.Kernels);
        using var pass = plain
            ? new GradientPass(decoder, weights.Gradients) { MlpRows = length, Head = whole.Backward, KeepBytes = 0 }
            : new GradientPass(decoder, weights.Gradients);
        var random = new Random(7);
        int[] ids = [.. Enumerable.Range(0, length).Select(_ => random.Next(decoder.Config.VocabularySize))];
        int[] rows = [.. Enumerable.Range(0, length - 1)];
        double before = Process.GetCurrentProcess().WorkingSet64 / 1e6;

        long start = Stopwatch.GetTimestamp();
        HeadTrace trace = pass.Forward(TokenTree.Of(ids[..^1]), rows, ids[1..]);
        double forward = Stopwatch.GetElapsedTime(start).TotalSeconds;
        pass.Backward(new HeadGradient([.. rows.Select(_ => -1.0 / rows.Length)]));
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds - whole.SecondProductSeconds;
        double norm = weights.GradientNorm(decoder.Kernels);
        double peak = Process.GetCurrentProcess().PeakWorkingSet64 / 1e6;
        double loss = trace.LogSumExp.Zip(trace.Q, (a, q) => a - q).Average();
        Console.WriteLine(
            $$"""{"mode": "{{args[1]}}", "tokens": {{length}}, "seconds": {{seconds:0.0}}, "forward_seconds": {{forward:0.0}},"""
            + $$""" "activation_peak_mb": {{peak - before:0}}, "model_mb": {{before:0}}, "loss": {{loss:R}},"""
            + $$""" "gradient_norm": {{norm:R}}}""");
        return 0;
    }

    /// <summary>The head's gradient from all logits at once: formed one time, turned into gradients where they lie.</summary>
    private sealed class WholeHead(IKernels kernels)
    {
        private const int Rows = 1008;

        public double SecondProductSeconds { get; private set; }

        public void Backward(
            Matrix hidden, PackedWeight head, float? softCap, int[] targets, HeadTrace trace, HeadGradient gradient,
            Matrix dHidden,
            PackedWeight? headGradient)
        {
            using var memory = new NativeBuffer((long)hidden.Rows * head.Rows * sizeof(float), zeroed: false);
            var logits = new Matrix((float*)memory.Pointer, hidden.Rows, head.Rows, head.Rows);
            // The forward pass would have left them here; its streamed product stands for this one, whose time is told apart.
            long start = Stopwatch.GetTimestamp();
            kernels.Linear(hidden, [new Projection(head, null, logits)]);
            SecondProductSeconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
            Parallel.For(0, hidden.Rows, new ParallelOptions { MaxDegreeOfParallelism = kernels.Threads }, t =>
                LogitGradientKernel.Run<Lanes512>(
                    logits.RowPointer(t), head.Rows, targets[t], trace.LogSumExp[t], trace.Entropy[t], (float)gradient.LogProb[t],
                    entropyGradient: 0, valueGradient: 0, softCap));
            for (int first = 0; first < hidden.Rows; first += Rows)
            {
                int rows = Math.Min(Rows, hidden.Rows - first);
                kernels.LinearBackward(
                    hidden.Slice(first, rows),
                    [new ProjectionGradient(logits.Slice(first, rows), head, headGradient, null)],
                    dHidden.Slice(first, rows), add: false);
            }
        }
    }
}
