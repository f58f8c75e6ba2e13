using Innate.Compute;
using Innate.Compute.Memory;
using Innate.Compute.Simd;
using Innate.Tests.Support;

namespace Innate.Tests.Compute;

/// <summary>The gradients of linear maps and of the embedding against plain float64 loops, on shapes with tails.</summary>
public sealed class BackwardLinearTests
{
    public static TheoryData<SimdPath> Paths => new(SimdPaths.Supported);

    // Rows, inputs, the outputs of each map.
    private static readonly (int Rows, int Inputs, int[] Outputs)[] Shapes =
    [
        (1, 1, [1]), (5, 13, [31, 7]), (13, 33, [5, 100, 33]), (31, 20, [32]), (33, 100, [13, 12]), (100, 31, [33, 1, 64]),
        (600, 17, [9]), (24, 64, [32, 32]),
    ];

    [Theory]
    [MemberData(nameof(Paths))]
    public void Weights_biases_and_inputs_get_the_gradients_of_float64(SimdPath path)
    {
        using IKernels kernels = CpuKernels.Create(1, path);
        foreach (ElementType type in Enum.GetValues<ElementType>().Where(t => !ElementTypes.IsBlocked(t)))
        {
            foreach ((int rows, int inputs, int[] outputs) in Shapes)
            {
                foreach ((bool wanted, bool add) in ((bool, bool)[])[(true, false), (true, true), (false, false)])
                {
                    Check(kernels, type, rows, inputs, outputs, wanted, add, $"{path}, {type}, {rows}x{inputs}, add {add}");
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public void A_map_whose_input_gradient_is_not_wanted_adds_nothing_to_it(SimdPath path)
    {
        using IKernels kernels = CpuKernels.Create(1, path);
        using var memory = new TestMemory();
        var random = new Random(4);
        Matrix x = memory.Random(random, 5, 13), first = memory.Random(random, 5, 7), second = memory.Random(random, 5, 9);
        PackedWeight w = memory.Weight(random, 9, 13);
        Matrix dx = memory.New(5, 13, float.NaN), alone = memory.New(5, 13, float.NaN);
        kernels.LinearBackward(x, [new(first, null, null, null), new(second, w, null, null)], dx, add: false);
        kernels.LinearBackward(x, [new(second, w, null, null)], alone, add: false);
        Assert.Equal(TestMemory.Read(alone), TestMemory.Read(dx));
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public void An_id_read_several_times_gets_the_sum_of_its_rows(SimdPath path)
    {
        using IKernels kernels = CpuKernels.Create(1, path);
        foreach ((int rows, int columns) in ((int, int)[])[(1, 1), (5, 13), (31, 33), (33, 16), (100, 100), (600, 48)])
        {
            using var memory = new TestMemory();
            var random = new Random(rows);
            int[] ids = [.. Enumerable.Range(0, rows).Select(i => i % 3 == 0 ? 32 : random.Next(70))];
            Matrix dy = memory.Random(random, rows, columns, gap: 3);
            PackedWeight table = memory.Weight(random, 70, columns);
            double[,] expected = TestMemory.Read(table), d = TestMemory.Read(dy);
            for (int t = 0; t < rows; t++)
            {
                for (int c = 0; c < columns; c++) expected[ids[t], c] += 1.5 * d[t, c];
            }

            kernels.EmbedBackward(dy, ids, 1.5f, table);
            Near.Equal(expected, TestMemory.Read(table), 2e-6, $"{path}, {rows}x{columns}");
            Assert.True(TestMemory.HasZeroPadding(table));
        }
    }

    private static void Check(
        IKernels kernels, ElementType type, int rows, int inputs, int[] outputs, bool wanted, bool add, string what)
    {
        using var memory = new TestMemory();
        var random = new Random((rows * 31) + inputs);
        Matrix x = memory.Random(random, rows, inputs, gap: 5);
        double[,] xs = TestMemory.Read(x);
        Matrix dx = add ? memory.Random(random, rows, inputs) : memory.New(rows, inputs, float.NaN);
        double[,] dxExpected = add ? TestMemory.Read(dx) : new double[rows, inputs];
        var maps = new List<ProjectionGradient>();
        var checks = new List<Action>();
        for (int i = 0; i < outputs.Length; i++)
        {
            // The second map is frozen: neither weight nor bias learns, though gradients flow through it.
            int map = i, n = outputs[i];
            bool frozen = i == 1;
            Matrix dy = memory.Random(random, rows, n, gap: i);
            double[,] d = TestMemory.Read(dy);
            PackedWeight weight = memory.Weight(random, n, inputs, type);
            double[,] w = TestMemory.Read(weight);
            for (int t = 0; t < rows; t++)
            {
                for (int o = 0; o < n; o++)
                {
                    for (int c = 0; c < inputs; c++) dxExpected[t, c] += d[t, o] * w[o, c];
                }
            }

            if (frozen)
            {
                maps.Add(new ProjectionGradient(dy, weight, null, null));
                continue;
            }

            // Gradients go on from what is there.
            PackedWeight dw = memory.Weight(random, n, inputs);
            Matrix db = memory.Random(random, 1, n);
            double[,] dwExpected = TestMemory.Read(dw), dbExpected = TestMemory.Read(db);
            for (int t = 0; t < rows; t++)
            {
                for (int o = 0; o < n; o++)
                {
                    dbExpected[0, o] += d[t, o];
                    for (int c = 0; c < inputs; c++) dwExpected[o, c] += d[t, o] * xs[t, c];
                }
            }

            maps.Add(new ProjectionGradient(dy, wanted ? weight : null, dw, db));
            checks.Add(() =>
            {
                Near.Equal(dwExpected, TestMemory.Read(dw), 3e-6, $"{what}: weight {map}");
                Near.Equal(dbExpected, TestMemory.Read(db), 3e-6, $"{what}: bias {map}");
                Assert.True(TestMemory.HasZeroPadding(dw), $"{what}: padding of weight {map}");
            });
        }

        kernels.LinearBackward(x, maps.ToArray(), wanted ? dx : null, add);
        checks.ForEach(c => c());
        if (wanted) Near.Equal(dxExpected, TestMemory.Read(dx), 3e-6, $"{what}: input");
    }
}
