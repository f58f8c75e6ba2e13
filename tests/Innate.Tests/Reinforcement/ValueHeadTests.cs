using Innate.Compute;
using Innate.Compute.Memory;
using Innate.Layers;
using Innate.Learning.Optimization;
using Innate.Models;
using Innate.Reinforcement;
using Innate.Tests.Support;

namespace Innate.Tests.Reinforcement;

/// <summary>A linear reading of hidden states, with a gradient and a clip of its own.</summary>
public sealed class ValueHeadTests : IDisposable
{
    private readonly TestMemory _memory = new();

    public void Dispose() => _memory.Dispose();

    [Fact]
    public void Values_are_linear_in_the_hidden_state_and_the_gradient_is_their_transpose()
    {
        ValueHead head = new(hidden: 2, rate: 50);
        Assert.Equal((50, true, "value_head"), (head.Parameter.RateScale, head.Parameter.IsApart, head.Parameter.TensorName));
        Matrix hidden = Hidden();
        Assert.Equal([0, 0, 0], head.Values(hidden));
        ((float[])[0.5f, -2, 0.25f]).CopyTo(head.Parameter.Vector!, 0);
        Assert.Equal([0.5 - 4 + 0.25, 1.5 + 2 + 0.25, 0 - 1 + 0.25], head.Values(hidden));

        Gradients gradients = new();
        head.Backward(hidden, [1, 2, 3], gradients);
        Matrix place = _memory.New(1, 3, fill: 10);
        gradients.Add(head.Parameter.Vector!, place);
        head.Backward(hidden, [1, 2, 3], gradients);
        Assert.Equal([10 + 1 + 6 + 0, 10 + 2 - 2 + 1.5f, 10 + 1 + 2 + 3], place.Row(0).ToArray());
    }

    [Fact]
    public void Its_gradient_is_clipped_by_its_own_norm_and_the_policys_by_the_policys()
    {
        float[] weights = [1, 2];
        ModelParameter policy = new("norm", ElementType.Float32, 1, 2) { TensorRows = 1, Vector = weights };
        ValueHead head = new(hidden: 1, rate: 10);
        using IKernels kernels = CpuKernels.Create(1);
        using TrainedWeights trained = new([policy, head.Parameter]);
        ((float[])[0.3f, 0.4f]).CopyTo(trained.Parameters[0].Gradient.Row(0));
        ((float[])[30, 40]).CopyTo(trained.Parameters[1].Gradient.Row(0));

        // The head's 50 neither counts in the policy's norm nor shrinks the policy's step; its own is brought down to 1.
        double norm = trained.GradientNorm(kernels);
        Assert.Equal(0.5, norm, 1e-6);
        AdamW.Step(kernels, trained, new AdamWOptions { MaxGradientNorm = 1 }, 1, 0.01, norm);
        AssertMoments([0.03, 0.04], trained.Parameters[0]);
        AssertMoments([0.06, 0.08], trained.Parameters[1]);

        // And a policy whose gradient is clipped leaves a small one of the head as it is.
        ((float[])[3, 4]).CopyTo(trained.Parameters[0].Gradient.Row(0));
        ((float[])[0.3f, 0.4f]).CopyTo(trained.Parameters[1].Gradient.Row(0));
        AdamW.Step(kernels, trained, new AdamWOptions { MaxGradientNorm = 1 }, 2, 0.01, trained.GradientNorm(kernels));
        AssertMoments([0.027 + 0.06, 0.036 + 0.08], trained.Parameters[0]);
        AssertMoments([0.054 + 0.03, 0.072 + 0.04], trained.Parameters[1]);
    }

    [Fact]
    public void It_learns_at_its_own_rate()
    {
        float[] weights = [0];
        ModelParameter policy = new("norm", ElementType.Float32, 1, 1) { TensorRows = 1, Vector = weights };
        ValueHead head = new(hidden: 1, rate: 10);
        using IKernels kernels = CpuKernels.Create(1);
        using TrainedWeights trained = new([policy, head.Parameter]);
        trained.Parameters[0].Gradient.Row(0)[0] = 0.5f;
        trained.Parameters[1].Gradient.Row(0)[0] = 0.5f;
        AdamW.Step(kernels, trained, new AdamWOptions(), 1, 0.01, trained.GradientNorm(kernels));
        Assert.Equal(-0.01, weights[0], 1e-6);
        Assert.Equal(-0.1, head.Parameter.Vector![0], 1e-6);
        Assert.Equal(0, head.Parameter.Vector[1]);
    }

    private static void AssertMoments(double[] expected, TrainedParameter parameter)
    {
        // In step 1 the moments are a tenth of the clipped gradient.
        for (int i = 0; i < expected.Length; i++) Assert.Equal(expected[i], parameter.FirstMoment.Row(0)[i], 1e-5);
    }

    private Matrix Hidden()
    {
        Matrix hidden = _memory.New(3, 2);
        ((float[])[1, 2]).CopyTo(hidden.Row(0));
        ((float[])[3, -1]).CopyTo(hidden.Row(1));
        ((float[])[0, 0.5f]).CopyTo(hidden.Row(2));
        return hidden;
    }
}
