using FsCheck;
using FsCheck.Fluent;
using Innate.Reinforcement.Rewards;
using Innate.Scoring.Rules;

namespace Innate.Tests.Reinforcement;

/// <summary>Rewards that need no model: a vote, a form, a length, repetition.</summary>
public sealed class RewardSourceTests
{
    [Fact]
    public void The_majority_is_counted_by_value()
    {
        MajorityResult vote = MajorityVote.Compute(["3", "1/2", null, "0.5", @"\frac12", "3.0"]);
        Assert.Equal(("1/2", 0.5), (vote.Label, vote.LabelShare));
        Assert.Equal([0, 1, 0, 1, 1, 0], vote.Rewards);
    }

    [Fact]
    public void A_tie_goes_to_the_answer_seen_first()
    {
        Assert.Equal("7", MajorityVote.Compute(["7", "8", "8", "7"]).Label);
        Assert.Equal("8", MajorityVote.Compute([null, "8", "7"]).Label);
    }

    [Fact]
    public void Without_answers_nobody_wins()
    {
        MajorityResult vote = MajorityVote.Compute([null, null]);
        Assert.Equal((null, 0.0), (vote.Label, vote.LabelShare));
        Assert.Equal([0, 0], vote.Rewards);
        Assert.Empty(MajorityVote.Compute([]).Rewards);
    }

    [Fact]
    public void Whole_responses_vote_with_their_final_answers()
    {
        MajorityResult vote = MajorityVote.OfResponses([@"\boxed{4}", "The answer is 4.", "5", "none"]);
        Assert.Equal(("4", 0.5), (vote.Label, vote.LabelShare));
        vote = MajorityVote.OfResponses([@"\boxed{4}", "The answer is 5.", "5", "none"], boxOnly: true);
        Assert.Equal(("4", 0.25), (vote.Label, vote.LabelShare));
    }

    [Fact]
    public void Rewards_are_the_labels_share()
    {
        Check.QuickThrowOnFailure(Prop.ForAll(Gen.ListOf(Gen.Choose(0, 4)).ToArbitrary(), answers =>
        {
            MajorityResult vote = MajorityVote.Compute([.. answers.Select(a => a == 0 ? null : $"{a}")]);
            if (vote.Label is not null) Assert.Equal(vote.LabelShare, vote.Rewards.Average(), 1e-12);
            Assert.All(Enumerable.Range(1, 4), a => Assert.True(answers.Count(x => x == a) <= vote.Rewards.Sum()));
        }));
    }

    [Theory]
    [InlineData("<think>a</think><answer>b</answer>", 1)]
    [InlineData("so <think></think>\n <answer>b</answer>.", 1)]
    [InlineData("<answer>b</answer><think>a</think>", 0)]
    [InlineData("<think>a<answer>b</answer></think>", 0)]
    [InlineData("<think>a</think><think>a</think><answer>b</answer>", 0)]
    [InlineData("<think>a</think><answer>b</answer></answer>", 0)]
    [InlineData("</think><think>a</think><answer>b</answer>", 0)]
    [InlineData("<think>a</think><answer>b", 0)]
    [InlineData("", 0)]
    public void Tags_open_and_close_once_in_order(string response, double reward) =>
        Assert.Equal(reward, FormatReward.Tags(response, "think", "answer"));

    [Fact]
    public void A_pattern_is_the_form()
    {
        Assert.Equal(1, FormatReward.Matches("<a>1\n2</a>", FormatReward.Pattern("^<a>.*</a>$")));
        Assert.Equal(0, FormatReward.Matches("x<a>1</a>", FormatReward.Pattern("^<a>.*</a>$")));
        Assert.Equal(1, FormatReward.Matches("aa", FormatReward.Pattern(@"^(a)\1$")));
        InputException e = Assert.Throws<InputException>(() => FormatReward.Pattern("(a"));
        Assert.Contains("(a", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_pattern_that_goes_astray_gives_no_verdict()
    {
        string text = new string('a', 40) + "!";

        // Without lookaround it cannot go astray at all.
        Assert.Equal(0, FormatReward.Matches(text, FormatReward.Pattern("^(a+)+$")));
        Assert.Null(FormatReward.Matches(text, FormatReward.Pattern("^(?=a)(a+)+$", TimeSpan.FromMilliseconds(50))));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(80, 0)]
    [InlineData(85, -0.25)]
    [InlineData(100, -1)]
    [InlineData(101, -1)]
    [InlineData(5000, -1)]
    public void A_response_that_comes_near_the_limit_pays(int length, double penalty) =>
        Assert.Equal(penalty, LengthPenalty.SoftOverlong(length, maxLength: 100, cache: 20));

    [Fact]
    public void Repeats_are_counted()
    {
        // 1 2 1 2 1: 12, 21, 12, 21: half of four are repeats.
        Assert.Equal(0.5, RepetitionPenalty.RepeatedShare([1, 2, 1, 2, 1], 2));
        Assert.Equal(-1.5, RepetitionPenalty.Compute([1, 2, 1, 2, 1], 2, weight: 3));
        Assert.Equal(0, RepetitionPenalty.Compute([1, 2, 3], 2));
        Assert.Equal(0, RepetitionPenalty.RepeatedShare([1, 1], 3));
        Assert.Equal(0.75, RepetitionPenalty.RepeatedShare([5, 5, 5, 5], 1));
    }

    [Fact]
    public void Repeats_are_those_of_a_plain_count()
    {
        var texts = from tokens in Gen.ArrayOf(Gen.Choose(0, 2)) from n in Gen.Choose(1, 5) select (tokens, n);
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(500), Prop.ForAll(texts.ToArbitrary(), t =>
        {
            int all = t.tokens.Length - t.n + 1;
            if (all < 1) return;
            int distinct = Enumerable.Range(0, all).Select(i => string.Join(' ', t.tokens[i..(i + t.n)])).Distinct().Count();
            Assert.Equal(1 - (distinct / (double)all), RepetitionPenalty.RepeatedShare(t.tokens, t.n), 1e-12);
        }));
    }

    [Fact]
    public void Numbers_out_of_range_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => RepetitionPenalty.RepeatedShare([1], 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => RepetitionPenalty.Compute([1], 1, -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => LengthPenalty.SoftOverlong(1, 10, 11));
        Assert.Throws<ArgumentOutOfRangeException>(() => LengthPenalty.SoftOverlong(1, 10, 0));
    }
}
