using System.Globalization;
using LLama;
using LLama.Common;
using LLama.Native;

// llama.cpp, through LLamaSharp, as an independent reference for GGUF files. Lines of ids in, numbers out:
//   greedy FILE COUNT    the ids that follow each prompt, the likeliest first choice each time
//   logprobs FILE        the log-probability of each id after the first
//   quantize FILE TO TYPE  writes the file in llama.cpp's own mixture of types, such as Q4_K_M
//   speed FILE COUNT     tokens a second: reading the ids with the last logits, with all of them, then writing COUNT ids in one
//                        stream and in eight (its own defaults: keys and values in halves, flash attention where it chooses it)
// In a process of its own: a library in native code that dies takes no test with it.
NativeLogConfig.llama_log_set((level, text) =>
{
    if (level == LLamaLogLevel.Error) Console.Error.Write(text);
});
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
string command = args[0], file = args[1];
if (command == "quantize")
{
    NativeApi.llama_empty_call(); // finds the native library
    LLamaQuantizer.Quantize(file, args[2], args[3]);
    return;
}

using LLamaWeights weights = LLamaWeights.LoadFromFile(Parameters());
for (string? line = Console.ReadLine(); line is not null; line = Console.ReadLine())
{
    int[] ids = [.. line.Split(' ').Select(int.Parse)];
    if (command == "speed")
    {
        Console.WriteLine(Speed.Measure(weights, file, ids, int.Parse(args[2], CultureInfo.InvariantCulture)));
        continue;
    }

    using LLamaContext context = weights.CreateContext(Parameters());
    Console.WriteLine(command switch
    {
        "greedy" => string.Join(' ', Greedy(context, ids, int.Parse(args[2], CultureInfo.InvariantCulture))),
        "logprobs" => string.Join(' ', LogProbabilities(context, ids).Select(p => p.ToString("R", CultureInfo.InvariantCulture))),
        _ => throw new ArgumentException($"expected greedy or logprobs, found {command}"),
    });
}

// Keys and values in float32 as well: llama.cpp's own default would round them to halves.
ModelParams Parameters() => new(file)
{
    ContextSize = 2048,
    BatchSize = 2048,
    UBatchSize = 2048,
    GpuLayerCount = 0,
    Threads = 2,
    BatchThreads = 2,
    TypeK = GGMLType.GGML_TYPE_F32,
    TypeV = GGMLType.GGML_TYPE_F32,
    FlashAttention = false,
};

static List<int> Greedy(LLamaContext context, int[] prompt, int count)
{
    List<int> written = [];
    Read(context, prompt, first: 0, allLogits: false);
    int last = prompt.Length - 1;
    while (written.Count < count)
    {
        Span<float> logits = context.NativeHandle.GetLogitsIth(last);
        int best = 0;
        for (int i = 1; i < logits.Length; i++)
        {
            if (logits[i] > logits[best]) best = i;
        }

        written.Add(best);
        Read(context, [best], prompt.Length + written.Count - 1, allLogits: false);
        last = 0;
    }

    return written;
}

static IEnumerable<double> LogProbabilities(LLamaContext context, int[] ids)
{
    Read(context, ids, first: 0, allLogits: true);
    for (int i = 0; i + 1 < ids.Length; i++) yield return LogProbability(context.NativeHandle.GetLogitsIth(i), ids[i + 1]);
}

static double LogProbability(ReadOnlySpan<float> logits, int id)
{
    double max = double.NegativeInfinity, sum = 0;
    foreach (float logit in logits) max = Math.Max(max, logit);
    foreach (float logit in logits) sum += Math.Exp(logit - max);
    return logits[id] - max - Math.Log(sum);
}

static void Read(LLamaContext context, int[] ids, int first, bool allLogits)
{
    LLamaBatch batch = new();
    for (int i = 0; i < ids.Length; i++) batch.Add(ids[i], first + i, LLamaSeqId.Zero, allLogits || i == ids.Length - 1);
    DecodeResult result = context.Decode(batch);
    if (result != DecodeResult.Ok) throw new InvalidOperationException($"llama.cpp: {result}");
}
