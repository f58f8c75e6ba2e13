using Innate.Compute;
using Innate.Compute.Blocks;
using Innate.Compute.Memory;
using Innate.Compute.Simd;
using Innate.Tests.Compute.Blocks;
using Innate.Tests.Support;

namespace Innate.Tests.Compute;

/// <summary>
/// Products in integers: each element is the reference's own chain, for every type of block, on every instruction set, whatever
/// rows are beside it and however many threads work.
/// </summary>
public sealed unsafe class IntegerProductTests
{
    private const int Rows = 77, Columns = 512;

    public static TheoryData<ElementType> Types => new(Enum.GetValues<ElementType>().Where(ElementTypes.IsBlocked));

    [Theory]
    [MemberData(nameof(Types))]
    public void Codes_stand_for_the_values_of_their_blocks(ElementType type)
    {
        byte[] file = RandomBlocks.Of(type, Rows, Columns, seed: 3);
        using PackedWeight codes = Coded(type, file, Rows, Columns);
        var wide = new float[Rows * Columns];
        BlockWidening.Widen(type, file, wide);
        Assert.Equal(wide, Values(codes));
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void Every_instruction_set_batch_and_thread_count_gives_the_bits_of_the_definition(ElementType type)
    {
        byte[] file = RandomBlocks.Of(type, Rows, Columns, seed: 4);
        using PackedWeight codes = Coded(type, file, Rows, Columns);
        using var memory = new TestMemory();
        Matrix x = memory.Random(new Random(5), 29, Columns);
        x.Row(7).Clear();
        float[] expected = IntegerReference.Product(type, file, Rows, x);
        foreach (SimdPath path in SimdPaths.Supported)
        {
            foreach (int threads in (int[])[1, 3])
            {
                using IKernels kernels = CpuKernels.Create(threads, path);
                foreach (int tokens in (int[])[1, 5, 6, 13, 29])
                {
                    Matrix y = memory.New(tokens, Rows);
                    kernels.Linear(x.Slice(29 - tokens, tokens), [new Projection(codes, null, y)]);
                    for (int t = 0; t < tokens; t++)
                    {
                        ReadOnlySpan<float> row = expected.AsSpan((29 - tokens + t) * Rows, Rows);
                        Assert.True(row.SequenceEqual(y.Row(t)), $"{path}, row {t} of {tokens}, {threads} threads");
                    }
                }
            }
        }
    }

    /// <summary>A weight of codes out of a file's blocks.</summary>
    internal static PackedWeight Coded(ElementType type, byte[] file, int rows, int columns)
    {
        var panels = new CodePanels(type, rows, columns);
        int rowBytes = panels.RowBytes;
        for (int panel = 0; panel * 32 < rows; panel++)
        {
            int count = Math.Min(32, rows - (panel * 32));
            panels.SetPanel(panel, file.AsSpan(panel * 32 * rowBytes, count * rowBytes));
        }

        return new PackedWeight(panels);
    }

    private static float[] Values(PackedWeight weight)
    {
        var values = new float[weight.Rows * weight.Columns];
        for (int r = 0; r < weight.Rows; r++) weight.CopyRow(r, values.AsSpan(r * weight.Columns, weight.Columns));
        return values;
    }
}
