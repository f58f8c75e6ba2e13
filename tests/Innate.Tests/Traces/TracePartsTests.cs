using Innate.Rewards;
using Innate.Traces;

namespace Innate.Tests.Traces;

/// <summary>A trace of log-probabilities alone has no other numbers, and says so.</summary>
public sealed class TracePartsTests
{
    private static readonly TokenTrace Part = TokenTrace.OfLogProbabilities([3, 4], [-0.5, -1.5]);

    private static readonly TokenTrace Values = TokenTrace.OfValues([3, 4], [1, 2], [1.5, 3.5], [-0.5, -1.5]);

    [Fact]
    public void A_trace_of_values_has_Q_and_V_and_its_parts_have_them_too()
    {
        Assert.Equal((TraceParts.Values, 3.5, 0.0), (Values.Parts, Values.NextV(0), Values.NextV(1)));
        TokenTrace first = Values.Select([0]);
        Assert.Equal((TraceParts.Values, 1.0, 1.5, 3.5), (first.Parts, first.Q[0], first.V[0], first.NextV(0)));
        Assert.Equal(TraceParts.Values, TokenTrace.Join([Values, Values]).Parts);
        Assert.Equal(0, Values.Turn(0, 1).NextV(0));
        Assert.Contains("Q, V and log-probabilities alone, and no entropy",
            Assert.Throws<InvalidOperationException>(() => Values.Entropy).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => TokenTrace.OfValues([1], [1], [], [1]));
    }

    [Fact]
    public void What_a_trace_lacks_is_never_a_number()
    {
        Assert.Equal((TraceParts.LogProbabilities, 2), (Part.Parts, Part.Length));
        foreach (Func<object> ask in (Func<object>[])[() => Part.Q, () => Part.V, () => Part.Entropy, () => Part.MeanLogit, () =>
            Part.NextV(0), () => Part.SelfCertainty(1)])
        {
            Assert.Contains("log-probabilities alone", Assert.Throws<InvalidOperationException>(ask).Message,
                StringComparison.Ordinal);
        }

        Assert.Equal("TokenTrace of 2 tokens (LogProbabilities)", Part.ToString());
        Assert.Equal(Part, Part with { });
        Assert.Throws<ArgumentException>(() => TokenTrace.OfLogProbabilities([1], []));
    }

    [Theory]
    [InlineData(RewardKind.Endogenous, false)]
    [InlineData(RewardKind.EndogenousLogProb, true)]
    [InlineData(RewardKind.LogLikelihood, true)]
    [InlineData(RewardKind.MeanLogLikelihood, true)]
    [InlineData(RewardKind.SelfCertainty, false)]
    [InlineData(RewardKind.Entropy, false)]
    [InlineData(RewardKind.Implicit, true)]
    public void A_reward_needs_what_its_formula_asks_for(RewardKind kind, bool logProbabilitiesDo)
    {
        // What is declared is what is asked for.
        Func<double> compute = () => Reward.Compute(kind, Part, new RewardOptions { Gamma = 0.5 }, Part).Value;
        if (logProbabilitiesDo) Assert.True(double.IsFinite(compute()));
        else Assert.Throws<InvalidOperationException>(() => compute());
        TraceParts needed = logProbabilitiesDo ? TraceParts.LogProbabilities
            : kind == RewardKind.Endogenous ? TraceParts.Values : TraceParts.All;
        Assert.Equal(needed, Reward.Needs(kind));
        Func<double> ofValues = () => Reward.Compute(kind, Values, new RewardOptions { Gamma = 0.5 }, Values).Value;
        if (needed < TraceParts.All) Assert.True(double.IsFinite(ofValues()));
        else Assert.Throws<InvalidOperationException>(() => ofValues());
        Reward.Require(kind, TraceParts.All, "x");
        if (logProbabilitiesDo) Reward.Require(kind, TraceParts.LogProbabilities, "x");
        else Assert.StartsWith(
            $"reward: {RewardNames.NameOf(kind)} needs ",
            Assert.Throws<InputException>(() => Reward.Require(kind, TraceParts.LogProbabilities, "x")).Message,
            StringComparison.Ordinal);
    }
}
