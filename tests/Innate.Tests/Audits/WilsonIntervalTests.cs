using Innate.Audits.Statistics;
using Innate.Benchmarks;

namespace Innate.Tests.Audits;

/// <summary>Wilson's interval (1927) at 95%, by hand: z = 1.959964, the roots of (p - x)^2 = z^2 x (1 - x) / n.</summary>
public sealed class WilsonIntervalTests
{
    [Theory]
    [InlineData(0.0, 10, 0.0, 0.277533)]
    [InlineData(0.5, 10, 0.236593, 0.763407)]
    [InlineData(1.0, 10, 0.722467, 1.0)]
    public void Its_ends_are_the_roots(double p, int tries, double low, double high)
    {
        MetricInterval interval = WilsonInterval.Of(p, tries);
        Assert.Equal(low, interval.Low, 1e-6);
        Assert.Equal(high, interval.High, 1e-6);
    }

    [Fact]
    public void Nothing_tried_has_none() => Assert.True(double.IsNaN(WilsonInterval.Of(0.5, 0).Low));
}
