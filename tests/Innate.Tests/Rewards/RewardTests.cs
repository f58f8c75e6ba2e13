using FsCheck;
using FsCheck.Fluent;
using Innate.Rewards;
using Innate.Traces;

namespace Innate.Tests.Rewards;

/// <summary>The rewards by hand, and the identities that arXiv 2506.23235 rests on.</summary>
public class RewardTests
{
    // Two tokens; logits (2, 0) then (0, 1): V1 = ln(e^2 + 1), V2 = ln(1 + e).
    private static readonly double V1 = Math.Log(Math.Exp(2) + 1), V2 = Math.Log(1 + Math.E);

    private static readonly TokenTrace Hand = new()
    {
        Tokens = [0, 1],
        Q = [2, 1],
        V = [V1, V2],
        LogProbability = [2 - V1, 1 - V2],
        Entropy = [0.3, 0.6],
        MeanLogit = [1, 0.5],
    };

    [Fact]
    public void The_endogenous_reward_subtracts_the_next_states_value_and_none_after_the_last_token()
    {
        RewardResult r = EndogenousReward.Compute(Hand, new RewardOptions());
        Assert.Equal([2 - V2, 1], r.PerToken);
        Assert.Equal(3 - V2, r.Value, 1e-15);
    }

    [Fact]
    public void Later_tokens_weigh_gamma_to_their_place_but_never_less_than_beta()
    {
        var long3 = Hand with { Tokens = [0, 1, 1], Q = [2, 1, 1], V = [V1, V2, V2], LogProbability = [-1, -2, -4],
            Entropy = [0, 0, 0], MeanLogit = [0, 0, 0] };
        var options = new RewardOptions { Gamma = 0.5, Beta = 0.3 };
        Assert.Equal([1, 0.5, 0.3], options.Weights(3));
        Assert.Equal((2 - V2) + (0.5 * (1 - V2)) + 0.3, EndogenousReward.Compute(long3, options).Value, 1e-15);
        Assert.Equal(-1 - 1 - 1.2, EndogenousLogProbReward.Compute(long3, options).Value, 1e-15);
    }

