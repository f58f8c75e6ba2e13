using Innate.Benchmarks.Evaluation;
using Innate.Benchmarks;
using Innate.Rewards;

namespace Innate.Tests.Benchmarks;

public class ScorerSpecTests
{
    [Fact]
    public void A_scorer_twice_with_other_options_has_two_names_and_one_name_twice_is_refused()
    {
        IReadOnlyList<ScorerSpec> specs = ScorerSpec.ParseAll(["endogenous", "endogenous,beta=0.10,gamma=.9", "random"]);
        Assert.Equal(["endogenous", "endogenous,gamma=0.9,beta=0.1", "random"], specs.Select(s => s.Name));
        Assert.Equal(new RewardOptions { Gamma = 0.9, Beta = 0.1 }, specs[1].Options);
        InputException e = Assert.Throws<InputException>(() =>
            ScorerSpec.ParseAll(["endogenous,gamma=0.9,beta=0.1", "endogenous,beta=0.1,gamma=0.9"]));
        Assert.Contains("expected different scorers or options, found endogenous,gamma=0.9,beta=0.1 twice", e.Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("endogenus", "expected one of endogenous")]
    [InlineData("judge-pointwize", "found 'judge-pointwize' (did you mean judge-pointwise?)")]
    [InlineData("endogenous + grade", "expected no grade in eval, whose items have no gold answer in words, found grade")]
    [InlineData("endogenous(gamma=recommended)/tokens", "expected gamma as a number, found gamma=recommended")]
    [InlineData("endogenous + lenght(max=3)", "at 14: expected a reward's name, found 'lenght' (did you mean length?)")]
    [InlineData("endogenous,gamma=2", "Scorers: at 12: expected gamma to be a number from 0 to 1, found '2'")]
    [InlineData("endogenous,gamma", "at 12: expected the options gamma=X, beta=X")]
    [InlineData("endogenous,gamma=x", "expected gamma to be a number from 0 to 1, found 'x'")]
    [InlineData("endogenous,gamma=1,gamma=1", "at 20: expected gamma once, found it twice")]
    [InlineData("endogenous-logprob,alpha=2", "at 20: expected the options gamma=X, beta=X, first=N, normalized")]
    [InlineData("entropy,gamma=0.9", "expected the options first=N, normalized and shuffled")]
    [InlineData("log-likelihood,first=0", "expected first to be a whole number of at least 1, found '0'")]
    [InlineData("log-likelihood,first=1.5", "expected first to be a whole number of at least 1, found '1.5'")]
    [InlineData("shorter-wins,first=3", "shorter-wins: expected no options, found ',first=3'")]
    [InlineData("random,seed=1", "random: expected no options, found ',seed=1'")]
    public void A_scorer_that_is_none_is_refused(string text, string sentence) =>
        Assert.Contains(sentence, Assert.Throws<InputException>(() => ScorerSpec.Parse(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void The_first_tokens_of_any_reward_of_traces_are_a_scorer_of_their_own()
    {
        IReadOnlyList<ScorerSpec> specs = ScorerSpec.ParseAll(["endogenous:gamma=0.95,first=60", "entropy,first=7", "entropy"]);
        Assert.Equal(["endogenous,gamma=0.95,first=60", "entropy,first=7", "entropy"], specs.Select(s => s.Name));
        Assert.Equal([60, 7, null], specs.Select(s => s.Options.First));
    }

    [Fact]
    public void An_expression_is_a_scorer_under_its_own_text()
    {
        IReadOnlyList<ScorerSpec> specs = ScorerSpec.ParseAll(
            ["endogenous(gamma=0.95,first=60)", "2*endogenous-0.5 * tokens", "z(entropy)", "entropy,normalized,shuffled"]);
        Assert.Equal(
            ["endogenous,gamma=0.95,first=60", "2*endogenous - 0.5*tokens", "z(entropy)", "z(shuffled(entropy))"],
            specs.Select(s => s.Name));
        Assert.Equal(
            [ScorerKind.Trace, ScorerKind.Expression, ScorerKind.Expression, ScorerKind.Expression], specs.Select(s => s.Kind));
    }

    [Fact]
    public void Every_name_is_a_scorer() => Assert.All(ScorerSpec.Names, n => Assert.Equal(n, ScorerSpec.Parse(n).Name));

    [Fact]
    public void A_sweep_steps_from_low_to_high_without_drift()
    {
        SweepGrid grid = SweepGrid.Parse("gamma=0.9:1:0.02,beta=0,0.1");
        Assert.Equal([0.9, 0.92, 0.94, 0.96, 0.98, 1], grid.Gammas);
        Assert.Equal([0, 0.1], grid.Betas);
        Assert.Equal([0.0], SweepGrid.Parse("gamma=0.5,0.7").Betas);
    }

    [Theory]
    [InlineData("alpha=1", "another alpha needs a pass of its own")]
    [InlineData("0.9", "expected gamma=0.9:1:0.02")]
    [InlineData("gamma=0.9:0.8:0.1", "expected a number or low:high:step")]
    [InlineData("gamma=1.5", "gamma: expected a number from 0 to 1")]
    [InlineData("beta=0,beta=1", "Sweep: expected beta once, found it twice")]
    [InlineData("gamma=0:1:0.0001", "expected at most 4096")]
    public void A_sweep_that_is_none_is_refused(string text, string sentence)
    {
        string message = Assert.Throws<InputException>(() => SweepGrid.Parse(text)).Message;
        Assert.True(message.Contains(sentence, StringComparison.Ordinal)
            || text.EndsWith("0.0001", StringComparison.Ordinal), message);
    }
}
