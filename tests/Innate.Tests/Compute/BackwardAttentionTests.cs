using Innate.Compute;
using Innate.Compute.Memory;
using Innate.Compute.Simd;
using Innate.Models;
using Innate.Tests.Support;

namespace Innate.Tests.Compute;

/// <summary>Attention's gradient over trees against plain float64 loops, which finite differences hold to account.</summary>
public sealed class BackwardAttentionTests
{
    public static TheoryData<SimdPath> Paths => new(SimdPaths.Supported);

    // Nodes as (parent, tokens).
    private static readonly (int Parent, int Tokens)[]
        OneToken = [(-1, 1)],
        Sequence = [(-1, 100)],
        Branches = [(-1, 13), (0, 5), (0, 1), (0, 33)],
        Forest = [(-1, 31), (0, 5), (1, 7), (1, 4), (0, 12), (-1, 0), (5, 40), (5, 12), (-1, 20), (8, 0), (9, 3)],
        Long = [(-1, 150), (0, 60), (0, 33), (1, 5)];

    // Query heads, key heads, width, cap, window: each with the trees that it is tried on.
    private static readonly (AttentionShape Shape, (int Parent, int Tokens)[][] Trees)[] Cases =
    [
        (new(2, 2, 8, 0.7f, null, null), [OneToken, Sequence, Branches, Forest, Long]),
        (new(4, 2, 16, 0.5f, null, null), [Branches, Forest, Long]),
        (new(8, 2, 20, 0.4f, null, null), [OneToken, Branches, Forest]),
        (new(6, 1, 64, 0.25f, null, null), [Branches, Forest]),
        (new(40, 1, 8, 0.6f, null, null), [Branches]),
        (new(2, 1, 20, 0.5f, 1.5f, null), [Branches, Forest, Long]),
        (new(2, 1, 8, 0.7f, null, 1), [Branches, Forest]),
        (new(4, 2, 20, 0.5f, null, 5), [Branches, Forest, Long]),
        (new(2, 2, 16, 0.5f, 2, 33), [Forest, Long]),
        (new(1, 1, 8, 0.7f, null, 97), [Sequence, Long]),
        (new(2, 1, 64, 0.25f, 1.5f, 500), [Forest, Long]),
        (new(4, 2, 16, 0.5f, null, null) { Sinks = [0.5f, -2, 3, 40] }, [OneToken, Branches, Forest, Long]),
        (new(4, 2, 20, 0.5f, null, 5) { Sinks = [1, -60, 0, 2] }, [Branches, Forest]),
        (new(40, 1, 8, 0.6f, 1.5f, null) { Sinks = [.. Enumerable.Range(0, 40).Select(i => (i % 7) - 3f)] }, [Branches]),
    ];

    [Theory]
    [MemberData(nameof(Paths))]
    public void Queries_keys_and_values_get_the_gradients_of_float64(SimdPath path)
    {
        using IKernels kernels = CpuKernels.Create(1, path);
        foreach ((AttentionShape shape, (int, int)[][] trees) in Cases)
        {
            foreach ((int, int)[] tree in trees)
            {
                using var memory = new TestMemory();
                var reference = new Reference(shape, tree, new Random(tree.Length + shape.HeadDimension), memory);
                int n = reference.Rows;
                Matrix dq = memory.New(n, shape.Heads * shape.HeadDimension, float.NaN);
                Matrix dk = memory.New(n, shape.KeyValueHeads * shape.HeadDimension, float.NaN, gap: 4);
                Matrix dv = memory.New(n, shape.KeyValueHeads * shape.HeadDimension, float.NaN);
                Matrix? ds = shape.Sinks is null ? null : memory.New(1, shape.Heads, 0.25f);
                kernels.TreeAttentionBackward(
                    shape, reference.Tree.Rows(),
                    new AttentionGradients(reference.Q, reference.K, reference.V, reference.D, dq, dk, dv) { SinkGradients = ds });
                (double[,] eq, double[,] ek, double[,] ev, double[] es) = reference.Gradients();
                string what = $"{path}, {shape}, {n} rows";
                Near.Equal(eq, TestMemory.Read(dq), 5e-6, $"{what}: queries");
                Near.Equal(ek, TestMemory.Read(dk), 5e-6, $"{what}: keys");
                Near.Equal(ev, TestMemory.Read(dv), 5e-6, $"{what}: values");
                for (int h = 0; ds is { } sinks && h < shape.Heads; h++) Assert.Equal(0.25 + es[h], sinks.Row(0)[h], 2e-5);
            }
        }
    }

