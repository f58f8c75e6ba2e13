using Innate.Reinforcement.Objectives;
using static Innate.Tests.Reinforcement.ReferenceNumbers;

namespace Innate.Tests.Reinforcement;

/// <summary>Three estimates of one divergence, and what each is the gradient of.</summary>
public sealed class KlEstimatorTests
{
    private static readonly double[] Logits = [0.3, -1.2, 0.9, 0.1];
    private static readonly double[] Reference = Softmax([-0.5, 0.4, 0.2, 1.1]);

    [Fact]
    public void Values_are_the_references()
    {
        foreach ((KlKind kind, string name) in new[] { (KlKind.K1, "k1"), (KlKind.K2, "k2"), (KlKind.K3, "k3") })
        {
            double[][] actual = [.. LogProbs.Zip(ReferenceLogProbs, (l, r) => KlEstimator.Values(kind, l, r))];
            AssertClose(PerToken("kl_to_reference", name), actual);
        }
    }

    [Theory]
    [InlineData(KlKind.K1)]
    [InlineData(KlKind.K2)]
    [InlineData(KlKind.K3)]
    public void Gradients_are_the_slopes(KlKind kind)
    {
        foreach (double d in new[] { -25, -19, -3, -0.7, -9e-4, 0, 1e-5, 2e-3, 0.4, 5, 30 })
        {
            double slope = (KlEstimator.Value(kind, d + 1e-5, 0) - KlEstimator.Value(kind, d - 1e-5, 0)) / 2e-5;
            Assert.Equal(slope, KlEstimator.Gradient(kind, d - 2, -2), 1e-5 * Math.Max(1, Math.Abs(slope)));
        }
    }

    [Fact]
    public void K3_keeps_its_digits_near_zero_and_never_falls_below()
    {
        Assert.Equal(0.5e-20, KlEstimator.Value(KlKind.K3, 1e-10, 0), 1e-30);
        for (double d = -2e-3; d < 2e-3; d += 1e-5)
        {
            double value = KlEstimator.Value(KlKind.K3, d, 0);
            Assert.True(value >= 0);
            Assert.Equal(Math.Exp(-d) - 1 + d, value, 1e-15);
        }
    }

    [Theory]
    [InlineData(-1e6, 0)]
    [InlineData(0, -1e6)]
    [InlineData(-1e6, -1e6)]
    public void Extreme_ratios_stay_finite(double logProb, double reference)
    {
        foreach (KlKind kind in Enum.GetValues<KlKind>())
        {
            Assert.True(double.IsFinite(KlEstimator.Value(kind, logProb, reference)));
            Assert.True(double.IsFinite(KlEstimator.Gradient(kind, logProb, reference)));
        }
    }

    [Fact]
    public void In_expectation_k1_and_k3_are_the_divergence()
    {
        double[] policy = Softmax(Logits);
        Assert.Equal(Kl(policy, Reference), Expect(KlKind.K1), 1e-12);
        Assert.Equal(Kl(policy, Reference), Expect(KlKind.K3), 1e-12);

        double Expect(KlKind kind) =>
            policy.Select((p, i) => p * KlEstimator.Value(kind, Math.Log(p), Math.Log(Reference[i]))).Sum();
    }

    [Fact]
    public void As_a_loss_on_own_samples_each_has_its_own_gradient()
    {
        AssertClose(new double[4], ExpectedGradient(KlKind.K1), 1e-12);
        AssertClose(Slopes(logits => Kl(Softmax(logits), Reference)), ExpectedGradient(KlKind.K2), 1e-7);
        AssertClose(Slopes(logits => Kl(Reference, Softmax(logits))), ExpectedGradient(KlKind.K3), 1e-7);
    }

    [Fact]
    public void The_controller_holds_the_divergence_at_its_target()
    {
        Assert.Equal(0.1, KlEstimator.Adapt(0.1, 6, 6, 64, 1000));
        Assert.Equal(0.1 * (1 + (0.1 * 64 / 1000)), KlEstimator.Adapt(0.1, 6.6, 6, 64, 1000), 1e-15);
        Assert.Equal(0.1 * (1 + (0.2 * 64 / 1000)), KlEstimator.Adapt(0.1, 600, 6, 64, 1000), 1e-15);
        Assert.Equal(0.1 * (1 - (0.2 * 64 / 1000)), KlEstimator.Adapt(0.1, 0, 6, 64, 1000), 1e-15);
        Assert.Throws<ArgumentOutOfRangeException>(() => KlEstimator.Adapt(0.1, 1, 0, 64, 1000));
        Assert.Throws<ArgumentOutOfRangeException>(() => KlEstimator.Adapt(0.1, 1, 1, 64, 10));
    }

    // E over a of dk(a)/dlogits, with dlog pi(a)/dz = onehot(a) - pi.
    private static double[] ExpectedGradient(KlKind kind)
    {
        double[] policy = Softmax(Logits), gradient = new double[policy.Length];
        for (int a = 0; a < policy.Length; a++)
        {
            double g = policy[a] * KlEstimator.Gradient(kind, Math.Log(policy[a]), Math.Log(Reference[a]));
            for (int v = 0; v < policy.Length; v++) gradient[v] += g * ((v == a ? 1 : 0) - policy[v]);
        }

        return gradient;
    }

    private static double[] Slopes(Func<double[], double> value) => [.. Logits.Select((_, i) =>
    {
        double[] up = [.. Logits], down = [.. Logits];
        up[i] += 1e-5;
        down[i] -= 1e-5;
        return (value(up) - value(down)) / 2e-5;
    })];

    private static double Kl(double[] p, double[] q) => p.Select((x, i) => x * Math.Log(x / q[i])).Sum();

    private static double[] Softmax(double[] logits)
    {
        double sum = logits.Sum(Math.Exp);
        return [.. logits.Select(z => Math.Exp(z) / sum)];
    }
}
