using Innate.Runs.Aligning;

namespace Innate.Tests.Runs.Aligning;

public class AlignVerdictTests
{
    private static AlignVerdict Of(
        PairedDifference? primary, PairedDifference? reward, AlignGuard[] guards, string what, AlignComparison? last = null) =>
        AlignVerdict.Of(new AlignComparison(primary, reward, guards), last, what);

    private static readonly AlignGuard Holds = new("tokens an answer", 20, 25, "at most 2 times shorter or longer", false);
    private static readonly AlignGuard Broken = new("tokens an answer", 20, 90, "at most 2 times shorter or longer", true);

    private static readonly PairedDifference Up = new(100, .5, .6, .05, .15), Flat = new(100, .5, .52, -.01, .05),
        Down = new(100, .5, .4, -.15, -.05);

    [Fact]
    public void Better_needs_the_whole_interval_above_0_and_every_guard()
    {
        AlignVerdict better = Of(Up, Up, [Holds], "right answers");
        Assert.Equal(AlignOutcome.Better, better.Outcome);
        Assert.Equal(
            "right answers went from 50.0% to 60.0% on 100 prompts that were read once, +10.0 points [+5.0, +15.0], and no guard is "
            + "broken", better.Sentence);
        Assert.Equal(AlignOutcome.NotShown, Of(Flat, Up, [Holds], "").Outcome);
        Assert.Equal(AlignOutcome.NotShown, Of(Up, Flat, [Broken], "").Outcome);
    }

    [Fact]
    public void A_reward_that_rises_while_a_guard_breaks_is_hacked_even_where_answers_got_better()
    {
        foreach (PairedDifference? primary in new[] { Up, Flat, null })
        {
            AlignVerdict verdict = Of(primary, Up, [Holds, Broken], "right answers");
            Assert.Equal(AlignOutcome.WorseOrHacked, verdict.Outcome);
            Assert.Equal(
                "the trained reward rose from 0.5 to 0.6 while tokens an answer went from 20 to 90 (limit: at most 2 times shorter or "
                + "longer)", verdict.Sentence);
        }
    }

    [Fact]
    public void Worse_is_an_interval_below_0_and_a_run_without_a_measure_is_never_better()
    {
        Assert.Equal(AlignOutcome.WorseOrHacked, Of(Down, null, [Holds], "right answers").Outcome);
        Assert.Equal(AlignOutcome.NotShown, Of(null, Up, [Holds], "").Outcome);
        Assert.Equal(AlignOutcome.NotShown, Of(null, Flat, [Broken], "").Outcome);
    }

    [Fact]
    public void Where_the_chosen_model_is_not_better_the_last_step_tells_where_the_reward_leads()
    {
        AlignComparison hacked = new(Flat, Up, [Broken]), worse = new(Down, Up, [Holds]);
        Assert.Equal(AlignOutcome.Better, Of(Up, Up, [Holds], "right answers", hacked).Outcome);
        AlignVerdict verdict = Of(Flat, Flat, [Holds], "right answers", hacked);
        Assert.Equal(AlignOutcome.WorseOrHacked, verdict.Outcome);
        Assert.StartsWith("at the last step the trained reward rose from", verdict.Sentence, StringComparison.Ordinal);
        Assert.Equal(AlignOutcome.WorseOrHacked, Of(Flat, Flat, [Holds], "right answers", worse).Outcome);
        Assert.Equal(AlignOutcome.NotShown, Of(Flat, Flat, [Holds], "", new(Flat, Flat, [Broken])).Outcome);
    }

    [Fact]
    public void Guards_break_beyond_their_limits_and_not_at_them()
    {
        AlignLimits limits = new() { Length = 2, Repetition = .25, Truncation = .25, Diversity = .5, PassAtK = .5, Cost = 4 };
        MeasuredPrompt Prompt(int tokens, double repetition, bool cut, double worth, params string[] texts) => new(
            1, "?", [.. texts.Select(t => new MeasuredAnswer(t, tokens, cut, worth, null, -1, repetition))]);

        MeasuredPrompt[] before = [Prompt(10, .25, false, 1, "a", "b"), Prompt(10, .25, false, 1, "a", "b")];
        MeasuredPrompt[] edge = [Prompt(20, .5, false, 1, "a", "a"), Prompt(20, .5, false, 0, "a", "a")];
        Assert.All(AlignGuard.Of(limits, before, edge, isRightOrWrong: true), g => Assert.False(g.IsBroken, g.Name));
        MeasuredPrompt[] beyond = [Prompt(21, .6, true, 0, "a", "a"), Prompt(20, .5, true, 0, "a", "a")];
        Assert.Equal(
            ["tokens an answer", "repetition", "cut off", "tokens a right answer", "pass@8"],
            AlignGuard.Of(limits, before, beyond, true).Where(g => g.IsBroken).Select(g => g.Name));
        Assert.Single(AlignGuard.Of(limits, before, [Prompt(4, 0, false, 1, "a", "b"), before[1] with { }], false),
            g => g.Name == "tokens an answer" && !g.IsBroken);
        Assert.DoesNotContain(AlignGuard.Plan(limits, isRightOrWrong: false), g => g.Name == "pass@8");

        // Where nothing was right there is no price of a right answer; where nothing is right any more it has no end.
        MeasuredPrompt[] wrong = [Prompt(10, .25, false, 0, "a", "b"), Prompt(10, .25, false, 0, "a", "b")];
        Assert.False(AlignGuard.Of(limits, wrong, wrong, true).Single(g => g.Name == "tokens a right answer").IsBroken);
        Assert.True(AlignGuard.Of(limits, before, wrong, true).Single(g => g.Name == "tokens a right answer").IsBroken);
    }

    [Fact]
    public void The_paired_interval_holds_the_truth_in_about_95_of_100_worlds()
    {
        int held = 0;
        for (ulong world = 0; world < 200; world++)
        {
            Random random = new((int)world);
            MeasuredPrompt[] before = [.. Enumerable.Range(0, 60).Select(_ => Of(random.NextDouble()))];
            // Each prompt gains 0.1 on average, whatever it was before.
            MeasuredPrompt[] after = [.. before.Select(p => Of(p.Answers[0].Worth!.Value + .1 + (random.NextDouble() - .5)))];
            PairedDifference d = PairedDifference.Of(before, after, p => p.Mean(a => a.Worth), world)!;
            if (d.Low <= .1 && d.High >= .1) held++;
        }

        Assert.InRange(held, 180, 198);

        static MeasuredPrompt Of(double worth) => new(1, "?", [new MeasuredAnswer("a", 1, false, worth, null, 0, 0)]);
    }

    [Fact]
    public void Prompts_without_a_verdict_take_no_part_and_none_makes_no_difference()
    {
        MeasuredPrompt[] before = [Of(.2), Of(null), Of(.4)], after = [Of(.3), Of(.9), Of(null)];
        PairedDifference d = PairedDifference.Of(before, after, p => p.Mean(a => a.Worth), 0)!;
        Assert.Equal((1, .2, .3), (d.Count, d.Before, d.After));
        Assert.Null(PairedDifference.Of([Of(null)], [Of(1)], p => p.Mean(a => a.Worth), 0));

        static MeasuredPrompt Of(double? worth) => new(1, "?", [new MeasuredAnswer("a", 1, false, worth, null, 0, 0)]);
    }
}
