using BenchmarkDotNet.Attributes;
using Innate.Compute;
using Innate.Compute.Memory;
using Innate.Compute.Simd;

namespace Innate.Bench;

/// <summary>Single kernels on each instruction set, at the 0.5B shape.</summary>
[MemoryDiagnoser]
public unsafe class KernelBenchmarks : IDisposable
{
    private const int Tokens = 480, Hidden = 896, Heads = 14, KeyHeads = 2, Width = 64;

    private readonly List<NativeBuffer> _buffers = [];
    private readonly AttentionShape _shape = new(Heads, KeyHeads, Width, 0.125f, null, null);
    private readonly float[] _norm = [.. Enumerable.Repeat(1.1f, Hidden)];
    private AttentionNode[] _nodes = [];
    private IKernels? _kernels;
    private PackedWeight? _head;
    private Matrix _x, _y, _keys, _values;

    /// <summary>The instruction sets of this processor.</summary>
    public static IEnumerable<SimdPath> Paths => SimdPaths.Supported;

    /// <summary>The instruction set.</summary>
    [ParamsSource(nameof(Paths))]
    public SimdPath Path { get; set; }

    /// <summary>Allocates operands with random contents.</summary>
    [GlobalSetup]
    public void Setup()
    {
        _kernels = CpuKernels.Create(path: Path);
        (_x, _y, _keys, _values) = (New(Tokens, Hidden), New(Tokens, Hidden), New(Tokens, KeyHeads * Width),
            New(Tokens, KeyHeads * Width));
        _nodes = [new AttentionNode(0, Tokens, 0,
            [new KeyValueSpan((nint)New(Tokens, KeyHeads * Width).Data, (nint)New(Tokens, KeyHeads * Width).Data, Tokens, 0,
                Tokens)])];
        _kernels.AppendKeyValues(_shape, _nodes, _keys, _values);
        _head = new PackedWeight(16384, Hidden, ElementType.Float32);
        var random = new Random(1);
        var panel = new float[32 * Hidden];
        for (int p = 0; p < 16384 / 32; p++)
        {
            for (int i = 0; i < panel.Length; i++) panel[i] = (random.NextSingle() - 0.5f) * 0.1f;
            _head.SetPanel(p, System.Runtime.InteropServices.MemoryMarshal.AsBytes(panel.AsSpan()));
        }
    }

    /// <summary>Frees them.</summary>
    [GlobalCleanup]
    public void Dispose()
    {
        _kernels?.Dispose();
        _head?.Dispose();
        _buffers.ForEach(b => b.Dispose());
        GC.SuppressFinalize(this);
    }

    /// <summary>480 rows of 896.</summary>
    [Benchmark]
    public void RmsNorm() => _kernels!.RmsNorm(_x, _norm, 1e-6f, _y);

    /// <summary>480 tokens, 14 heads of 64, 2 key heads.</summary>
    [Benchmark]
    public void TreeAttention() => _kernels!.TreeAttention(_shape, _nodes, _x, _y);

    /// <summary>480 tokens over 16,384 entries.</summary>
    [Benchmark]
    public void TraceHead() => _kernels!.TraceHead(_x, _head!, null, new int[Tokens], 1);

    private Matrix New(int rows, int columns)
    {
        var buffer = new NativeBuffer((long)rows * columns * sizeof(float));
        _buffers.Add(buffer);
        var m = new Matrix((float*)buffer.Pointer, rows, columns, columns);
        var random = new Random(rows + columns);
        for (int r = 0; r < rows; r++)
        {
            foreach (ref float v in m.Row(r)) v = random.NextSingle() - 0.5f;
        }

        return m;
    }
}
