using FsCheck;
using FsCheck.Fluent;
using Innate.Generation;
using Innate.Reinforcement;
using Innate.Reinforcement.Advantages;
using Innate.Reinforcement.Rewards;
using Innate.Reinforcement.Rollouts;
using Innate.Scoring.Rules;
using Innate.Traces;

namespace Innate.Tests.Reinforcement;

/// <summary>A reward is written as one word with options; what is wrong with it is said at once.</summary>
public class RewardTextTests
{
    [Theory]
    [InlineData("verifiable")]
    [InlineData("verifiable:0.8,boxed,normalized")]
    [InlineData("format:0.2,tags=think+answer")]
    [InlineData("format,pattern=\"^a{1,2}\"\"b\\b.*$\",normalized")]
    [InlineData("endogenous:-0.5,gamma=0.99,beta=0.1,alpha=2")]
    [InlineData("random:2,normalized")]
    [InlineData("endogenous,gamma=0.95,shuffled")]
    public void What_was_written_is_written_again(string text) => Assert.Equal(text, RewardText.Of(Parse(text)));

    [Fact]
    public void Options_reach_the_reward()
    {
        RewardTerm endogenous = Parse("endogenous,gamma=0.5,beta=0.25");
        Assert.Equal((0.5, 0.25, 1), (endogenous.Endogenous.Gamma, endogenous.Endogenous.Beta, endogenous.Endogenous.Alpha));

        // r = Q - V' = 1 - 1, 2 - 1, 4: weights 1, 0.5, 0.25.
        TokenTrace trace = new()
        {
            Tokens = [1, 2, 3], Q = [1, 2, 4], V = [1, 1, 1], LogProbability = [0, 0, 0], Entropy = [0, 0, 0],
                MeanLogit = [0, 0, 0],
        };
        Assert.Equal([0 + 0.5 + 1.0], endogenous.Compute(Group(trace, "x"), 8)!);
        Assert.Equal([0 + 1 + 4.0], Parse("endogenous").Compute(Group(trace, "x"), 8)!);
        Assert.Equal([1, 0], Parse("format,pattern=^a{1}$").Compute(Group(trace, "a", "b"), 8)!);
        Assert.Equal([1, 0], Parse("format,tags=t").Compute(Group(trace, "<t>a</t>", "<t>"), 8)!);
        Assert.Equal([1, 1], Parse("verifiable").Compute(Group(trace, "7", @"\boxed{7}"), 8)!);
        Assert.Equal([0, 1], Parse("verifiable,boxed").Compute(Group(trace, "7", @"\boxed{7}"), 8)!);
    }

    [Fact]
    public void Token_rewards_carry_the_rewards_own_discount()
    {
        TokenTrace trace = new()
        {
            Tokens = [1, 2, 3], Q = [1, 2, 4], V = [1, 1, 1], LogProbability = [0, 0, 0], Entropy = [0, 0, 0],
                MeanLogit = [0, 0, 0],
        };
        RlRecipe recipe = new() { Name = "r", Rewards = [Parse("endogenous:2,gamma=0.5")], Advantage = AdvantageKind.Gae };
        BatchAdvantages advantages = AdvantageEstimator.Compute(recipe, [Group(trace, "x")], [GroupRewards.Of(recipe, [[3]])],
            new TokenLevelBatch([new TokenLevelGroup([[0, 0, 0]])]));
        Assert.Equal([0 + 1 + 2, 1 + 2, 2], advantages.Returns![0][0]);
    }

    [Fact]
    public void A_pattern_that_goes_astray_leaves_the_group_without_a_reward()
    {
        RewardTerm term = Parse("format") with { Pattern = FormatReward.Pattern("^(?=a)(a+)+$", TimeSpan.FromMilliseconds(20)) };
        Assert.Null(term.Compute(Group(null, "aaa", new string('a', 40) + "!"), 8));

        static RewardTerm Parse(string text) => new(text == "format" ? RewardSource.Format : default);
    }

