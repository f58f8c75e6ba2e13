using Innate.Compute;
using Innate.Compute.Memory;
using Innate.Compute.Simd;
using Innate.Tests.Support;

namespace Innate.Tests.Compute;

/// <summary>The kernels of experts against float64, and their gradients against central differences.</summary>
public sealed class ExpertKernelTests
{
    private const double Step = 1e-4;

    public static TheoryData<SimdPath> Paths => new(SimdPaths.Supported);

    [Fact]
    public void The_largest_logits_are_chosen_and_of_two_alike_the_first()
    {
        Assert.Equal([1, 4], Choose([0, 3, 1, 2, 3.5f], 2));
        Assert.Equal([1, 2], Choose([0, 3, 3, 3, 3], 2));
        Assert.Equal([0, 1, 2], Choose([-1, -1, -1, -1], 3));
        Assert.Equal([0, 3, 4], Choose([5, 1, 1, 2, 3], 3));
        Assert.Equal([0], Choose([0f, -0f], 1));
        Assert.Equal([0, 1, 2], Choose([3, 2, 1], 3));
        Assert.Equal([1, 3], Choose([float.NegativeInfinity, float.PositiveInfinity, 0, float.NaN], 2));

        static int[] Choose(float[] logits, int k)
        {
            using IKernels kernels = CpuKernels.Create(1);
            using var memory = new TestMemory();
            Matrix row = memory.New(1, logits.Length), weights = memory.New(1, k);
            logits.CopyTo(row.Row(0));
            var chosen = new int[k];
            kernels.Route(row, ExpertWeighting.SoftmaxOverChosen, chosen, weights);
            return chosen;
        }
    }

    [Fact]
    public void A_logit_that_is_not_a_number_is_chosen_and_makes_the_weights_so()
    {
        using IKernels kernels = CpuKernels.Create(1);
        using var memory = new TestMemory();
        Matrix logits = memory.New(1, 4), weights = memory.New(1, 2);
        ((float[])[1, 2, float.NaN, 3]).CopyTo(logits.Row(0));
        foreach (ExpertWeighting weighting in Enum.GetValues<ExpertWeighting>())
        {
            var chosen = new int[2];
            kernels.Route(logits, weighting, chosen, weights);
            Assert.Equal([2, 3], chosen);
            Assert.All(weights.Row(0).ToArray(), w => Assert.True(float.IsNaN(w)));
        }
    }

