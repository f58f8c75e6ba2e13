using System.Diagnostics;
using System.Globalization;
using Innate.Compute;
using Innate.Compute.Simd;
using Innate.Generation;
using Innate.Models;

namespace Innate.Bench;

/// <summary>
/// Our rates on one text, as Innate.LlamaPeer's <c>speed</c> tells llama.cpp's: the log-probability of every token of it, then
/// writing in one stream and in eight. In process, loading left out; medians of seven.
/// </summary>
internal static class ModelSpeed
{
    private const int Rounds = 7, Streams = 8;

    /// <param name="args">A folder or GGUF file, exact or int8, tokens to write, threads. A line of ids on the input.</param>
    public static int Run(string[] args)
    {
        ComputeMode mode = args[1] == "int8" ? ComputeMode.Int8 : ComputeMode.Exact;
        int count = int.Parse(args[2], CultureInfo.InvariantCulture);
        int threads = args.Length > 3 ? int.Parse(args[3], CultureInfo.InvariantCulture) : 2;
        int[] ids = [.. Console.ReadLine()!.Split(' ').Select(int.Parse)];
        using LanguageModel model = LanguageModel.Load(args[0], new() { Threads = threads, Compute = mode });
        int[] prompt = ids[..Math.Min(32, ids.Length)];
        TraceQuery query = new(ids[..1], [ids[1..]]);
        double score = Median(() => model.Trace([query]));
        // Reading the prompt is no part of it.
        double Write(int streams) => Median(() => Generate(model, prompt, streams, count)) -
            Median(() => Generate(model, prompt, streams, 1));
        double one = Write(1), eight = Write(Streams);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $$"""{"path": "{{SimdPaths.Choose()}}", "compute": "{{args[1]}}", "score": {{ids.Length / score:0.0}},"""
            + $$""" "decode_1": {{(count - 1) / one:0.0}}, "decode_8": {{Streams * (count - 1) / eight:0.0}}}"""));
        return 0;
    }

    private static void Generate(LanguageModel model, int[] prompt, int streams, int count) =>
        model.Generate([prompt], streams, new SamplingOptions { MaxTokens = count, Temperature = 0, Lookup = false });

    private static double Median(Action work)
    {
        work();
        return Enumerable.Range(0, Rounds).Select(_ =>
        {
            long start = Stopwatch.GetTimestamp();
            work();
            return Stopwatch.GetElapsedTime(start).TotalSeconds;
        }).Order().ElementAt(Rounds / 2);
    }
}
