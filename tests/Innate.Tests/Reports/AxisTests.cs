using FsCheck;
using FsCheck.Fluent;
using Innate.Reports;

namespace Innate.Tests.Reports;

public sealed class AxisTests
{
    [Theory]
    [InlineData(0, 1, "0 0.2 0.4 0.6 0.8 1.0")]
    [InlineData(1.2, 7.1, "0 2 4 6 8")]
    [InlineData(5100, 5322, "5100 5150 5200 5250 5300 5350")]
    [InlineData(0, 3e-4, "0 0.5e-4 1.0e-4 1.5e-4 2.0e-4 2.5e-4 3.0e-4")]
    [InlineData(-1, 1, "-1.0 -0.5 0 0.5 1.0")]
    [InlineData(0, 48000, "0 10k 20k 30k 40k 50k")]
    [InlineData(0, 0, "0 0.2 0.4 0.6 0.8 1.0")]
    public void Ticks_stand_at_round_numbers(double low, double high, string labels) => Assert.Equal(
        labels, string.Join(' ', Axis.OfValues(low, high).Ticks.Select(t => t.Label)));

    [Fact]
    public void An_axis_holds_all_its_values_with_a_few_ticks() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(2000), Prop.ForAll<double, double>((a, b) =>
        {
            if (!(Math.Abs(a) < 1e150 && Math.Abs(b) < 1e150)) return;
            Axis axis = Axis.OfValues(Math.Min(a, b), Math.Max(a, b));
            Assert.InRange(axis.Position(a), -1e-6, 1 + 1e-6);
            Assert.InRange(axis.Position(b), -1e-6, 1 + 1e-6);
            Assert.InRange(axis.Ticks.Count, 2, 9);
            Assert.Equal(axis.Ticks.Count, axis.Ticks.Select(t => t.Label).Distinct().Count());
        }));

    [Theory]
    [InlineData(1, 5)]
    [InlineData(1, 1)]
    [InlineData(0, 0)]
    [InlineData(990, 123_456)]
    [InlineData(2147483600, int.MaxValue)]
    public void Steps_are_whole_and_few(int first, int last)
    {
        Axis axis = Axis.OfSteps(first, last);
        Assert.InRange(axis.Ticks.Count, 1, 9);
        Assert.All(axis.Ticks, t => Assert.True(t.Value == Math.Floor(t.Value) && t.Value >= axis.Low && t.Value <= axis.High));
        Assert.InRange(axis.Position(first), 0, 1);
    }

    [Theory]
    [InlineData(1, 100, "1 2 5 10 20 50 100")]
    [InlineData(3, 70, "2 5 10 20 50 100")]
    [InlineData(1e-4, 1, "1e-4 1e-3 0.01 0.1 1")]
    [InlineData(2e-4, 0.7, "1e-3 0.01 0.1 1")]
    [InlineData(8, 8, "2 5 10 20")]
    [InlineData(1e-30, 1e30, "1e-30 1e-20 1e-10 1 10G 1e20 1e30")]
    public void Ticks_of_a_logarithmic_axis_stand_at_round_numbers(double low, double high, string labels) => Assert.Equal(
        labels, string.Join(' ', Axis.OfPowers(low, high).Ticks.Select(t => t.Label)));

    [Fact]
    public void Equal_ratios_are_equally_far_apart_on_a_logarithmic_axis()
    {
        Axis axis = Axis.OfPowers(1, 1000);
        Assert.Equal(0, axis.Position(1), 1e-12);
        Assert.Equal(1 / 3.0, axis.Position(10), 1e-12);
        Assert.Equal(2 / 3.0, axis.Position(100), 1e-12);
    }

    [Fact]
    public void A_logarithmic_axis_holds_all_its_values_with_a_few_ticks() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(2000), Prop.ForAll<double, double>((a, b) =>
        {
            // Any two sizes over 200 powers of ten, and close ones as well.
            (double x, double y) = (Math.Pow(10, Math.IEEERemainder(a, 200)), Math.Pow(10, Math.IEEERemainder(b, 200)));
            foreach (double other in new[] { y, x * 1.5, x * (1 + 1e-8) })
            {
                if (!double.IsFinite(x) || !double.IsFinite(other)) continue;
                Axis axis = Axis.OfPowers(Math.Min(x, other), Math.Max(x, other));
                Assert.InRange(axis.Position(x), -1e-6, 1 + 1e-6);
                Assert.InRange(axis.Position(other), -1e-6, 1 + 1e-6);
                Assert.InRange(axis.Ticks.Count, 2, 9);
                Assert.All(axis.Ticks, t => Assert.InRange(axis.Position(t.Value), -1e-9, 1 + 1e-9));
            }
        }));

    [Theory]
    [InlineData(0, 1, "0 0.2 0.4 0.6 0.8 1.0")]
    [InlineData(0.3, 7.7, "1 2 3 4 5 6 7")]
    [InlineData(-3, -1, "-3.0 -2.5 -2.0 -1.5 -1.0")]
    public void An_axis_across_is_just_as_long_as_what_it_holds(double low, double high, string labels)
    {
        Axis axis = Axis.OfSpan(low, high);
        Assert.Equal((0, 1), (axis.Position(low), axis.Position(high)));
        Assert.Equal(labels, string.Join(' ', axis.Ticks.Select(t => t.Label)));
    }

    [Theory]
    [InlineData(1.23456, "1.235")]
    [InlineData(3e-4, "3e-4")]
    [InlineData(0, "0")]
    [InlineData(5210.4, "5210")]
    [InlineData(52104, "52.1k")]
    [InlineData(-0.5, "-0.5")]
    [InlineData(double.NaN, "NaN")]
    public void Numbers_are_short(double value, string text) => Assert.Equal(text, NumberText.Short(value));
}
