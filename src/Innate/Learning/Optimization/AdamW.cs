using Innate.Compute;

namespace Innate.Learning.Optimization;

/// <summary>AdamW's settings.</summary>
public sealed record AdamWOptions
{
    /// <summary>Decay of the gradient's running mean.</summary>
    public double Beta1 { get; init; } = 0.9;

    /// <summary>Decay of the squared gradient's running mean.</summary>
    public double Beta2 { get; init; } = 0.999;

    /// <summary>Added to the root.</summary>
    public double Epsilon { get; init; } = 1e-8;

    /// <summary>Decoupled decay of matrices, a unit of learning rate; norms and biases do not decay.</summary>
    public double WeightDecay { get; init; } = 0.01;

    /// <summary>The largest norm of all gradients together; larger ones are scaled down to it. Infinity: no clipping.</summary>
    public double MaxGradientNorm { get; init; } = 1;
}

/// <summary>
/// Adam with decoupled weight decay (Loshchilov and Hutter, arXiv 1711.05101), and clipping by the global norm.
/// </summary>
public static class AdamW
{
    /// <summary>One step on all weights; gradients are zeroed.</summary>
    /// <param name="kernels">The kernels.</param>
    /// <param name="weights">Weights with their gradients.</param>
    /// <param name="options">The settings.</param>
    /// <param name="step">Counted from 1.</param>
    /// <param name="learningRate">This step's.</param>
    /// <param name="gradientNorm">As <see cref="TrainedWeights.GradientNorm"/> gives it; finite.</param>
    public static void Step(
        IKernels kernels, TrainedWeights weights, AdamWOptions options, long step, double learningRate, double gradientNorm)
    {
        double common = Clip(options, gradientNorm);
        double first = 1 - Power(options.Beta1, step), second = 1 - Power(options.Beta2, step);
        weights.Step(kernels, Update, step);

        AdamWStep Update(TrainedParameter p)
        {
            double decay = p.Decays ? options.WeightDecay : 0, rate = learningRate * p.RateScale;
            double clip = p.IsApart ? Clip(options, Math.Sqrt(kernels.SumOfSquares(p.Gradient))) : common;
            return new AdamWStep(
                (float)(1 - (rate * decay)), (float)(rate / first), (float)clip, (float)options.Beta1,
                (float)options.Beta2, (float)(1 / Math.Sqrt(second)), (float)options.Epsilon);
        }
    }

    private static double Clip(AdamWOptions options, double norm) =>
        norm > options.MaxGradientNorm ? options.MaxGradientNorm / norm : 1;

    // By products alone, so that every machine's bits agree.
    private static double Power(double x, long n)
    {
        double power = 1;
        for (; n > 0; n >>= 1, x *= x)
        {
            if ((n & 1) == 1) power *= x;
        }

        return power;
    }
}
