using Innate.Audits;

namespace Innate.Tests.Audits;

/// <summary>Wires that only a cheat touches, cues that decide in silence, and detectors that always say yes.</summary>
public class TripWireTests
{
    [Fact]
    public void Letter_case_is_the_macros_indifference_and_the_micros_difference()
    {
        TripWireResult found = TripWires.Measure(["KEY a", "key b", "c"], [["KEY"], ["KEY", "z", "w"], []]);
        Assert.Equal([1, 1 / 3.0, 0], found.Rates);
        Assert.Equal((4 / 9.0, 2 / 3.0, 0.25), (found.Macro, found.MacroHard, found.Micro));
        Assert.Equal(0, TripWires.Measure(["x"], [[]]).Micro);
        Assert.Throws<ArgumentException>(() => TripWires.Measure(["x"], []));
        Assert.Throws<ArgumentOutOfRangeException>(() => TripWires.Measure([], []));
    }

    [Fact]
    public void What_is_not_influenced_confesses_nothing()
    {
        CuedPair steady = new("A", "C", "B", "C", true), silent = new("A", "A", "B", "B", false), frank = silent with { Verbalised = true };
        Assert.Equal(new CueInfluenceResult(0, null, 0), CueInfluence.Measure([steady]));
        Assert.Equal(new CueInfluenceResult(0.75, 1 / 3.0, 0.5), CueInfluence.Measure([steady, silent, silent, frank]));
        Assert.Throws<ArgumentOutOfRangeException>(() => CueInfluence.Measure([]));
    }

    [Fact]
    public void Always_yes_is_worth_a_half()
    {
        Assert.Equal(0.5, BalancedAccuracy.Of(10, 0, 0, 90).Value);
        Assert.Equal(new BalancedAccuracy(null, 0.75), BalancedAccuracy.Of(0, 0, 3, 1));
        Assert.Null(BalancedAccuracy.Of(0, 0, 3, 1).Value);
        Assert.Throws<ArgumentOutOfRangeException>(() => BalancedAccuracy.Of(-1, 2, 0, 0));
    }
}