    [Theory]
    [InlineData(ExpertWeighting.SoftmaxOverAll)]
    [InlineData(ExpertWeighting.SoftmaxOverChosen)]
    public void Weights_are_a_softmax_and_their_gradient_is_its(ExpertWeighting weighting)
    {
        foreach ((int rows, int experts, int k) in ((int, int, int)[])[(1, 1, 1), (5, 4, 2), (300, 130, 8), (20, 3, 3)])
        {
            using IKernels kernels = CpuKernels.Create(2);
            using var memory = new TestMemory();
            var random = new Random(experts);
            Matrix logits = memory.Random(random, rows, experts, size: 4, gap: 3), weights = memory.New(rows, k, float.NaN);
            Matrix slopes = memory.Random(random, rows, k), found = memory.New(rows, experts, float.NaN);
            var chosen = new int[rows * k];
            kernels.Route(logits, weighting, chosen, weights);
            kernels.RouteBackward(logits, weighting, chosen, slopes, found);
            double[,] z = TestMemory.Read(logits), expected = new double[rows, experts];
            for (int row = 0; row < rows; row++)
            {
                int[] own = chosen[(row * k)..((row + 1) * k)];
                Assert.Equal(own.Distinct().Order(), own);
                Assert.True(own.Min(e => z[row, e]) >= Enumerable.Range(0, experts).Except(own).Select(e => z[row, e])
                    .DefaultIfEmpty(double.NegativeInfinity).Max());
                double[] w = Weights(row, own);
                for (int i = 0; i < k; i++) Assert.Equal(w[i], weights.Row(row)[i], 1e-6);
                for (int e = 0; e < experts; e++)
                {
                    double held = z[row, e];
                    z[row, e] = held + Step;
                    double above = Loss(row, own);
                    z[row, e] = held - Step;
                    expected[row, e] = (above - Loss(row, own)) / (2 * Step);
                    z[row, e] = held;
                }
            }

            Near.Equal(expected, TestMemory.Read(found), 1e-6, $"{weighting}, {experts} experts");

            double Loss(int row, int[] own) => Weights(row, own).Select((w, i) => w * slopes.Row(row)[i]).Sum();
            double[] Weights(int row, int[] own)
            {
                IEnumerable<int> summed = weighting == ExpertWeighting.SoftmaxOverAll ? Enumerable.Range(0, experts) : own;
                double sum = summed.Sum(e => Math.Exp(z[row, e]));
                return [.. own.Select(e => Math.Exp(z[row, e]) / sum)];
            }
        }
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public void Rows_go_to_an_expert_and_come_back_weighed(SimdPath path)
    {
        foreach (int columns in (int[])[1, 15, 16, 33, 200])
        {
            using IKernels kernels = CpuKernels.Create(2, path);
            using var memory = new TestMemory();
            var random = new Random(columns);
            const int tokens = 90, k = 3;
            int[] slots = [.. Enumerable.Range(0, tokens).Where(t => t % 4 != 1).Select(t => (t * k) + (t % k))];
            Matrix x = memory.Random(random, tokens, columns, gap: 5), rows = memory.New(slots.Length, columns, float.NaN);
            kernels.Dispatch(x, slots, k, rows);
            for (int i = 0; i < slots.Length; i++) Assert.Equal(x.Row(slots[i] / k).ToArray(), rows.Row(i).ToArray());

            Matrix weights = memory.Random(random, tokens, k), y = memory.Random(random, tokens, columns);
            double[,] expected = TestMemory.Read(y), plain = TestMemory.Read(y);
            Matrix unweighed = memory.Copy(y);
            kernels.Combine(rows, slots, k, weights, y);
            kernels.Combine(rows, slots, k, weights: null, unweighed);
            Matrix dy = memory.Random(random, tokens, columns), dWeights = memory.New(tokens, k, 7);
            double[,] dRows = new double[slots.Length, columns], dw = TestMemory.Read(dWeights);
            for (int i = 0; i < slots.Length; i++)
            {
                (int t, int choice) = (slots[i] / k, slots[i] % k);
                dw[t, choice] = 0;
                for (int c = 0; c < columns; c++)
                {
                    expected[t, c] += (double)weights.Row(t)[choice] * rows.Row(i)[c];
                    plain[t, c] += rows.Row(i)[c];
                    dw[t, choice] += (double)rows.Row(i)[c] * dy.Row(t)[c];
                    dRows[i, c] = (double)weights.Row(t)[choice] * dy.Row(t)[c];
                }
            }

            kernels.CombineBackward(rows, slots, weights, dy, dWeights, rows);
            Near.Equal(expected, TestMemory.Read(y), 1e-6, $"{path}, {columns}: sum");
            Near.Equal(plain, TestMemory.Read(unweighed), 1e-6, $"{path}, {columns}: sum without weights");
            Near.Equal(dw, TestMemory.Read(dWeights), 2e-6, $"{path}, {columns}: weights");
            Near.Equal(dRows, TestMemory.Read(rows), 1e-6, $"{path}, {columns}: rows");
        }
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public void The_clamped_gate_and_its_gradient_agree_with_float64(SimdPath path)
    {
        using IKernels kernels = CpuKernels.Create(2, path);
        var form = new ClampedSwiGlu(1.702f, 7);
        foreach ((int rows, int columns) in ((int, int)[])[(1, 1), (5, 15), (13, 16), (31, 33), (200, 112)])
        {
            using var memory = new TestMemory();
            var random = new Random(columns);
            Matrix gate = memory.Random(random, rows, columns, size: 12), up = memory.Random(random, rows, columns, size: 12);
            // At the limits themselves torch's clamp still lets the gradient through.
            if (rows > 5) (gate.Row(0)[0], up.Row(0)[1], up.Row(0)[2]) = (7, 7, -7);
            Matrix dh = memory.Random(random, rows, columns), forward = memory.Copy(gate);
            double[,] g = TestMemory.Read(gate), u = TestMemory.Read(up), d = TestMemory.Read(dh);
            double[,] h = new double[rows, columns], dGate = new double[rows, columns], dUp = new double[rows, columns];
            for (int r = 0; r < rows; r++)
            {
                for (int c = 0; c < columns; c++)
                {
                    double cut = Math.Min(g[r, c], 7), within = Math.Clamp(u[r, c], -7, 7);
                    h[r, c] = Glu(cut) * (within + 1);
                    double slope = (Glu(cut + Step) - Glu(cut - Step)) / (2 * Step);
                    dGate[r, c] = g[r, c] > 7 ? 0 : d[r, c] * (within + 1) * slope;
                    dUp[r, c] = Math.Abs(u[r, c]) > 7 ? 0 : d[r, c] * Glu(cut);
                }
            }

            kernels.GateClamped(form, forward, up);
            kernels.GateClampedBackward(form, gate, up, dh);
            Near.Equal(h, TestMemory.Read(forward), 1e-6, $"{path}, {columns}: h");
            Near.Equal(dGate, TestMemory.Read(gate), 3e-6, $"{path}, {columns}: gate");
            Near.Equal(dUp, TestMemory.Read(up), 3e-6, $"{path}, {columns}: up");
            Assert.Equal(TestMemory.Read(forward), TestMemory.Read(dh));
        }

        static double Glu(double x) => x / (1 + Math.Exp(-(double)1.702f * x));
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public void The_clamped_gate_hides_nothing_that_is_not_a_number(SimdPath path)
    {
        using IKernels kernels = CpuKernels.Create(1, path);
        using var memory = new TestMemory();
        Matrix gate = memory.New(1, 3, 1), up = memory.New(1, 3, 1);
        (gate.Row(0)[0], up.Row(0)[1]) = (float.NaN, float.NaN);
        kernels.GateClamped(new ClampedSwiGlu(1.702f, 7), gate, up);
        Assert.True(float.IsNaN(gate.Row(0)[0]) && float.IsNaN(gate.Row(0)[1]) && float.IsFinite(gate.Row(0)[2]));
    }
}