    [Theory]
    [InlineData("luck:2", "Rewards: at 1: expected one of endogenous")]
    [InlineData("endogenous:x", "Rewards: at 12: expected a number as the weight, found 'x'")]
    [InlineData("endogenous:NaN", "expected a number as the weight, found 'NaN'")]
    [InlineData("endogenous,gamma=2,alpha=0,colour=red", "at 12: expected gamma to be a number from 0 to 1, found '2'",
        "at 20: expected alpha to be",
        "at 28: expected the options gamma=X, beta=X, alpha=X, first=N, normalized and shuffled (a value with a comma stands in "
        + "double quotes), found 'colour=red'")]
    [InlineData("entropy,gamma=1",
        "Rewards: at 9: expected the options first=N, normalized and shuffled (a value with a comma stands in double quotes), "
        + "found 'gamma=1'")]
    [InlineData("random,shuffled", "Rewards: at 8: expected the options normalized (a value")]
    [InlineData("format", "expected format with either pattern=REGEX or tags=A+B, found neither")]
    [InlineData("format,tags=a,pattern=b", "expected format with either pattern=REGEX or tags=A+B, found both")]
    [InlineData("format,pattern=(a", "Rewards: at 8: expected pattern to be a regular expression, found '(a' (")]
    [InlineData("format,pattern=a{1,2}", "(a value with a comma stands in double quotes), found '2}'")]
    [InlineData("format,tags=a+", "expected tags to be names such as think+answer, found 'a+'")]
    [InlineData("verifiable,normalized,normalized", "expected normalized once, found it twice")]
    [InlineData("verifiable,normalized=yes", "found 'normalized=yes'")]
    [InlineData("classifier + entropy", "Rewards: expected rewards of a language model, for a run has no trained reward model")]
    [InlineData("2*log-likelihood - tokens", "expected mean-log-likelihood in an expression")]
    [InlineData("pmi(entropy) + tokens", "expected rewards of the frozen model alone within pmi")]
    [InlineData("endogenous(gamma=recommended)", "expected gamma as a number, found gamma=recommended")]
    [InlineData("endogenous(alpha=2) + z(endogenous)", "expected one alpha in all its parts, found 2 and 1")]
    public void What_is_wrong_is_said_all_at_once(string text, params string[] sentences)
    {
        List<InputProblem> problems = [];
        Assert.Null(RewardText.Parse(text, problems));
        Assert.Equal(sentences.Length, problems.Count);
        Assert.All(sentences.Zip(problems), p => Assert.Contains(p.First, p.Second.Text(name => name), StringComparison.Ordinal));
    }

    [Fact]
    public void Any_text_is_read_or_refused()
    {
        var texts = Gen.Elements("format", "endogenous", "verifiable", ":", ",", "=", "\"", "gamma", "pattern", "tags",
            "normalized", "shuffled", "random", "0.5", "a+b", "(", "")
            .ListOf().Select(parts => string.Concat(parts));
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(2000), Prop.ForAll(texts.ToArbitrary(), text =>
        {
            List<InputProblem> problems = [];
            RewardTerm? term = RewardText.Parse(text, problems);
            Assert.Equal(term is null, problems.Count > 0);
            if (term is not null) Assert.Equal(RewardText.Of(term), RewardText.Of(Parse(RewardText.Of(term))));
        }));
    }

    internal static RolloutGroup Group(TokenTrace? trace, params string[] texts) => new(
        new PolicyPrompt([1], "7", 1),
        [.. texts.Select(t => new Rollout(
            new GeneratedResponse(trace?.Tokens ?? [1], [], FinishReason.Stop) { Trace = trace }, t) { Frozen = trace })]);

    private static RewardTerm Parse(string text)
    {
        List<InputProblem> problems = [];
        RewardTerm? term = RewardText.Parse(text, problems);
        Assert.Equal([], problems);
        return term!;
    }
}
