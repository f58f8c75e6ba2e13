using System.Diagnostics;
using System.Globalization;
using Innate.Compute;
using Innate.Compute.Blocks;
using Innate.Compute.Memory;
using Innate.Compute.Simd;

namespace Innate.Bench;

/// <summary>
/// A layer's products in integers beside the same products in float32, on each instruction set, in turn in one run:
/// SmolLM2-135M's shapes (or others), 512 rows or as many as asked. Medians; random numbers, never zeros.
/// </summary>
internal static unsafe class IntegerSpeed
{
    private const int Rounds = 7;

    /// <param name="args">Threads, rows, hidden, MLP width, columns of keys and values.</param>
    public static int Run(string[] args)
    {
        int Number(int i, int fallback) => i < args.Length ? int.Parse(args[i], CultureInfo.InvariantCulture) : fallback;
        (int threads, int rows) = (Number(0, 2), Number(1, 512));
        (int hidden, int mlp, int keys) = (Number(2, 576), Number(3, 1536), Number(4, 192));
        // Maps of one input are asked for together, as layers ask.
        (int[] Outputs, int Inputs)[] shapes =
            [([hidden, keys, keys], hidden), ([hidden], hidden), ([mlp, mlp], hidden), ([hidden], mlp)];
        double work = 2e-9 * rows * shapes.Sum(s => (double)s.Outputs.Sum() * s.Inputs);
        Console.WriteLine(
            $"{threads} threads, {rows} rows, a layer's products, G operations/s; processor has "
            + $"{string.Join(", ", SimdPaths.Supported)}");
        Console.WriteLine("type      path        exact   int8   ratio");
        foreach (ElementType type in (ElementType[])[ElementType.Q4_0, ElementType.Q4_1, ElementType.Q5_0, ElementType.Q8_0])
        {
            foreach (SimdPath path in SimdPaths.Supported.Where(p => p != SimdPath.Portable))
            {
                using IKernels kernels = CpuKernels.Create(threads, path);
                var exact = new List<double>();
                var integers = new List<double>();
                using var operands = new Operands(type, shapes, rows);
                for (int round = 0; round < Rounds; round++)
                {
                    exact.Add(operands.Time(kernels, integers: false));
                    integers.Add(operands.Time(kernels, integers: true));
                }

                double a = work / Median(exact), b = work / Median(integers);
                Console.WriteLine($"{type,-9} {path,-9} {a,7:0} {b,6:0} {b / a,7:0.00}");
            }
        }

        return 0;
    }

    private static double Median(List<double> times) => times.Order().ElementAt(times.Count / 2);

    /// <summary>One layer's weights, stored and as codes, with their inputs and outputs.</summary>
    private sealed class Operands : IDisposable
    {
        private readonly List<IDisposable> _owned = [];
        private readonly List<(Matrix X, Projection[] Stored, Projection[] Codes)> _products = [];

        public Operands(ElementType type, (int[] Outputs, int Inputs)[] shapes, int rows)
        {
            var random = new Random(1);
            foreach ((int[] outputs, int inputs) in shapes)
            {
                Matrix x = New(rows, inputs);
                for (int r = 0; r < rows; r++)
                {
                    foreach (ref float v in x.Row(r)) v = random.NextSingle() - 0.5f;
                }

                (Projection Stored, Projection Codes)[] maps = [.. outputs.Select(n => Maps(type, n, inputs, rows, random))];
                _products.Add((x, [.. maps.Select(m => m.Stored)], [.. maps.Select(m => m.Codes)]));
            }
        }

        private (Projection Stored, Projection Codes) Maps(ElementType type, int outputs, int inputs, int rows, Random random)
        {
            var values = new float[outputs * inputs];
            for (int i = 0; i < values.Length; i++) values[i] = (random.NextSingle() - 0.5f) * 0.1f;
            var blocks = new NativeBuffer(ElementTypes.Bytes(type, values.Length));
            var bytes = new Span<byte>(blocks.Pointer, (int)blocks.Bytes);
            BlockRounding.Round(type, values, bytes);
            var codes = new CodePanels(type, outputs, inputs);
            for (int panel = 0; panel * 32 < outputs; panel++)
            {
                int count = Math.Min(32, outputs - (panel * 32));
                codes.SetPanel(panel, bytes.Slice(panel * 32 * codes.RowBytes, count * codes.RowBytes));
            }

            var stored = new PackedWeight(new BlockRows(blocks.Pointer, type, outputs, inputs, 0, blocks));
            var coded = new PackedWeight(codes);
            _owned.AddRange([stored, coded]);
            Matrix y = New(rows, outputs);
            return (new Projection(stored, null, y), new Projection(coded, null, y));
        }

        public double Time(IKernels kernels, bool integers)
        {
            long start = Stopwatch.GetTimestamp();
            int times = 0;
            do
            {
                foreach ((Matrix x, Projection[] stored, Projection[] codes) in _products)
                {
                    kernels.Linear(x, integers ? codes : stored);
                }

                times++;
            }
            while (Stopwatch.GetElapsedTime(start).TotalMilliseconds < 60);
            return Stopwatch.GetElapsedTime(start).TotalSeconds / times;
        }

        public void Dispose() => _owned.ForEach(o => o.Dispose());

        private Matrix New(int rows, int columns)
        {
            var buffer = new NativeBuffer((long)rows * columns * sizeof(float));
            _owned.Add(buffer);
            return new Matrix((float*)buffer.Pointer, rows, columns, columns);
        }
    }
}
