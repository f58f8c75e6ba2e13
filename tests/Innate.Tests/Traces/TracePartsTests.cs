using Innate.Rewards;
using Innate.Traces;

namespace Innate.Tests.Traces;

/// <summary>A trace of log-probabilities alone has no other numbers, and says so.</summary>
public sealed class TracePartsTests
{
    private static readonly TokenTrace Part = TokenTrace.OfLogProbabilities([3, 4], [-0.5, -1.5]);

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
        Assert.Equal(logProbabilitiesDo ? TraceParts.LogProbabilities : TraceParts.All, Reward.Needs(kind));
        Reward.Require(kind, TraceParts.All, "x");
        if (logProbabilitiesDo) Reward.Require(kind, TraceParts.LogProbabilities, "x");
        else Assert.StartsWith(
            $"reward: {RewardNames.NameOf(kind)} needs ",
            Assert.Throws<InputException>(() => Reward.Require(kind, TraceParts.LogProbabilities, "x")).Message,
            StringComparison.Ordinal);
    }
}
