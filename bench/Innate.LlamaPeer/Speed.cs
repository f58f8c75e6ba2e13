using System.Diagnostics;
using System.Globalization;
using LLama;
using LLama.Common;
using LLama.Native;

/// <summary>llama.cpp's rates on one text, at its own defaults with two threads: medians of seven.</summary>
internal static class Speed
{
    private const int Rounds = 7, Streams = 8;

    public static string Measure(LLamaWeights weights, string file, int[] ids, int count)
    {
        ModelParams parameters = new(file)
        {
            ContextSize = (uint)(ids.Length + (Streams * (count + 64)) + 64),
            BatchSize = 2048,
            UBatchSize = 512,
            GpuLayerCount = 0,
            Threads = 2,
            BatchThreads = 2,
            SeqMax = Streams,
        };
        using LLamaContext context = weights.CreateContext(parameters);
        int[] prompt = ids[..Math.Min(32, ids.Length)];
        double last = Median(() => Prefill(context, ids, all: false)), every = Median(() => Prefill(context, ids, all: true));
        double one = Median(() => Decode(context, prompt, count, streams: 1));
        double eight = Median(() => Decode(context, prompt, count, Streams));
        return string.Create(
            CultureInfo.InvariantCulture,
            $$"""{"last_logits": {{ids.Length / last:0.0}}, "all_logits": {{ids.Length / every:0.0}},"""
            + $$""" "decode_1": {{count / one:0.0}}, "decode_8": {{Streams * count / eight:0.0}}}""");
    }

    private static double Median(Func<double> work)
    {
        work();
        return Enumerable.Range(0, Rounds).Select(_ => work()).Order().ElementAt(Rounds / 2);
    }

    private static double Prefill(LLamaContext context, int[] ids, bool all)
    {
        context.NativeHandle.MemoryClear();
        LLamaBatch batch = new();
        for (int i = 0; i < ids.Length; i++) batch.Add(ids[i], i, LLamaSeqId.Zero, all || i == ids.Length - 1);
        long start = Stopwatch.GetTimestamp();
        Require(context.Decode(batch));
        // Logits are there once they are read.
        float sum = 0;
        for (int i = 0; i < ids.Length && all; i++) sum += context.NativeHandle.GetLogitsIth(i)[0];
        if (!all) sum = context.NativeHandle.GetLogitsIth(ids.Length - 1)[0];
        GC.KeepAlive(sum);
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static double Decode(LLamaContext context, int[] prompt, int count, int streams)
    {
        context.NativeHandle.MemoryClear();
        LLamaBatch batch = new();
        for (int s = 0; s < streams; s++)
        {
            for (int i = 0; i < prompt.Length; i++) batch.Add(prompt[i], i, (LLamaSeqId)s, i == prompt.Length - 1);
        }

        Require(context.Decode(batch));
        long start = Stopwatch.GetTimestamp();
        for (int t = 0; t < count; t++)
        {
            batch.Clear();
            for (int s = 0; s < streams; s++) batch.Add(prompt[(t + s) % prompt.Length], prompt.Length + t, (LLamaSeqId)s, true);
            Require(context.Decode(batch));
            for (int s = 0; s < streams; s++) GC.KeepAlive(context.NativeHandle.GetLogitsIth(s)[0]);
        }

        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static void Require(DecodeResult result)
    {
        if (result != DecodeResult.Ok) throw new InvalidOperationException($"llama.cpp: {result}");
    }
}
