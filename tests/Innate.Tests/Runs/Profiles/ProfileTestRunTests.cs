using Innate.Checkpoints;
using Innate.Runs.Profiles;
using Innate.Scoring.Profiles;
using Innate.Sessions;
using Innate.Tests.Support;

namespace Innate.Tests.Runs.Profiles;

/// <summary>Whether a profile steers is told by its own pairs.</summary>
public class ProfileTestRunTests
{
    private static readonly string[] Styles = ["concise", "plain", "markdown"];

    [Fact]
    public void The_three_styles_steer_the_model_inside_and_nonsense_does_not()
    {
        using TemporaryFolder folder = new();
        string report = folder["report.html"];
        ProfileTestResult result = new ProfileTestRun(new ProfileTestSettings
        {
            Profiles = [.. Styles.Append("purple").Select(n => ProfileReader.Read(Path.Combine(Places.Repository, "examples", "profiles", n + ".json")))],
            Model = new ModelSource { Model = EmbeddedModel.Folder },
            Report = report,
        }).Execute();
        for (int row = 0; row < Styles.Length; row++)
        {
            Assert.Equal(SteeringVerdict.Steers, result.Profiles[row].Verdict);

            // The diagonal's interval lies above that of every other style's pairs.
            Share own = result.Crosstalk[row][row];
            for (int other = 0; other < Styles.Length; other++)
            {
                if (other != row) Assert.True(own.Low > result.Crosstalk[row][other].High, $"{row}, {other}");
            }
        }

        ProfileFinding purple = result.Profiles[3];
        Assert.Equal(SteeringVerdict.DoesNotSteer, purple.Verdict);
        Assert.Equal(3, purple.Paraphrases.Count);
        Assert.All(purple.Paraphrases, w => Assert.True(w.IsByRule));
        Assert.Contains("does not steer", File.ReadAllText(report), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0.8, 0.7, 0.9, 0.6, SteeringVerdict.Steers)]
    [InlineData(0.8, 0.7, 0.9, 0.75, SteeringVerdict.PreferredAnyway)]
    [InlineData(0.6, 0.45, 0.7, 0.2, SteeringVerdict.DoesNotSteer)]
    [InlineData(0.3, 0.2, 0.4, 0.1, SteeringVerdict.DoesNotSteer)]
    [InlineData(double.NaN, double.NaN, double.NaN, double.NaN, SteeringVerdict.Unknown)]
    public void The_verdict_goes_by_the_interval(double value, double low, double high, double without, SteeringVerdict verdict) =>
        Assert.Equal(verdict, ProfileTestRun.Verdict(
            new Share(value, low, high), new Share(without, without - 0.05, without + 0.05)));

    [Fact]
    public void Few_prompts_prove_nothing_and_orders_are_compared_by_prompt()
    {
        Share few = Share.Of([1, 1, 1], 3), many = Share.Of([.. Enumerable.Repeat(1.0, 60)], 60);
        Assert.True(few.Low < 0.5 && many.Low > 0.9);
        Assert.Equal(1, RankAgreement.Kendall([1.0, 2, 3], [10.0, 20, 30]), 12);
        Assert.Equal(-1, RankAgreement.Kendall([1.0, 2, 3], [3.0, 2, 1]), 12);
        Assert.Equal(1.0 / 3, RankAgreement.Kendall([1.0, 2, 3], [2.0, 1, 3]), 12);
        Assert.Equal(double.NaN, RankAgreement.Kendall([1.0, 1], [1.0, 2]));
    }
}
