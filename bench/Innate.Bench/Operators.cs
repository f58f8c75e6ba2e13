using System.Diagnostics;
using System.Globalization;
using Innate.Compute;
using Innate.Compute.Memory;
using Innate.Compute.Simd;
using Innate.Layers;
using Innate.Learning.Optimization;
using Innate.Models;
using Innate.Sessions;
using Innate.Traces;

namespace Innate.Bench;

/// <summary>
/// Every operator on a model's own shapes and weights, 512 rows or a sequence of 512 tokens, beside the machine's limits of the
/// same run: how much of them each takes. Last, a whole score of rows of 512 tokens. The arithmetic is counted as the formula
/// has it: causal attention half of all pairs, a backward product its two.
/// </summary>
/// <param name="model">The model.</param>
/// <param name="peak">GFLOP/s of one large product.</param>
/// <param name="reading">GB/s of streaming reads.</param>
internal sealed unsafe class Operators(CausalLanguageModel model, double peak, double reading) : IDisposable
{
    private const int Rows = 512, Rounds = 7;

    private readonly List<NativeBuffer> _buffers = [];
    private readonly Random _random = new(1);
    private readonly IKernels _kernels = model.Kernels;

    /// <param name="args">Model folder or .gguf; threads; a text whose tokens are scored: without one, random ids.</param>
    public static int Run(string[] args)
    {
        int threads = int.Parse(args.ElementAtOrDefault(1) ?? "2", CultureInfo.InvariantCulture);
        using ModelSession session = ModelSession.Open(args[0], threads);
        CausalLanguageModel model = session.Decoder!;
        (double peak, double reading) = (MachineLimits.MatrixPeak(model.Kernels), MachineLimits.ReadingSpeed(threads));
        Console.WriteLine(
            $"{session.Name}, {SimdPaths.Choose().ToString().ToLowerInvariant()}, {threads} threads: "
            + $"peak {peak:0.0} GFLOP/s, streaming reads {reading:0.0} GB/s");
        Console.WriteLine($"{"operator",-26}{"shape",-26}{"ms",10}{"rate",16}{"of limit",10}");
        using var operators = new Operators(model, peak, reading);
        operators.Products();
        operators.AttentionRows();
        operators.HeadRows();
        operators.RowWise();
        operators.Optimizer();
        operators.Score(session, args.ElementAtOrDefault(2));
        return 0;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (NativeBuffer buffer in _buffers) buffer.Dispose();
    }

    private void Products()
    {
        Attention[] attention = [.. model.Layers.Select(l => l.Attention)];
        List<(string Name, Linear[] Maps)> maps =
        [
            ("query", [.. attention.Select(a => a.Query)]), ("key", [.. attention.Select(a => a.Key)]),
            ("value", [.. attention.Select(a => a.Value)]), ("output", [.. attention.Select(a => a.Output)]),
        ];
        GatedMlp[] mlps = [.. model.Layers.Select(l => l.Mlp).OfType<GatedMlp>()];
        if (mlps.Length > 0)
        {
            maps.Add(("gate", [.. mlps.Select(m => m.Gate)]));
            maps.Add(("up", [.. mlps.Select(m => m.Up)]));
            maps.Add(("down", [.. mlps.Select(m => m.Down)]));
        }

        foreach ((string name, Linear[] layers) in maps)
        {
            PackedWeight w = layers[0].Weight;
            Matrix x = New(Rows, w.Columns), y = New(Rows, w.Rows);
            string shape = $"{Rows} x {w.Columns} x {w.Rows}";
            double work = 2e-9 * Rows * w.Columns * w.Rows;
            Arithmetic(name, shape, work, i => _kernels.Linear(x, [new Projection(Of(layers, i).Weight, null, y)]));
            Matrix dx = New(Rows, w.Columns);
            using var gradient = new PackedWeight(w.Rows, w.Columns, ElementType.Float32);
            gradient.Clear();
            Arithmetic($"{name} backward", shape, 2 * work, i => _kernels.LinearBackward(
                x, [new ProjectionGradient(y, Of(layers, i).Weight, gradient, null)], dx, add: false));
        }
    }

