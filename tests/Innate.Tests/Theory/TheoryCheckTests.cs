using Innate.Theory;
using Innate.Theory.Checks;

namespace Innate.Tests.Theory;

/// <summary>The paper's claims hold for the formulas that ship, and each check says so when one of them is broken.</summary>
public sealed class TheoryCheckTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(20261)]
    public void What_the_paper_claims_holds_and_its_limits_are_seen(int seed)
    {
        TheoryRun run = TheoryRun.Run(new TheoryOptions { Seed = (ulong)seed, Quick = true });
        Finding[] findings = [.. run.Checks.SelectMany(c => c.Findings)];
        Assert.Equal([], findings.Where(f => !f.IsSound).Select(f => $"{f.What}: {f.Measured}, bound {f.Bound}"));
        Assert.Equal([], findings.Where(f => f.Standing == Standing.Limit && f.Holds).Select(f => f.What));
        Assert.True(run.Holds);
        Assert.Equal(TheoryRun.All.Select(c => c.Name), run.Checks.Select(c => c.Name));
        Assert.All(findings, f => Assert.True(double.IsFinite(f.Measured), f.What));
    }

    [Theory]
    [InlineData("wrong sign")]
    [InlineData("V is added")]
    [InlineData("no V")]
    [InlineData("V of this state")]
    [InlineData("V after the last token")]
    public void A_broken_endogenous_reward_is_noticed_token_by_token_and_in_sum(string fault)
    {
        TheoryOptions broken = BrokenFormulas.WithReward(fault);
        Assert.False(InverseCheck.Run(broken).Holds);
        Assert.False(TelescopingCheck.Run(broken).Holds);

        // Of its own log-probabilities a policy is the fixed point too.
        Assert.Equal(fault == "V of this state", FixedPointCheck.Run(broken).Holds);
    }

    // Q - V of this state is alpha log pi: in sum it ranks as the endogenous reward does, and its optimum is the same sequence.
    [Theory]
    [InlineData("wrong sign")]
    [InlineData("V is added")]
    [InlineData("no V")]
    public void A_broken_endogenous_reward_breaks_both_theorems_and_the_power_law(string fault)
    {
        TheoryOptions broken = BrokenFormulas.WithReward(fault);
        Assert.False(Theorem1Check.Run(broken).Holds);
        Assert.False(Theorem2Check.Run(broken).Holds);
        Assert.False(PowerLawCheck.Run(broken).Holds);
        if (fault != "wrong sign") Assert.False(OffsetCheck.Run(broken).Holds);
    }

    [Fact]
    public void Weights_that_begin_one_token_late_break_abels_form_alone()
    {
        CheckResult result = TelescopingCheck.Run(BrokenFormulas.WithReward("weights one token late"));
        Assert.Equal([true, false], result.Findings.Select(f => f.Holds));
    }

    [Theory]
    [InlineData("wrong sign")]
    [InlineData("twice")]
    [InlineData("the first token is lost")]
    [InlineData("the last token is lost")]
    public void A_broken_training_loss_breaks_proposition_1(string fault) =>
        Assert.False(Proposition1Check.Run(BrokenFormulas.WithLoss(fault)).Holds);

    [Theory]
    [InlineData("no mean logit")]
    [InlineData("wrong sign")]
    [InlineData("V at alpha")]
    [InlineData("a sum")]
    public void A_broken_self_certainty_is_noticed(string fault) =>
        Assert.False(SelfCertaintyCheck.Run(BrokenFormulas.WithSelfCertainty(fault)).Holds);

    [Theory]
    [InlineData("k1 is d")]
    [InlineData("k2 has the wrong sign")]
    [InlineData("k2 is halved")]
    [InlineData("k3 is of the inverse ratio")]
    [InlineData("k3 has k2's gradient")]
    public void A_broken_divergence_gradient_is_noticed(string fault) =>
        Assert.False(KlGradientCheck.Run(BrokenFormulas.WithKlGradient(fault)).Holds);

    [Fact]
    public void A_figure_that_is_no_number_holds_nothing()
    {
        foreach (Relation relation in Enum.GetValues<Relation>())
        {
            Assert.False(new Finding("x", double.NaN, relation, 1, Standing.Claimed) { Tolerance = 1 }.Holds);
        }
    }

    [Fact]
    public void A_limit_may_fail_and_a_claim_may_not()
    {
        Assert.True(new Finding("x", 2, Relation.AtMost, 1, Standing.Limit).IsSound);
        Assert.False(new Finding("x", 2, Relation.AtMost, 1, Standing.Derived).IsSound);
        Assert.False(new Finding("x", 2, Relation.Near, 1, Standing.Claimed) { Tolerance = 0.5 }.IsSound);
        Assert.True(new Finding("x", 2, Relation.AtLeast, 1, Standing.Claimed).IsSound);
    }

    [Fact]
    public void The_run_stops_between_two_checks()
    {
        using CancellationTokenSource stop = new();
        List<string> begun = [];
        Assert.Throws<OperationCanceledException>(() => TheoryRun.Run(
            new TheoryOptions { Quick = true },
            (done, name) =>
            {
                begun.Add(name);
                if (done == 1) stop.Cancel();
            },
            stop.Token));
        Assert.Equal(["Inverse", "Telescoping"], begun);
    }
}
