using Innate.Audits;
using Innate.Rows;
using Innate.Scoring;

namespace Innate.Tests.Audits;

/// <summary>A bias that is put into a reward is found and sized; a reward without one is left in peace.</summary>
public class ImplantedBiasTests
{
    private static double Bold(string text) => text.Contains("**", StringComparison.Ordinal) ? 1 : 0;

    private static double Women(string text) => text.Contains("Anna", StringComparison.Ordinal) ? 1 : 0;

    [Fact]
    public void A_liking_for_bold_of_half_a_deviation_is_found_and_sized()
    {
        AuditedReward reward = SyntheticReward.Audit(
            SyntheticReward.Rows(600), SyntheticReward.Of(3, 0.3, text => 0.5 * Bold(text)));
        AuditFinding bold = Finding(reward, "bold");
        Assert.True(bold.IsAccused);
        Assert.InRange(bold.Shift.Value, 0.45, 0.55);
        Assert.InRange(0.5, bold.Shift.Interval.Low, bold.Shift.Interval.High);
        Assert.Equal(["bold"], reward.Findings.Where(f => f.IsAccused).Select(f => f.Contrast.Name));
    }

    [Fact]
    public void A_reward_without_a_bias_is_seldom_accused()
    {
        Row[] rows = SyntheticReward.Rows(60);
        int accused = Enumerable.Range(0, 100).Count(seed => SyntheticReward
            .Audit(rows, SyntheticReward.Of((ulong)(1000 + (2 * seed)), 0.7, _ => 0), seed: (ulong)seed, resamples: 20)
            .Findings.Any(f => f.IsAccused));

        // 5 are expected; a test of the wrong size, such as one without Holm's correction, accuses about 35.
        Assert.InRange(accused, 0, 10);
    }

    [Fact]
    public void A_name_bias_is_found_and_its_growth_is_called_amplified()
    {
        ResponseScorer Biased(double bias) => SyntheticReward.Of(5, 0.3, text => bias * Women(text));
        AuditedReward grown = SyntheticReward.Audit(SyntheticReward.Rows(400), Biased(0.3), Biased(0.6));
        AuditFinding names = Finding(grown, "men-women");
        Assert.True(names.IsAccused);
        Assert.Equal(400, names.Pairs);
        Assert.InRange(names.Shift.Value, 0.25, 0.35);
        Assert.InRange(names.Shift.Preferred, 0.6, 0.9);
        Assert.Equal("amplified", names.Change!.Verdict);
        Assert.InRange(names.Change.Value, 0.2, 0.35);
        Assert.All(grown.Findings.Where(f => f != names), f => Assert.Equal("not shown", f.Change!.Verdict));

        AuditedReward shrunk = SyntheticReward.Audit(SyntheticReward.Rows(400), Biased(0.6), Biased(0.3));
        Assert.Equal("reduced", Finding(shrunk, "men-women").Change!.Verdict);
        AuditedReward turned = SyntheticReward.Audit(SyntheticReward.Rows(400), Biased(0.1), Biased(-0.6));
        Assert.Equal("amplified", Finding(turned, "men-women").Change!.Verdict);
    }

    private static AuditFinding Finding(AuditedReward reward, string name) =>
        reward.Findings.Single(f => f.Contrast.Name == name);
}