    private void AttentionRows()
    {
        Attention layer = model.Layers[^1].Attention;
        AttentionShape s = layer.Shape;
        int heads = s.Heads * s.HeadDimension, keyHeads = s.KeyValueHeads * s.HeadDimension;
        (Matrix q, Matrix k, Matrix v, Matrix o) = (New(Rows, heads), New(Rows, keyHeads), New(Rows, keyHeads), New(Rows, heads));
        int capacity = (Rows + KeyValueSpan.Block - 1) / KeyValueSpan.Block * KeyValueSpan.Block;
        var span = new KeyValueSpan((nint)New(capacity, keyHeads).Data, (nint)New(capacity, keyHeads).Data, capacity, 0, Rows);
        AttentionNode[] nodes = [new AttentionNode(0, Rows, 0, [span])];
        TreeRows[] trees = [new TreeRows(0, Rows, 0, 0, [new RowSpan(0, Rows)])];
        string shape = $"{Rows} tokens, {s.Heads}/{s.KeyValueHeads} x {s.HeadDimension}";
        double pairs = Enumerable.Range(1, Rows).Sum(t => (double)Math.Min(t, s.Window ?? t)) * heads;
        Memory("store keys and values", shape, 4e-9 * 4 * Rows * keyHeads, _ => _kernels.AppendKeyValues(s, nodes, k, v));
        Arithmetic("attention", shape, 4e-9 * pairs, _ => _kernels.TreeAttention(s, nodes, q, o));
        var gradients = new AttentionGradients(
            q, k, v, o, New(Rows, heads), New(Rows, keyHeads), New(Rows, keyHeads));
        Arithmetic("attention backward", shape, 1e-8 * pairs, _ => _kernels.TreeAttentionBackward(s, trees, gradients));
        if (layer.Rotary is { } rotary)
        {
            int[] positions = [.. Enumerable.Range(0, Rows)];
            Memory("rope", $"{Rows} x {heads}", 8e-9 * Rows * heads, _ => rotary.Forward(_kernels, q, positions));
        }
    }

    private void HeadRows()
    {
        PackedWeight head = model.Head;
        Matrix x = New(Rows, head.Columns), dx = New(Rows, head.Columns);
        int[] targets = Ids();
        string shape = $"{Rows} x {head.Columns} x {head.Rows}";
        double work = 2e-9 * Rows * head.Columns * head.Rows;
        HeadTrace trace = _kernels.TraceHead(x, head, model.Config.LogitSoftCap, targets, 1);
        Arithmetic(
            "trace head", shape, work, _ => _kernels.TraceHead(x, head, model.Config.LogitSoftCap, targets, 1));
        using var gradient = new PackedWeight(head.Rows, head.Columns, ElementType.Float32);
        gradient.Clear();
        var loss = new HeadGradient([.. targets.Select(_ => -1.0 / Rows)]);
        // The logits are formed again, beside the two products of the gradient.
        Arithmetic("trace head backward", shape, 3 * work, _ => _kernels.TraceHeadBackward(
            x, head, model.Config.LogitSoftCap, targets, trace, loss, dx, gradient));
    }

    private void RowWise()
    {
        int hidden = model.Config.HiddenSize, inner = model.Config.IntermediateSize;
        Matrix x = New(Rows, hidden), y = New(Rows, hidden), gate = New(Rows, inner), up = New(Rows, inner);
        Matrix dh = New(Rows, inner), dw = New(1, hidden);
        float[] weight = [.. Enumerable.Repeat(1.1f, hidden)];
        int[] ids = Ids();
        double once = 4e-9 * Rows * hidden, wide = 4e-9 * Rows * inner;
        Activation activation = model.Config.Activation;
        Memory("embed", $"{Rows} x {hidden}", 2 * once, _ => _kernels.Embed(model.Embedding, ids, 1, x));
        Memory("rms-norm", $"{Rows} x {hidden}", 2 * once, _ => _kernels.RmsNorm(x, weight, 1e-5f, y));
        Memory(
            "rms-norm backward", $"{Rows} x {hidden}", 5 * once,
            _ => _kernels.RmsNormBackward(x, weight, 1e-5f, y, y, add: false, dw));
        Memory("add", $"{Rows} x {hidden}", 3 * once, _ => _kernels.AddScaled(x, 1, y));
        Memory("gate activation", $"{Rows} x {inner}", 3 * wide, _ => _kernels.Gate(activation, gate, up));
        Memory("gate activation back", $"{Rows} x {inner}", 6 * wide, _ => _kernels.GateBackward(activation, gate, up, dh));
    }

