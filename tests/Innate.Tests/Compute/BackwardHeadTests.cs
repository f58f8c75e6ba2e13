using Innate.Compute;
using Innate.Compute.Memory;
using Innate.Compute.Simd;
using Innate.Tests.Support;

namespace Innate.Tests.Compute;

/// <summary>The head's gradient, formed without storing logits, against plain float64 loops that store them all.</summary>
public sealed class BackwardHeadTests
{
    // Rows, hidden size, vocabulary: below, at and beyond the blocks of 32, 256, 1024 entries and of 2016 rows; and a large
    // vocabulary after a small one of the same hidden size, for the room that the kernels keep.
    private static readonly (int Rows, int Hidden, int Vocabulary)[] Shapes =
    [
        (1, 5, 1), (5, 13, 31), (33, 20, 257), (13, 16, 1024), (31, 20, 1057), (2021, 8, 40), (12, 8, 2100), (2020, 4, 1030),
    ];

    public static TheoryData<SimdPath> Paths => new(SimdPaths.Supported);

    [Theory]
    [MemberData(nameof(Paths))]
    public void Hidden_states_and_head_get_the_gradients_of_float64(SimdPath path)
    {
        using IKernels kernels = CpuKernels.Create(1, path);
        foreach ((int rows, int hidden, int vocabulary) in Shapes)
        {
            foreach ((float? cap, bool hasEntropy) in ((float?, bool)[])[(null, false), (null, true), (2.5f, true)])
            {
                foreach (ElementType type in rows > 100
                    ? [ElementType.Float32]
                    : Enum.GetValues<ElementType>().Where(t => !ElementTypes.IsBlocked(t)))
                {
                    string what = $"{path}, {rows}x{hidden}x{vocabulary}, cap {cap}, {type}";
                    Check(kernels, rows, hidden, vocabulary, cap, hasEntropy, type, what);
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public void A_token_without_weight_in_the_loss_has_no_gradient_even_where_its_logits_are_no_numbers(SimdPath path)
    {
        using IKernels kernels = CpuKernels.Create(1, path);
        using var memory = new TestMemory();
        var random = new Random(3);
        Matrix x = memory.Random(random, 3, 8), dx = memory.New(3, 8, float.NaN);
        PackedWeight head = memory.Weight(random, 40, 8);
        HeadTrace trace = kernels.TraceHead(x, head, null, [0, 1, 2], 1);
        x.Row(1).Fill(1e30f);
        kernels.TraceHeadBackward(x, head, null, [0, 1, 2], trace, new HeadGradient([1, 0, 0], [0, 0, 1]), dx, null);
        Assert.All(dx.Row(1).ToArray(), v => Assert.Equal(0, v));
        Assert.All(dx.Row(0).ToArray().Concat(dx.Row(2).ToArray()), v => Assert.True(float.IsFinite(v) && v != 0));
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public void A_target_beyond_a_block_and_a_probability_of_zero_are_counted_once(SimdPath path)
    {
        // One logit stands so high that all other probabilities vanish: d logprob(target) / dz = onehot - onehot(highest).
        using IKernels kernels = CpuKernels.Create(1, path);
        using var memory = new TestMemory();
        Matrix x = memory.New(1, 1, 1), dx = memory.New(1, 1);
        PackedWeight head = memory.Undefined(1100, 1, ElementType.Float32);
        PackedWeight dHead = memory.Undefined(1100, 1, ElementType.Float32);
        head.Clear();
        dHead.Clear();
        head.Flat().Row(3)[5] = 500; // entry 101
        HeadTrace trace = kernels.TraceHead(x, head, null, [1090], 1);
        kernels.TraceHeadBackward(x, head, null, [1090], trace, new HeadGradient([2], [3]), dx, dHead);
        double[,] found = TestMemory.Read(dHead);
        for (int i = 0; i < 1100; i++) Assert.Equal(i switch { 101 => -2, 1090 => 2, _ => 0 }, found[i, 0], 1e-30);
        Assert.Equal(-1000, dx.Row(0)[0]);
    }

    private static void Check(
        IKernels kernels, int rows, int hidden, int vocabulary, float? cap, bool hasEntropy, ElementType type, string what)
    {
        using var memory = new TestMemory();
        var random = new Random(rows + vocabulary);
        Matrix x = memory.Random(random, rows, hidden, size: 2, gap: 3);
        PackedWeight head = memory.Weight(random, vocabulary, hidden, type, size: 2);
        PackedWeight dHead = memory.Weight(random, vocabulary, hidden);
        int[] targets = [.. Enumerable.Range(0, rows).Select(i => i == 0 ? vocabulary - 1 : random.Next(vocabulary))];
        // Every third token has no weight in the loss.
        double[] logProb = [.. Enumerable.Range(0, rows).Select(i => i % 3 == 2 ? 0 : random.NextDouble() - 0.3)];
        double[]? entropy = hasEntropy
            ? [.. Enumerable.Range(0, rows).Select(i => i % 3 > 0 ? 0 : random.NextDouble() - 0.7)]
            : null;
        // V of the only entry moves with it.
        double[]? softValue = hasEntropy && vocabulary > 1
            ? [.. Enumerable.Range(0, rows).Select(i => i % 3 != 1 ? 0 : random.NextDouble() - 0.5)]
            : null;
        HeadTrace trace = kernels.TraceHead(x, head, cap, targets, 1);

        double[,] w = TestMemory.Read(head), h = TestMemory.Read(x), dh = new double[rows, hidden], dw = TestMemory.Read(dHead);
        for (int r = 0; r < rows; r++)
        {
            double[] z = new double[vocabulary], slope = new double[vocabulary];
            for (int n = 0; n < vocabulary; n++)
            {
                for (int c = 0; c < hidden; c++) z[n] += h[r, c] * w[n, c];
                double t = cap is { } k ? Math.Tanh(z[n] / k) : 0;
                (z[n], slope[n]) = (cap is { } l ? l * t : z[n], 1 - (t * t));
            }

            double max = z.Max(), lse = max + Math.Log(z.Sum(v => Math.Exp(v - max)));
            double uncertainty = z.Sum(v => -Math.Exp(v - lse) * (v - lse));
            for (int n = 0; n < vocabulary; n++)
            {
                double p = Math.Exp(z[n] - lse);
                double d = logProb[r] * ((n == targets[r] ? 1 : 0) - p);
                d -= (entropy?[r] ?? 0) * p * (z[n] - lse + uncertainty);
                d += (softValue?[r] ?? 0) * p;
                for (int c = 0; c < hidden; c++)
                {
                    dh[r, c] += d * slope[n] * w[n, c];
                    dw[n, c] += d * slope[n] * h[r, c];
                }
            }
        }

        var loss = new HeadGradient(logProb, entropy) { SoftValue = softValue };
        Matrix dx = memory.New(rows, hidden, float.NaN, gap: 1), frozen = memory.New(rows, hidden, float.NaN);
        kernels.TraceHeadBackward(x, head, cap, targets, trace, loss, dx, dHead);
        kernels.TraceHeadBackward(x, head, cap, targets, trace, loss, frozen, null);
        // The only entry of a vocabulary is certain: nothing pulls on it.
        if (vocabulary == 1) Assert.All(dx.Row(0).ToArray(), v => Assert.Equal(0, v, 1e-6));
        else Near.Equal(dh, TestMemory.Read(dx), 1e-5, $"{what}: hidden");
        Near.Equal(dw, TestMemory.Read(dHead), 1e-5, $"{what}: head");
        Assert.Equal(TestMemory.Read(dx), TestMemory.Read(frozen));
        Assert.True(TestMemory.HasZeroPadding(dHead), what);
        for (int r = 2; r < rows; r += 3) Assert.Equal(-1, dx.Row(r).IndexOfAnyExcept(0f));
    }
}