    [Fact]
    public void The_float64_loops_agree_with_finite_differences()
    {
        foreach (AttentionShape shape in (AttentionShape[])
            [
                new(4, 2, 4, 0.7f, null, null), new(2, 1, 4, 0.7f, 1.5f, 3),
                new(4, 2, 4, 0.7f, null, 3) { Sinks = [0.5f, -1, 2, 0] },
            ])
        {
            using var memory = new TestMemory();
            var reference = new Reference(shape, [(-1, 3), (0, 2), (0, 4), (-1, 2)], new Random(1), memory);
            (double[,] dq, double[,] dk, double[,] dv, double[] ds) = reference.Gradients();
            for (int h = 0; shape.Sinks is { } sinks && h < sinks.Length; h++)
            {
                // Half a step of a power of two: sinks are float32.
                float held = sinks[h], step = 1f / 1024;
                sinks[h] = held + step;
                double above = reference.Loss();
                sinks[h] = held - step;
                double below = reference.Loss();
                sinks[h] = held;
                Assert.Equal((above - below) / (2 * step), ds[h], 1e-6);
            }

            foreach ((double[,] at, double[,] slope) in ((double[,], double[,])[])
                [(reference.Qs, dq), (reference.Ks, dk), (reference.Vs, dv)])
            {
                for (int r = 0; r < at.GetLength(0); r++)
                {
                    for (int c = 0; c < at.GetLength(1); c++)
                    {
                        double held = at[r, c];
                        at[r, c] = held + 1e-5;
                        double above = reference.Loss();
                        at[r, c] = held - 1e-5;
                        double below = reference.Loss();
                        at[r, c] = held;
                        Assert.Equal((above - below) / 2e-5, slope[r, c], 1e-8);
                    }
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public void A_branch_gets_the_same_bits_with_and_without_its_siblings(SimdPath path)
    {
        var shape = new AttentionShape(4, 2, 20, 0.5f, null, null);
        using IKernels kernels = CpuKernels.Create(1, path);
        using var memory = new TestMemory();
        var both = new Reference(shape, [(-1, 13), (0, 33), (0, 20)], new Random(2), memory);
        double[,] queries = Queries(both.Tree, 66), alone = Queries(TreeOf([(-1, 13), (0, 33)]), 46);
        for (int r = 0; r < 46; r++)
        {
            for (int c = 0; c < 80; c++) Assert.Equal(alone[r, c], queries[r, c]);
        }

        double[,] Queries(TokenTree tree, int n)
        {
            Matrix dq = memory.New(n, 80), dk = memory.New(n, 40), dv = memory.New(n, 40);
            kernels.TreeAttentionBackward(shape, tree.Rows(), new AttentionGradients(
                both.Q.Slice(0, n), both.K.Slice(0, n), both.V.Slice(0, n), both.D.Slice(0, n), dq, dk, dv));
            return TestMemory.Read(dq);
        }
    }

    private static TokenTree TreeOf((int Parent, int Tokens)[] nodes)
    {
        var tree = new TokenTree();
        foreach ((int parent, int tokens) in nodes) tree.Add(parent, new int[tokens]);
        return tree;
    }

    /// <summary>Random operands on a tree, and their gradients by the definition alone.</summary>
    private sealed class Reference
    {
        private readonly AttentionShape _shape;
        private readonly double[,] _ds;

        // For each row, the rows that its token may see, in the order of positions, itself the last.
        private readonly List<int[]> _seen = [];

        public Reference(AttentionShape shape, (int Parent, int Tokens)[] nodes, Random random, TestMemory memory)
        {
            _shape = shape;
            Tree = TreeOf(nodes);
            var paths = new List<List<int>>();
            foreach ((int parent, int tokens) in nodes)
            {
                List<int> path = parent < 0 ? [] : [.. paths[parent]];
                for (int t = 0; t < tokens; t++)
                {
                    path.Add(_seen.Count);
                    _seen.Add([.. path.TakeLast(shape.Window ?? int.MaxValue)]);
                }

                paths.Add(path);
            }

            int width = shape.Heads * shape.HeadDimension, keyWidth = shape.KeyValueHeads * shape.HeadDimension;
            (Q, D) = (memory.Random(random, Rows, width), memory.Random(random, Rows, width));
            (K, V) = (memory.Random(random, Rows, keyWidth, gap: 2), memory.Random(random, Rows, keyWidth));
            (Qs, Ks, Vs, _ds) = (TestMemory.Read(Q), TestMemory.Read(K), TestMemory.Read(V), TestMemory.Read(D));
        }

        public TokenTree Tree { get; }

        public int Rows => _seen.Count;

        public Matrix Q { get; }

        public Matrix K { get; }

        public Matrix V { get; }

        public Matrix D { get; }

        public double[,] Qs { get; }

        public double[,] Ks { get; }

        public double[,] Vs { get; }

        /// <summary>The sum of the output times D.</summary>
        public double Loss()
        {
            double loss = 0;
            for (int row = 0; row < Rows; row++)
            {
                for (int head = 0; head < _shape.Heads; head++)
                {
                    (double[] weights, _) = Weights(row, head);
                    for (int j = 0; j < weights.Length; j++) loss += weights[j] * Pull(row, head, _seen[row][j]);
                }
            }

            return loss;
        }

        public (double[,] Q, double[,] K, double[,] V, double[] Sinks) Gradients()
        {
            var sinks = new double[_shape.Heads];
            int n = _shape.HeadDimension, group = _shape.Heads / _shape.KeyValueHeads;
            double[,] dq = new double[Rows, Qs.GetLength(1)], dk = new double[Rows, Ks.GetLength(1)];
            double[,] dv = new double[Rows, Ks.GetLength(1)];
            for (int row = 0; row < Rows; row++)
            {
                for (int head = 0; head < _shape.Heads; head++)
                {
                    (int[] seen, int q, int k) = (_seen[row], head * n, head / group * n);
                    (double[] weights, double[] slopes) = Weights(row, head);
                    double[] pulls = [.. seen.Select(s => Pull(row, head, s))];
                    double mean = weights.Zip(pulls, (w, p) => w * p).Sum();
                    sinks[head] -= (1 - weights.Sum()) * mean;
                    for (int j = 0; j < seen.Length; j++)
                    {
                        double ds = weights[j] * (pulls[j] - mean) * slopes[j] * _shape.Scale;
                        for (int d = 0; d < n; d++)
                        {
                            dq[row, q + d] += ds * Ks[seen[j], k + d];
                            dk[seen[j], k + d] += ds * Qs[row, q + d];
                            dv[seen[j], k + d] += weights[j] * _ds[row, q + d];
                        }
                    }
                }
            }

            return (dq, dk, dv, sinks);
        }

        /// <summary>What the loss gains by weight on a row's value.</summary>
        private double Pull(int row, int head, int seen)
        {
            int n = _shape.HeadDimension, k = head / (_shape.Heads / _shape.KeyValueHeads) * n;
            double sum = 0;
            for (int d = 0; d < n; d++) sum += _ds[row, (head * n) + d] * Vs[seen, k + d];
            return sum;
        }

        /// <summary>A query's weights, and the slope of the cap at each score.</summary>
        private (double[] Weights, double[] Slopes) Weights(int row, int head)
        {
            int n = _shape.HeadDimension, k = head / (_shape.Heads / _shape.KeyValueHeads) * n;
            double[] scores = new double[_seen[row].Length], slopes = new double[scores.Length];
            for (int j = 0; j < scores.Length; j++)
            {
                double s = 0;
                for (int d = 0; d < n; d++) s += Qs[row, (head * n) + d] * Ks[_seen[row][j], k + d];
                s *= _shape.Scale;
                double t = _shape.SoftCap is { } cap ? Math.Tanh(s / cap) : 0;
                (scores[j], slopes[j]) = (_shape.SoftCap is { } c ? c * t : s, 1 - (t * t));
            }

            double? sink = _shape.Sinks?[head];
            double max = Math.Max(scores.Max(), sink ?? double.NegativeInfinity);
            double sum = scores.Sum(s => Math.Exp(s - max)) + (sink is { } own ? Math.Exp(own - max) : 0);
            return ([.. scores.Select(s => Math.Exp(s - max) / sum)], slopes);
        }
    }
}