    // A step on as many values as one layer's MLP has.
    private void Optimizer()
    {
        int rows = 3 * model.Config.IntermediateSize, columns = model.Config.HiddenSize;
        using var matrix = new PackedWeight(rows, columns, ElementType.Float32);
        matrix.Clear();
        using var weights = new TrainedWeights(
            [new ModelParameter("w", ElementType.Float32, rows, columns) { TensorRows = rows, Matrix = matrix }]);
        double values = 4e-9 * rows * columns;
        string shape = $"{rows} x {columns}";
        Memory("sum of squares", shape, values, _ => weights.GradientNorm(_kernels));

        // Read and written: weight, gradient, two moments.
        Memory("AdamW", shape, 8 * values, i => AdamW.Step(_kernels, weights, new AdamWOptions(), i + 1, 1e-4, 1));
    }

    private void Score(ModelSession session, string? text)
    {
        int[] all = text is null
            ? [.. Enumerable.Range(0, 4 * Rows).Select(_ => _random.Next(model.Config.VocabularySize))]
            : session.Tokenizer.Encode(File.ReadAllText(text), addSpecialTokens: false);
        int[][] texts = [.. all.Chunk(Rows).Where(r => r.Length == Rows).Take(4)];
        TraceQuery[] rows = [.. texts.Select(r => new TraceQuery(r[..1], [r[1..]]))];
        using var source = new ModelTraceSource(model);
        ModelConfig c = model.Config;
        double share = c.Experts is { } e ? (double)e.PerToken / e.Count : 1;
        double maps = model.Maps.Sum(m => (double)m.Map.Weight.Rows * m.Map.Weight.Columns
            * (m.Module.Contains(".experts.", StringComparison.Ordinal) ? share : 1));
        double pairs = model.Layers.Sum(l => Enumerable.Range(1, Rows - 1)
            .Sum(t => (double)Math.Min(t, l.Attention.Shape.Window ?? t)) * c.HeadCount * c.HeadDimension);
        double tokens = rows.Length * (Rows - 1.0);
        double work = (2e-9 * tokens * (maps + ((double)model.Head.Rows * model.Head.Columns))) + (4e-9 * rows.Length * pairs);
        string what = text is null ? "random ids" : "of the text";
        Arithmetic($"whole score, {what}", $"{rows.Length} x {Rows} tokens", work, _ => source.Trace(rows));
    }

    private void Arithmetic(string name, string shape, double gigaflops, Action<int> run) =>
        Line(name, shape, gigaflops, "GF/s", peak, run);

    private void Memory(string name, string shape, double gigabytes, Action<int> run) =>
        Line(name, shape, gigabytes, "GB/s", reading, run);

    private static void Line(string name, string shape, double work, string unit, double limit, Action<int> run)
    {
        // Until the code is compiled for good, and the caches are as in a pass.
        long begin = Stopwatch.GetTimestamp();
        for (int i = 0; i < 2 || Stopwatch.GetElapsedTime(begin).TotalSeconds < 0.3; i++) run(i);
        var times = new double[Rounds];
        for (int i = 0; i < Rounds; i++)
        {
            long start = Stopwatch.GetTimestamp();
            run(i + 1);
            times[i] = Stopwatch.GetElapsedTime(start).TotalSeconds;
        }

        double median = times.Order().ElementAt(Rounds / 2), rate = work / median;
        Console.WriteLine($"{name,-26}{shape,-26}{1000 * median,10:0.000}{rate,11:0.0} {unit}{rate / limit,10:0.0%}");
    }

    // Another layer's weights at each round, as in a pass.
    private static Linear Of(Linear[] layers, int round) => layers[round % layers.Length];

    private int[] Ids() => [.. Enumerable.Range(0, Rows).Select(_ => _random.Next(model.Config.VocabularySize))];

    private Matrix New(int rows, int columns)
    {
        var buffer = new NativeBuffer((long)rows * columns * sizeof(float));
        _buffers.Add(buffer);
        var m = new Matrix((float*)buffer.Pointer, rows, columns, columns);
        for (int r = 0; r < rows; r++)
        {
            foreach (ref float v in m.Row(r)) v = _random.NextSingle() - 0.5f;
        }

        return m;
    }
}
