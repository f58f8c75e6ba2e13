using Innate.Engines;
using Innate.Traces;

namespace Innate.Tests.Engines;

/// <summary>How exact a pair's V is, and what makes a pair, of numbers by hand.</summary>
public class EngineSpreadTests
{
    [Fact]
    public void Every_response_counts_what_lies_apart_and_those_asked_twice_what_moved()
    {
        EngineSpread spread = new EngineSpread().With(Pair([1, 2], 0.25, 0.75), Trace([1.5, 1.75])).With(Pair([3], 0.5), null);
        Assert.Equal((1, 2, 3), (spread.Responses, spread.Tokens, spread.Places));
        Assert.Equal((0.5, 0.375), (spread.MostMoved, spread.MeanMoved));
        Assert.Equal((0.75, 0.5), (spread.MostApart, spread.MeanApart));
        Assert.Equal(0.75, spread.Most);
        Assert.Equal(
            "V = Q - log pi carries both engines' rounding: at 2 tokens of 1 responses asked twice it moved by at most 0.5 nats "
            + "(0.375 on average), and at 3 places another token's numbers give one at most 0.75 nats away (0.5 on average)",
            spread.InWords);
        spread = spread.With(Pair([1]), Trace([2]));
        Assert.Equal((2, 3, 1.0), (spread.Responses, spread.Tokens, spread.Most));
        Assert.Equal(1.75 / 3, spread.MeanMoved, 12);
    }

    [Fact]
    public void A_token_that_never_comes_moves_nothing() => Assert.Equal(
        (1, 1, 0.5), Counts(new EngineSpread().With(Pair([double.NaN, 2]), Trace([double.NaN, 2.5]))));

    [Fact]
    public void Engines_that_never_hold_one_token_for_the_likeliest_serve_two_models()
    {
        Assert.Empty(Join(7).Apart);
        Assert.Contains("here the two engines hold no token for the likeliest alike",
            Assert.Throws<EngineException>(() => Join(8)).Message, StringComparison.Ordinal);
    }

    // Whoever adds one number to all logits serves the same model.
    [Fact]
    public void Logits_below_zero_are_logits() => Assert.Equal(
        [-9, -8.5], EnginePair.Join([3, 4], [Told(-1), Told(-2)], [Told(-10), Told(-10.5)], "x").Trace.V);

    private static TokenValues Told(double number) => new(number, new Dictionary<int, double>());

    private static (int, int, double) Counts(EngineSpread spread) => (spread.Responses, spread.Tokens, spread.MostMoved);

    private static EnginePair.PairedTrace Join(int tokens)
    {
        TokenValues[] logProbs = [.. Enumerable.Repeat(new TokenValues(-1, new Dictionary<int, double> { [1] = -0.5 }), tokens)];
        TokenValues[] logits = [.. Enumerable.Repeat(new TokenValues(2, new Dictionary<int, double> { [2] = 2.5 }), tokens)];
        return EnginePair.Join([.. Enumerable.Range(3, tokens)], logProbs, logits, "x");
    }

    private static EnginePair.PairedTrace Pair(double[] v, params double[] apart) => new(Trace(v), apart);

    private static TokenTrace Trace(double[] v) =>
        TokenTrace.OfValues([.. Enumerable.Range(3, v.Length)], [.. v.Select(x => x - 1)], v, [.. v.Select(_ => -1.0)]);
}
