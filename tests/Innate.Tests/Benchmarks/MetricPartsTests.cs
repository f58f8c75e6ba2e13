using Innate.Benchmarks;

namespace Innate.Tests.Benchmarks;

/// <summary>The arithmetic that benchmarks share with those who bring numbers of their own.</summary>
public class MetricPartsTests
{
    [Fact]
    public void First_errors_are_exact_or_missed()
    {
        Assert.Equal(new FirstErrorScore(0.5, 1), FirstErrorScore.Of([(2, 2), (0, null), (-1, -1)]));
        Assert.Equal(0, FirstErrorScore.Of([(2, -1), (-1, 0)]).F1);
        Assert.Equal(0, FirstErrorScore.Of([(2, 2)]).F1); // no correct solution, no mean of both
        Assert.Equal(0, FirstErrorScore.Of([]).F1);
    }

    [Fact]
    public void Critics_vote_letter_by_letter()
    {
        Assert.Equal(3, FirstErrorScore.Vote(["2.0", "3", "2", "3", null, null, null]));
        Assert.Equal(1, FirstErrorScore.Vote(["1", "0"]));
        Assert.Null(FirstErrorScore.Vote(["none", "none", "1"]));
        Assert.Null(FirstErrorScore.Vote([null]));
        Assert.Null(FirstErrorScore.Vote([]));
    }

    [Fact]
    public void Undecided_people_are_dropped_and_undecided_scores_miss()
    {
        PreferenceCalibration found = PreferenceCalibration.Of([new(1, 1, true), new(1, 1, false), new(9, 0, null)]);
        Assert.Equal(new PreferenceCalibration(2, 0, 0.25), found);
        Assert.Equal(new PreferenceCalibration(0, null, null), PreferenceCalibration.Of([new(1, 0, null)]));
        Assert.Equal(1, PreferenceCalibration.Of([new(-3, 800, false)]).Accuracy);
    }
}
