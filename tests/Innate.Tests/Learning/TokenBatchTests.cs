using Innate.Compute;
using Innate.Compute.Memory;
using Innate.Learning;
using Innate.Learning.Optimization;
using Innate.Models;

namespace Innate.Tests.Learning;

/// <summary>Small promises that a run's numbers rest on.</summary>
public class TokenBatchTests
{
    [Fact]
    public void Every_token_drops_out_on_its_own()
    {
        TokenBatch batch = new(dropoutKey: 7);
        for (int slot = 0; slot < 3; slot++) batch.AddGroup(slot, [1, 2, 3], [[4, 5, 6], [4, 5, 6, 7]]);
        ulong[] keys = batch.RowKeys!;
        Assert.Equal(3 * (3 + 2 + 3), keys.Length);
        Assert.Equal(keys.Length, keys.Distinct().Count());

        TokenBatch alone = new(dropoutKey: 7);
        alone.AddGroup(2, [1, 2, 3], [[4, 5, 6], [4, 5, 6, 7]]);
        Assert.Equal(keys[16..], alone.RowKeys);
    }

    [Fact]
    public void Matrices_decay_and_vectors_do_not()
    {
        using PackedWeight matrix = new(2, 3, ElementType.Float32);
        matrix.Flat().Row(0).Fill(1);
        float[] vector = [1, 1, 1];
        using TrainedWeights weights = new(
        [
            new ModelParameter("m", ElementType.Float32, 2, 3) { TensorRows = 2, Matrix = matrix },
            new ModelParameter("v", ElementType.Float32, 1, 3) { TensorRows = 1, Vector = vector },
        ]);
        AdamW.Step(CpuKernels.Create(1), weights, new AdamWOptions { WeightDecay = 0.5 }, step: 1, learningRate: 0.1, gradientNorm: 0);
        Assert.All(weights.Parameters[0].Values.Row(0).ToArray(), v => Assert.Equal(0.95f, v));
        Assert.Equal([1, 1, 1], vector);
    }
}
