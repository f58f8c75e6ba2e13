using Innate.Compute;
using Innate.Compute.Memory;
using Innate.Compute.Simd;
using Innate.Layers;
using Innate.Tests.Support;

namespace Innate.Tests.Compute;

/// <summary>Row-wise gradients against finite differences of the plain formulas in float64.</summary>
public sealed class BackwardRowTests
{
    private const double Step = 1e-5;

    public static TheoryData<SimdPath> Paths => new(SimdPaths.Supported);

    [Theory]
    [MemberData(nameof(Paths))]
    public void Rms_norms_gradient_is_the_slope_wherever_it_is_written(SimdPath path)
    {
        using IKernels kernels = CpuKernels.Create(1, path);
        foreach ((int rows, int columns) in ((int, int)[])[(1, 1), (5, 15), (13, 16), (31, 33), (33, 24), (100, 100)])
        {
            using var memory = new TestMemory();
            var random = new Random(columns);
            const float epsilon = 0.01f;
            Matrix x = memory.Random(random, rows, columns, gap: 2), dy = memory.Random(random, rows, columns);
            Matrix held = memory.Random(random, rows, columns);
            float[] weight = [.. Enumerable.Range(0, columns).Select(_ => 0.5f + random.NextSingle())];
            Matrix start = memory.Random(random, 1, columns);
            (double[,] slope, double[,] dw) = RmsNormSlopes(x, weight, epsilon, dy);
            for (int c = 0; c < columns; c++) dw[0, c] += start.Row(0)[c];

            // dx apart, added to, in the place of dy, in the place of x; and dy's place again, added to.
            foreach ((string form, bool add) in ((string, bool)[])
                [("apart", false), ("apart", true), ("dy", false), ("x", false), ("dy", true)])
            {
                Matrix fromX = memory.Copy(x), fromDy = memory.Copy(dy), gradient = memory.Copy(start);
                Matrix to = form switch
                {
                    "dy" => fromDy,
                    "x" => fromX,
                    _ => add ? memory.Copy(held) : memory.New(rows, columns, float.NaN, gap: 7),
                };
                double[,] expected = (double[,])slope.Clone();
                if (add)
                {
                    double[,] before = TestMemory.Read(to);
                    for (int r = 0; r < rows; r++)
                    {
                        for (int c = 0; c < columns; c++) expected[r, c] += before[r, c];
                    }
                }

                kernels.RmsNormBackward(fromX, weight, epsilon, fromDy, to, add, gradient);
                string what = $"{path}, {rows}x{columns}, {form}, add {add}";
                Near.Equal(expected, TestMemory.Read(to), 5e-6, what);
                Near.Equal(dw, TestMemory.Read(gradient), 5e-6, $"{what}: weight");
            }

            Matrix frozen = memory.New(rows, columns);
            kernels.RmsNormBackward(x, weight, epsilon, dy, frozen, false, null);
            Near.Equal(slope, TestMemory.Read(frozen), 5e-6, $"{path}, {rows}x{columns}, frozen");
        }
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public void A_norm_per_head_is_the_norm_of_each_head_alone(SimdPath path)
    {
        using IKernels kernels = CpuKernels.Create(1, path);
        using var memory = new TestMemory();
        var random = new Random(8);
        const int rows = 13, heads = 3, n = 20;
        float[] weight = [.. Enumerable.Range(0, n).Select(_ => 0.5f + random.NextSingle())];
        var norm = new RmsNorm(weight, 1e-3f);
        Matrix x = memory.Random(random, rows, heads * n), dy = memory.Random(random, rows, heads * n);
        var gradients = new Gradients();
        Matrix dw = memory.New(1, n), dx = memory.New(rows, heads * n);
        gradients.Add(weight, dw);
        norm.Backward(kernels, x, dy, dx, add: false, gradients);
        (double[,] slope, double[,] expected) =
            RmsNormSlopes(x.Reshape(rows * heads, n), weight, 1e-3f, dy.Reshape(rows * heads, n));
        Near.Equal(slope, TestMemory.Read(dx.Reshape(rows * heads, n)), 5e-6, $"{path}: input");
        Near.Equal(expected, TestMemory.Read(dw), 5e-6, $"{path}: weight");
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public void Rotating_back_is_the_transpose_of_rotating(SimdPath path)
    {
        using IKernels kernels = CpuKernels.Create(1, path);
        foreach ((int rows, int heads, int n) in ((int, int, int)[])[(1, 1, 2), (5, 3, 8), (33, 2, 20), (100, 4, 64)])
        {
            using var memory = new TestMemory();
            var random = new Random(n);
            // Any numbers do: YaRN's tables are no pure rotation either.
            Matrix cos = memory.Random(random, rows + 3, n / 2), sin = memory.Random(random, rows + 3, n / 2);
            int[] positions = [.. Enumerable.Range(0, rows).Select(_ => random.Next(rows + 3))];
            Matrix x = memory.Random(random, rows, heads * n), y = memory.Random(random, rows, heads * n);
            double[,] given = TestMemory.Read(y);
            var expected = new double[rows, heads * n];
            for (int r = 0; r < rows; r++)
            {
                for (int c = 0; c < heads * n; c++)
                {
                    int i = c % n % (n / 2);
                    bool isFirst = c % n < n / 2;
                    double pair = given[r, isFirst ? c + (n / 2) : c - (n / 2)], s = sin.Row(positions[r])[i];
                    expected[r, c] = (given[r, c] * cos.Row(positions[r])[i]) + (isFirst ? pair * s : -pair * s);
                }
            }

            Matrix turned = memory.Copy(x), back = memory.Copy(y);
            kernels.Rotate(turned, n, cos, sin, positions);
            kernels.RotateBackward(back, n, cos, sin, positions);
            Near.Equal(expected, TestMemory.Read(back), 1e-6, $"{path}, {rows}x{heads}x{n}");
            Assert.Equal(Inner(turned, y), Inner(x, back), 1e-4);
        }
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public void A_gates_gradients_are_its_slopes_and_its_value_comes_back(SimdPath path)
    {
        using IKernels kernels = CpuKernels.Create(1, path);
        foreach (Activation activation in Enum.GetValues<Activation>())
        {
            foreach ((int rows, int columns) in ((int, int)[])
                [(1, 1), (5, 15), (13, 16), (31, 17), (33, 33), (100, 100), (200, 112)])
            {
                using var memory = new TestMemory();
                var random = new Random(columns);
                Matrix gate = memory.Random(random, rows, columns, size: 6), up = memory.Random(random, rows, columns);
                Matrix dh = memory.Random(random, rows, columns), forward = memory.Copy(gate);
                (gate.Row(0)[0], forward.Row(0)[0]) = (0, 0);
                if (rows > 5) (gate.Row(1)[0], gate.Row(2)[0], forward.Row(1)[0], forward.Row(2)[0]) = (40, -40, 40, -40);
                double[,] g = TestMemory.Read(gate), u = TestMemory.Read(up), d = TestMemory.Read(dh);
                double[,] dGate = new double[rows, columns], dUp = new double[rows, columns];
                for (int r = 0; r < rows; r++)
                {
                    for (int c = 0; c < columns; c++)
                    {
                        double slope = (Activate(activation, g[r, c] + Step) - Activate(activation, g[r, c] - Step)) / (2 * Step);
                        (dGate[r, c], dUp[r, c]) = (d[r, c] * u[r, c] * slope, d[r, c] * Activate(activation, g[r, c]));
                    }
                }

                kernels.Gate(activation, forward, up);
                kernels.GateBackward(activation, gate, up, dh);
                Near.Equal(dGate, TestMemory.Read(gate), 3e-6, $"{path}, {activation}, {columns}: gate");
                Near.Equal(dUp, TestMemory.Read(up), 3e-6, $"{path}, {activation}, {columns}: up");
                Assert.Equal(TestMemory.Read(forward), TestMemory.Read(dh));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public void A_scaled_sum_goes_on_from_what_is_there(SimdPath path)
    {
        using IKernels kernels = CpuKernels.Create(1, path);
        foreach ((int rows, int columns) in ((int, int)[])[(1, 1), (5, 31), (33, 16), (100, 200)])
        {
            using var memory = new TestMemory();
            var random = new Random(columns);
            Matrix x = memory.Random(random, rows, columns, gap: 1), y = memory.Random(random, rows, columns);
            double[,] expected = TestMemory.Read(y);
            for (int r = 0; r < rows; r++)
            {
                for (int c = 0; c < columns; c++) expected[r, c] += -0.75 * x.Row(r)[c];
            }

            kernels.AddScaled(x, -0.75f, y);
            Near.Equal(expected, TestMemory.Read(y), 1e-7, $"{path}, {columns}");
        }
    }

    /// <summary>Central differences of the sum over columns of dy y by every x; and the sum over rows of dy by w.</summary>
    private static (double[,] Dx, double[,] Dw) RmsNormSlopes(Matrix x, float[] weight, float epsilon, Matrix dy)
    {
        int n = weight.Length;
        double[,] dx = new double[x.Rows, n], dw = new double[1, n];
        for (int r = 0; r < x.Rows; r++)
        {
            double[] row = [.. x.Row(r).ToArray().Select(v => (double)v)], d = [.. dy.Row(r).ToArray().Select(v => (double)v)];
            for (int c = 0; c < n; c++)
            {
                double at = row[c];
                row[c] = at + Step;
                double above = Loss(row);
                row[c] = at - Step;
                dx[r, c] = (above - Loss(row)) / (2 * Step);
                row[c] = at;
                dw[0, c] += d[c] * at / Root(row);
            }

            double Loss(double[] v) => Enumerable.Range(0, n).Sum(i => d[i] * v[i] * weight[i]) / Root(v);
            double Root(double[] v) => Math.Sqrt((v.Sum(a => a * a) / n) + epsilon);
        }

        return (dx, dw);
    }

    private static double Activate(Activation activation, double v) => activation == Activation.Silu
        ? v / (1 + Math.Exp(-v))
        : 0.5 * v * (1 + Math.Tanh(Math.Sqrt(2 / Math.PI) * (v + (0.044715 * v * v * v))));

    private static double Inner(Matrix a, Matrix b)
    {
        double sum = 0;
        for (int r = 0; r < a.Rows; r++)
        {
            for (int c = 0; c < a.Columns; c++) sum += (double)a.Row(r)[c] * b.Row(r)[c];
        }

        return sum;
    }
}