    // As a response of one token: no V after it, and none of the weights of what follows.
    [Fact]
    public void The_first_tokens_count_as_if_the_response_had_ended_there()
    {
        RewardOptions first = new() { First = 1 };
        RewardResult endogenous = Reward.Compute(RewardKind.Endogenous, Hand, first);
        Assert.Equal(2, endogenous.Value);
        Assert.Equal([2, 0], endogenous.PerToken);
        Assert.Equal(2 - V1, Reward.Compute(RewardKind.MeanLogLikelihood, Hand, first).Value, 1e-15);
        Assert.Equal(-0.3, Reward.Compute(RewardKind.Entropy, Hand, first).Value, 1e-15);
        TokenTrace reference = Hand with { LogProbability = [-1, -3] };
        Assert.Equal(3 - V1, Reward.Compute(RewardKind.Implicit, Hand, first, reference).Value, 1e-15);
        Assert.Equal(
            EndogenousReward.Compute(Hand, new RewardOptions()).Value,
            Reward.Compute(RewardKind.Endogenous, Hand, new RewardOptions { First = 2 }).Value);
        Assert.Contains("First: expected a whole number of at least 1, found 0",
            Assert.Throws<InputException>(() => new RewardOptions { First = 0 }.Check()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_other_rewards_by_hand()
    {
        Assert.Equal(3 - V1 - V2, LogLikelihood.Sum(Hand).Value, 1e-15);
        Assert.Equal((3 - V1 - V2) / 2, LogLikelihood.Mean(Hand).Value, 1e-15);
        Assert.Equal((V1 - 1 + V2 - 0.5) / 2, SelfCertainty.Compute(Hand).Value, 1e-15);
        Assert.Equal(-0.45, EntropyReward.Compute(Hand).Value, 1e-15);
        TokenTrace reference = Hand with { LogProbability = [-1, -3] };
        Assert.Equal([3 - V1, 4 - V2], ImplicitReward.Compute(Hand, reference).PerToken);
        Assert.Throws<ArgumentException>(() => ImplicitReward.Compute(Hand, reference with { Tokens = [0, 2] }));
    }

    [Fact]
    public void Undiscounted_rewards_telescope_to_the_log_likelihood_and_the_first_value()
    {
        Check(
            t => (
                EndogenousReward.Compute(t, new RewardOptions { Alpha = t.Alpha }).Value,
                (t.Alpha * AlphaLogProbability(t).Sum()) + t.V[0]));
    }

    [Fact]
    public void Discounted_rewards_satisfy_abels_identity()
    {
        var options = new RewardOptions { Gamma = 0.8, Beta = 0.25 };
        Check(t =>
        {
            double[] w = options.Weights(t.Length), l = AlphaLogProbability(t);
            double abel = w[0] * t.V[0];
            for (int h = 0; h < w.Length; h++) abel += (w[h] * t.Alpha * l[h]) + (h > 0 ? (w[h] - w[h - 1]) * t.V[h] : 0);
            return (EndogenousReward.Compute(t, options).Value, abel);
        });
    }

    [Fact]
    public void A_constant_added_to_a_states_logits_leaves_undiscounted_differences_but_not_discounted_ones()
    {
        // Both responses share the first state; the second state's logits get +3 in one of them.
        TokenTrace Shifted(double c) => Hand with { Q = [2, 1 + c], V = [V1, V2 + c] };
        Assert.Equal(EndogenousReward.Compute(Hand, new()).Value, EndogenousReward.Compute(Shifted(3), new()).Value, 1e-12);
        var discounted = new RewardOptions { Gamma = 0.5 };
        Assert.Equal(
            -1.5,
            EndogenousReward.Compute(Shifted(3), discounted).Value - EndogenousReward.Compute(Hand, discounted).Value, 1e-12);
        Assert.Equal(
            SelfCertainty.Compute(Hand).Value, SelfCertainty.Compute(Shifted(3) with { MeanLogit = [1, 3.5] }).Value, 1e-12);
    }

    [Theory]
    [InlineData(0, 1, 0)]
    [InlineData(double.NaN, 1, 0)]
    [InlineData(1, 1.1, 0)]
    [InlineData(1, -0.1, 0)]
    [InlineData(1, 1, -1)]
    public void Parameters_outside_their_range_are_refused(double alpha, double gamma, double beta) =>
        Assert.Throws<InputException>(() => new RewardOptions { Alpha = alpha, Gamma = gamma, Beta = beta }.Check());

    [Fact]
    public void Every_name_names_its_kind_and_an_unknown_one_lists_them()
    {
        foreach (string name in RewardNames.All) Assert.Equal(name, RewardNames.NameOf(RewardNames.Parse(name)));
        Assert.Contains(
            "self-certainty", Assert.Throws<InputException>(() => RewardNames.Parse("x")).Message, StringComparison.Ordinal);
    }

    private static double[] AlphaLogProbability(TokenTrace t) => [.. t.Q.Zip(t.V, (q, v) => (q - v) / t.Alpha)];

    private static void Check(Func<TokenTrace, (double Found, double Expected)> identity)
    {
        Gen<double> number = Gen.Choose(-20_000, 20_000).Select(x => x / 1000.0);
        Gen<TokenTrace> traces = from length in Gen.Choose(1, 40)
                                 from q in number.ListOf(length)
                                 from v in number.ListOf(length)
                                 from alpha in Gen.Choose(1, 30)
                                 select new TokenTrace
                                 {
                                     Tokens = new int[length],
                                     Q = [.. q],
                                     V = [.. v],
                                     LogProbability = [.. q.Zip(v, (a, b) => a - b)],
                                     Entropy = new double[length],
                                     MeanLogit = new double[length],
                                     Alpha = alpha / 10.0,
                                 };
        FsCheck.Check.QuickThrowOnFailure(Prop.ForAll(traces.ToArbitrary(), t =>
        {
            (double found, double expected) = identity(t);
            return Math.Abs(found - expected) <= 1e-9;
        }));
    }
}
